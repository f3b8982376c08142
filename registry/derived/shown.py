"""Which rows of other tables the rendered document of a record shows, reported by the package that declares documents."""

_shown: set[tuple[str, str]] = set()


def show(table: str, column: str) -> None:
    """Record that documents show the rows of a table that point at their record by a column."""
    _shown.add((table, column))


def is_shown(table: str, column: str) -> bool:
    """Return whether documents show the rows of a table that point at their record by a column."""
    return (table, column) in _shown
