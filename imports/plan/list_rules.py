"""The rows of lists as they would be after the load, each checked against the rules of its table."""

from imports.plan.matches import drop_refused
from imports.plan.steps import Work
from imports.tables import RowList, named
from registry.refusals import words_for
from registry.sql import Sql, compiled, identifier, joined, sql


def checks_of(work: Work, table: str) -> list[tuple[str, Sql]]:
    """Return name and condition of each CHECK of a table, as the database has them."""
    found = work.ask(
        "SELECT conname, regexp_replace(pg_get_constraintdef(oid), '^CHECK ', '') FROM pg_constraint"
        " WHERE conrelid = {name}::regclass AND contype = 'c' ORDER BY conname",
        name=table,
    )
    return [(name, compiled(rule)) for name, rule in found]


def hold_lists(work: Work) -> None:
    """Reject the rows with an element of a list that breaks a rule of its table; lists that are declared by SQL keep them."""
    for rows in work.table.lists:
        if rows.fields:
            _hold(work, rows)
    drop_refused(work)
    work.do("DELETE FROM import_outgoing WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")


def _hold(work: Work, rows: RowList) -> None:
    """Copy the elements into a table with the generated columns of theirs, and ask it for each rule."""
    name = rows.model._meta.db_table
    work.do("DROP TABLE IF EXISTS pg_temp.import_element")
    work.do("CREATE TEMP TABLE import_element (LIKE {table} INCLUDING GENERATED) ON COMMIT DROP", table=rows.table)
    needed = [field.column for field in rows.fields if not field.null]
    for column in ("id", *needed):
        work.do("ALTER TABLE import_element ALTER COLUMN {column} DROP NOT NULL", column=identifier(column))
    work.do("ALTER TABLE import_element ADD row_id bigint, ADD line bigint")
    put = work.do(
        """
        INSERT INTO import_element ({below}, {columns}, row_id, line) SELECT f.id, {values}, i.row_id, i.line
        FROM import_incoming i JOIN registry_importrow r ON r.id = i.row_id JOIN import_fresh f ON f.row_id = i.row_id
        CROSS JOIN LATERAL ({given}) e WHERE jsonb_array_length(COALESCE(r.mapped->{name}, '[]')) > 0
        """,
        below=identifier(rows.owner),
        columns=named(rows.columns),
        values=named(rows.columns, "e"),
        given=rows.given("r"),
        name=rows.name,
    )
    if not put:
        return
    rules = checks_of(work, name)
    rules += [(f"{column.removesuffix('_id')} is needed", sql("{c} IS NOT NULL", c=identifier(column))) for column in needed]
    broken = (
        sql(
            "SELECT row_id, line, {rule}, {list}, '', {message}, '', true FROM import_element WHERE NOT {condition}",
            rule=rule,
            list=rows.name,
            message=words_for(rule)[1] or f"The registry keeps the rule “{rule}”.",
            condition=condition,
        )
        for rule, condition in rules
    )
    work.problem("SELECT DISTINCT * FROM ({broken}) b ORDER BY 2", broken=joined(" UNION ALL ", broken))
