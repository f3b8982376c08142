"""The rows of lists, written: those of new records, and what changes in those of records that exist."""

from imports.plan.steps import Work
from imports.tables import RowList, named
from registry.sql import Sql, identifier, sql

#: The rows of new records, in the order of the file.
NEW = sql("import_outgoing o JOIN registry_importrow r ON r.id = o.row_id JOIN import_incoming i ON i.row_id = o.row_id")


def add_list(work: Work, rows: RowList) -> int:
    """Add a list of new records; gives the number of its rows."""
    return work.do(
        """
        INSERT INTO {rows} ({below}, {columns})
        SELECT o.id, {values} FROM {new} CROSS JOIN LATERAL ({given}) e WHERE o.import_new ORDER BY o.id
        ON CONFLICT DO NOTHING
        """,
        rows=rows.table,
        below=identifier(rows.owner),
        columns=named(rows.columns),
        values=named(rows.columns, "e"),
        new=NEW,
        given=rows.given("r"),
    )


def change_list(work: Work, rows: RowList) -> None:
    """Bring a list of existing records to what the file says: rows that it lacks go, rows that are new come."""
    fields = {
        "rows": rows.table,
        "below": identifier(rows.owner),
        "verdict": identifier("v", f"v_{rows.name}"),
        "here": identifier("l", f"{rows.name}_i"),
        "there": identifier("l", f"{rows.name}_d"),
        "columns": named(rows.columns),
        "values": named(rows.columns, "t"),
        "key": sql("(SELECT to_jsonb(e) FROM (SELECT {values}) e)", values=named(rows.columns, "t")),
        "unless_removed": _unless_removed(rows),
        "chosen": sql("import_compared v JOIN import_incoming i USING (row_id) JOIN import_listed l USING (row_id)"),
    }
    work.do(
        """
        DELETE FROM {rows} t USING {chosen}
        WHERE {verdict} = 'write' AND t.{below} = v.record_id AND NOT {here} @> jsonb_build_array({key})
        """,
        **fields,
    )
    work.do(
        """
        INSERT INTO {rows} ({below}, {columns})
        SELECT v.record_id, {values} FROM {chosen} CROSS JOIN LATERAL jsonb_populate_recordset(NULL::{rows}, {here}) t
        WHERE {verdict} IN ('write', 'fill') AND NOT {there} @> jsonb_build_array({key}) {unless_removed}
        ORDER BY v.line ON CONFLICT DO NOTHING
        """,
        **fields,
    )


def _unless_removed(rows: RowList) -> Sql:
    """Except rows that the file gave before and that are gone now, from a list that files add to."""
    before = "AND NOT COALESCE({before}, '[]') @> jsonb_build_array((SELECT to_jsonb(e) FROM (SELECT {values}) e))"
    if not rows.grows:
        return sql("")
    return sql(before, before=identifier("l", f"{rows.name}_b"), values=named(rows.columns, "t"))
