"""Which columns of other tables point at a table, as the database has them."""

from imports.plan.steps import Work
from registry.sql import Sql, identifier, joined, sql


def references(work: Work, table: str, but: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """List the tables and columns that point at a table, without those of `but`."""
    found = work.ask(
        """
        SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = {name}::regclass ORDER BY 1, 2
        """,
        name=table,
    )
    return [(other, column) for other, column in found if (other, column) not in but]


def _own_tables(work: Work) -> dict[str, str]:
    """Return table → column of the record, of the records themselves and the rows of their lists."""
    return {work.table.name: "id", **{str(rows.model._meta.db_table): rows.owner for rows in work.table.lists}}


def unless_it_goes(work: Work, other: str) -> Sql:
    """Except rows of records that the run made as well: they go with it."""
    owner = _own_tables(work).get(other)
    if owner is None:
        return sql("")
    made = "AND x.{owner} NOT IN (SELECT record_id FROM registry_importoutcome WHERE run_id = {run} AND outcome = 'new')"
    return work.sql(made, owner=identifier(owner))


def hold_by_those_left(work: Work) -> None:
    """Leave alone, too, what the records refer to that are left alone."""
    own = _own_tables(work)
    found = [(other, column) for other, column in references(work, work.table.name, set()) if other in own]
    referring = [
        sql(
            "SELECT x.{column} FROM {other} x JOIN import_undo l ON l.record_id = x.{owner} AND l.why <> ''",
            column=identifier(column),
            other=identifier(other),
            owner=identifier(own[other]),
        )
        for other, column in found
        if column != own[other]
    ]
    held = (
        "UPDATE import_undo u SET why = 'another record refers to it'"
        " WHERE u.why = '' AND u.is_new AND u.record_id IN ({those})"
    )
    while referring and work.do(held, those=joined(" UNION ALL ", referring)):
        pass
