"""What the citation of a row carries: the fields and rows that the row gives and the record has."""

from django.db.models import Model

from imports.plan.comparison import nothing
from imports.plan.names import lacking_names, names_of
from imports.plan.steps import Work
from imports.tables import Fact, RowList, TargetTable, named
from registry.entries import Rows, StatedColumn, columns_of, rows_of
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: Verdicts on what a row says otherwise than the record, and on what is written.
_OTHERWISE = sql("('kept', 'differs', 'known')")
_WRITTEN = sql("('write', 'fill')")


def carried_from(work: Work) -> Sql:
    """Return what the expression of `carried` is computed from, beside the verdicts `v`."""
    return work.sql(
        "JOIN import_incoming i USING (row_id) JOIN registry_importrow r ON r.id = v.row_id"
        " JOIN {table} d ON d.id = v.record_id LEFT JOIN import_listed l ON l.row_id = v.row_id"
        " LEFT JOIN import_derived derived ON derived.row_id = v.row_id"
    )


def carried(work: Work) -> Sql:
    """Return the entries of a row about an existing record, as an array.

    It is an expression over the row (`i`, `r`), its record (`d`), the verdicts (`v`) and the lists (`l`). Computed again when
    names and organizations have been written, it has their keys too.
    """
    table = work.table
    model: type[Model] = table.model
    columns = {column.name: column for column in columns_of(model)}
    cases = joined(
        ", ", (_column(table, f, columns[name], edits=work.edits) for f in table.facts for name in f.columns if name in columns)
    )
    arrays = [sql("array_remove(ARRAY[{cases}]::text[], NULL)", cases=cases)]
    stated = {rows.name: rows for rows in rows_of(model)}
    selects = [_elements(rows, stated[rows.name]) for rows in table.lists if rows.name in stated]
    selects += [_names(work)] if table.named else []
    arrays += [sql("ARRAY({entries})", entries=entries) for entries in selects]
    return sql("({arrays})", arrays=joined(" || ", arrays))


def _column(table: TargetTable, fact: Fact, stated: StatedColumn, *, edits: bool) -> Sql:
    return sql(
        "CASE WHEN r.mapped ?| {keys} AND {given} AND COALESCE({verdict}, '') NOT IN {otherwise}"
        " AND ({verdict} IN {written} OR NOT {nothing} {unless_edited}) {unless_derived} THEN {name} END",
        keys=list(fact.columns),
        given=compiled(stated.given("i")),
        verdict=identifier("v", f"v_{fact.name}"),
        otherwise=_OTHERWISE,
        written=_WRITTEN,
        nothing=nothing(table, fact, "d"),
        name=stated.name,
        unless_derived=sql("AND derived.row_id IS NULL") if stated.name == "country" else sql(""),
        # Who edits a record cites a source for what is edited alone.
        unless_edited=sql("AND false") if edits else sql(""),
    )


def _elements(rows: RowList, stated: Rows) -> Sql:
    """Select the entries of a list: all of a list that is written, else those that the record has as well."""
    keys = [str(rows.model._meta.get_field(column).column) for column in stated.key.columns]  # type: ignore[union-attr]
    return sql(
        "SELECT DISTINCT {prefix} || {key} FROM jsonb_populate_recordset(NULL::{rows}, {given}) x WHERE {verdict} IN {written}"
        " OR EXISTS (SELECT FROM jsonb_populate_recordset(NULL::{rows}, {held}) y WHERE ROW({here}) IS NOT DISTINCT FROM"
        " ROW({there}))",
        prefix=literal(f"{rows.name}:"),
        key=compiled(stated.key_sql("x")),
        rows=rows.table,
        given=identifier("l", f"{rows.name}_i"),
        held=identifier("l", f"{rows.name}_d"),
        verdict=identifier("v", f"v_{rows.name}"),
        written=_WRITTEN,
        here=named(keys, "x"),
        there=named(keys, "y"),
    )


def _names(work: Work) -> Sql:
    """Select the entries of names that the row gives and the record has or gets, also its own name if that differs."""
    return work.sql(
        "SELECT DISTINCT 'names:' || n.text FROM ({given} UNION ALL SELECT r.mapped->>{label}, '', '') n"
        " WHERE EXISTS (SELECT FROM registry_name h WHERE h.{owner} = v.record_id AND h.text = n.text"
        " AND h.kind <> 'preferred')"
        " UNION SELECT 'names:' || n.text FROM ({lacking}) n WHERE n.row_id = v.row_id",
        given=names_of("r"),
        lacking=lacking_names(work),
        label=work.table.label,
    )
