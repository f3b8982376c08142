"""The order for a file, as it passes from a worker to the builder."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any


def time_limit(milliseconds: int) -> str:
    """Return the statement by which a transaction limits its statements."""
    return f"SET LOCAL statement_timeout = {int(milliseconds)}"


@dataclass(frozen=True)
class Order:
    """What is to be built: the COPY that gives the rows, their columns (name, type, meaning), and where the file goes.

    `changed` is when the data last changed (ISO 8601). With `geometry` the last five columns of the rows are hexadecimal WKB
    and its bounds: west, south, east, north.
    """

    connection: dict[str, Any]
    timeout_ms: int
    statement: str
    columns: list[tuple[str, str, str]]
    geometry: bool
    format: str
    path: str
    layer: str
    title: str
    license: str
    changed: str
    dictionary: list[tuple[str, str, str, str]]
    #: The snapshot (`pg_export_snapshot`) in which the rows are read; if empty, the moment of reading.
    snapshot: str = ""
    #: The table of a GeoPackage that explains the columns.
    dictionary_layer: str = "dictionary"
    #: Tables of the rows within records: name, COPY, and columns.
    lists: list[tuple[str, str, list[tuple[str, str, str]]]] = field(default_factory=list)

    def opening(self) -> list[str]:
        """Return the statements with which a transaction begins that reads the rows."""
        limit = time_limit(self.timeout_ms)
        if not self.snapshot:
            return [limit]
        level = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        return [level, f"SET TRANSACTION SNAPSHOT '{self.snapshot}'", limit]

    def of_lists(self) -> "Iterator[Order]":
        """Return an order for each table of rows within records."""
        for name, statement, columns in self.lists:
            yield replace(self, layer=name, statement=statement, columns=columns, geometry=False, lists=[])

    def line(self) -> bytes:
        """Write it as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Order":
        """Read it back."""
        return cls(**json.loads(line))
