"""From a query to a built file: a process of its own builds it, and how it went becomes a problem if it went wrong."""

import errno
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from api.database.version import data_version
from api.errors import TooSlow, Unavailable
from api.exports.build.order import Order
from api.exports.columns import LICENSE, Column
from api.exports.dictionary import dictionary_rows
from api.exports.formats import Format
from api.exports.lists import list_statement, list_tables
from api.exports.statement import csv_statement, table_columns, table_statement
from api.exports.stream import connect, parameters
from api.query.list_query import ListQuery
from config.environment import ROOT

_QUERY_CANCELED = "57014"


@dataclass(frozen=True)
class ExportTable:
    """What a file is built from: the COPY of its rows, its columns (name, type, meaning), and its dictionary."""

    statement: Callable[["psycopg.Connection[Any]"], str]
    columns: list[tuple[str, str, str]]
    dictionary: list[tuple[str, str, str, str]]
    name: str
    title: str
    geometry: bool = False
    #: Tables of the rows within records: name, COPY, and columns.
    lists: tuple[tuple[str, Callable[["psycopg.Connection[Any]"], str], list[tuple[str, str, str]]], ...] = ()


def table_of(query: ListQuery, wanted: Format) -> ExportTable:
    """Return what the file of a query is built from."""
    resource, is_plain = query.resource, wanted.name == "zip"
    main = csv_statement if is_plain else partial(table_statement, located=wanted.name == "fgb")
    return ExportTable(
        statement=lambda live: main(live, query),
        lists=tuple(
            (one.name, partial(list_statement, query=query, table=one, plain=is_plain), _described(one.columns))
            for one in (list_tables(query) if wanted.has_lists else ())
        ),
        columns=_described(table_columns(query)),
        dictionary=dictionary_rows(resource),
        name=resource.name,
        title=resource.description,
        geometry=query.drawn,
    )


def _described(columns: Iterable[Column]) -> list[tuple[str, str, str]]:
    return [(column.name, column.type, column.description) for column in columns]


def build_table(table: ExportTable, wanted: Format) -> Path:
    """Build the file of a table and give its path; raises TooSlow or Unavailable."""
    try:
        return _built(table, wanted)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _no_room() from error


def order_of(table: ExportTable, wanted: Format, live: "psycopg.Connection[Any]", path: Path, changed: datetime) -> Order:
    """Return the order for the file of a table; the values of its query are written by a live connection."""
    return Order(
        connection=parameters(),
        timeout_ms=settings.EXPORT_TIMEOUT_MS,
        statement=table.statement(live),
        columns=table.columns,
        geometry=table.geometry,
        format=wanted.name,
        path=str(path),
        layer=table.name,
        title=table.title,
        license=LICENSE,
        changed=changed.isoformat(),
        dictionary=table.dictionary,
        lists=[(name, rows(live), columns) for name, rows, columns in table.lists],
    )


def _built(table: ExportTable, wanted: Format) -> Path:
    # Made by us and empty, so that nobody else can put a file there; the builder writes beside it.
    folder = tempfile.mkdtemp(prefix="registry-export-")
    path = Path(folder, f"{table.name}.{wanted.extension}")
    try:
        with connect() as live:
            order = order_of(table, wanted, live, path, data_version().changed_at)
        run(order)
        kept = Path(tempfile.mkstemp(prefix="registry-export-", suffix=f".{wanted.extension}")[1])
        path.replace(kept)
        return kept
    finally:
        for left in Path(folder).iterdir():
            left.unlink()
        Path(folder).rmdir()


def run(order: Order) -> None:
    """Have a process of its own build a file; raises TooSlow or Unavailable."""
    with Builder() as builder:
        builder.build(order)


class Builder:
    """A process that builds files, one after another, and ends with the block."""

    def __enter__(self) -> "Builder":
        """Start it."""
        command, variables = [sys.executable, "-P", "-m", "api.exports.build"], {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        # Its standard input stays open: when it closes, the builder ends.
        self._process = subprocess.Popen(command, cwd=ROOT, env=variables, stdin=pipe, stdout=pipe)
        return self

    def build(self, order: Order) -> None:
        """Build a file; without a time limit it may take as long as it needs. Raises TooSlow or Unavailable."""
        orders, answers = self._process.stdin, self._process.stdout
        assert orders is not None and answers is not None
        with suppress(BrokenPipeError):
            orders.write(order.line())
            orders.flush()
        ready, _, _ = select.select([answers], [], [], order.timeout_ms / 1000 or None)
        said = answers.readline() if ready else b'{"sqlstate": "57014"}'
        if not said:
            raise RuntimeError("the process that builds exports failed; see the log for the reason")
        answer = json.loads(said)
        if answer.get("sqlstate") == _QUERY_CANCELED:
            raise TooSlow("Writing the file took too long. Add a filter, or use a streamed format (csv, geojson, geojsonseq).")
        if "sqlstate" in answer:
            raise Unavailable("The database cannot be reached. Try again in a few seconds.", headers={"Retry-After": "5"})
        if "room" in answer:
            raise _no_room()

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def _no_room() -> Unavailable:
    return Unavailable("There is not enough disk space to build the file. Use a streamed format: csv, geojson, geojsonseq.")
