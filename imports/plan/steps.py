"""One run at work: its cursor, its temporary tables, its names."""

from dataclasses import dataclass
from typing import Any, LiteralString

from imports.progress import Progress
from imports.tables import TargetTable
from registry.models import ImportRun
from registry.sql import Sql, identifier, joined, sql

_TEMPORARY = (
    "country", "symbol", "holder", "incoming", "matched", "last", "base", "compared", "listed", "outgoing", "effect",
    "difference", "doubt", "citation", "fresh", "reference", "wanted", "derived",
)  # fmt: skip


#: The option of a run whose rows are edited records of the registry.
EDITS = "edits"
#: The option of a run that names the runs of other kinds of record of the same rows, which go before it.
AFTER = "after"


@dataclass(frozen=True)
class Work:
    """A run at work in one transaction: every step is one statement over all rows."""

    run: ImportRun
    table: TargetTable
    cursor: Any
    progress: Progress

    @property
    def edits(self) -> bool:
        """Return whether the rows are edited records, whose values take the place of those of the registry."""
        return bool(self.run.options.get(EDITS))

    def sql(self, template: LiteralString, **fields: Any) -> Sql:
        """Compose SQL with the run's own `run`, `source`, `table`, `owner` and `cited` (keys of ids, of citations)."""
        own = {
            "run": self.run.pk,
            "source": self.run.source_id,
            "table": identifier(self.table.name),
            "owner": identifier(f"{self.table.owner}_id"),
            "cited": identifier(f"{self.table.cited_as or self.table.owner}_id"),
        }
        return sql(template, **own | fields)

    def do(self, template: LiteralString, **fields: Any) -> int:
        """Execute a statement, composed as by `sql`, and give how many rows it wrote."""
        statement = self.sql(template, **fields)
        self.cursor.execute(statement.text, statement.values)
        return int(self.cursor.rowcount)

    def ask(self, template: LiteralString, **fields: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self.do(template, **fields)
        return list(self.cursor.fetchall())

    def problem(self, template: LiteralString, *, offers: bool = False, **fields: Any) -> int:
        """Record problems: the query selects row_id, line, rule, column, value, message, fix, is_error, and perhaps `offer`."""
        return self.do(
            'INSERT INTO registry_importproblem (run_id, by_registry, row_id, line, rule, "column", value, message, fix,'
            " is_error {offer}) SELECT {run}, true, f.* FROM ({found}) f",
            found=self.sql(template, **fields),
            offer=sql(", offer" if offers else ""),
        )

    def clear(self) -> None:
        """Forget the temporary tables of another run in this transaction, and what was found by comparison before."""
        tables = joined(", ", (identifier("pg_temp", f"import_{name}") for name in _TEMPORARY))
        self.do("DROP TABLE IF EXISTS {tables}", tables=tables)
        self.do("DELETE FROM registry_importproblem WHERE run_id = {run} AND by_registry")

    def analyze(self, *names: str) -> None:
        """Let the planner know what stands in temporary tables."""
        for name in names:
            self.do("ANALYZE {name}", name=identifier(f"import_{name}"))
