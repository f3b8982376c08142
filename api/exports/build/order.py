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
    #: Tables of the rows within records: name, COPY, and columns.
    lists: list[tuple[str, str, list[tuple[str, str, str]]]] = field(default_factory=list)

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
