"""One run at work: its cursor, its temporary tables, its names."""

from dataclasses import dataclass
from typing import Any

from imports.progress import Progress
from imports.tables import Table
from registry.models import ImportRun

_TEMPORARY = (
    "country", "symbol", "holder", "incoming", "matched", "last", "base", "compared", "listed", "outgoing", "effect",
    "difference", "doubt", "citation",
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """A run at work in one transaction: every step is one statement over all rows."""

    run: ImportRun
    table: Table
    cursor: Any
    progress: Progress

    def do(self, sql: str, **values: Any) -> int:
        """Execute a statement with `run` and `source` bound, and give how many rows it wrote."""
        self.cursor.execute(sql, {"run": self.run.pk, "source": self.run.source_id, **values})
        return int(self.cursor.rowcount)

    def ask(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self.do(sql, **values)
        return list(self.cursor.fetchall())

    def problem(self, found: str) -> int:
        """Record problems: `found` selects row_id, line, rule, column, value, message, fix, is_error."""
        return self.do(
            'INSERT INTO registry_importproblem (run_id, row_id, line, rule, "column", value, message, fix, is_error,'
            f" by_registry) SELECT %(run)s, f.*, true FROM ({found}) f"
        )

    def clear(self) -> None:
        """Forget the temporary tables of another run in this transaction, and what was found by comparison before."""
        self.do(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.import_{name}' for name in _TEMPORARY)}")
        self.do("DELETE FROM registry_importproblem WHERE run_id = %(run)s AND by_registry")

    def analyze(self, *names: str) -> None:
        """Let the planner know what stands in temporary tables."""
        for name in names:
            self.do(f"ANALYZE import_{name}")
