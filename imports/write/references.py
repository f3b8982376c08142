"""Which columns of other tables point at a table, as the database has them."""

from imports.plan.steps import Work


def references(work: Work, table: str, but: set[str]) -> list[tuple[str, str]]:
    """List the tables and columns that point at a table, without the tables `but`."""
    found = work.ask(
        """
        SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = {name}::regclass ORDER BY 1, 2
        """,
        name=table,
    )
    return [(other, column) for other, column in found if other not in but]
