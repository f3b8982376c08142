"""The tables of a release: CSV and GeoParquet of each kind of record, one GeoPackage, and the statements."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from api.exports.build_process import Builder, ExportTable, order_of, table_of
from api.exports.dictionary import HEADER, dictionary_rows
from api.exports.formats import FORMATS, Format
from api.exports.statement import csv_statement, table_columns
from api.query.csv_table import csv_table
from api.query.list_query import ListQuery
from api.resources.resource import Resource, all_resources
from api.statements.columns import NAMES
from api.statements.query import read_query
from api.statements.views import statements_csv, statements_table
from releases.snapshot import Snapshot

Tell = Callable[[str], None]
_PARQUET, _PACKAGE = FORMATS["parquet"], FORMATS["gpkg"]


def write_tables(folder: Path, snapshot: Snapshot, tell: Tell) -> None:
    """Write all tables; each file reads the same snapshot."""
    (folder / "csv").mkdir()
    (folder / "parquet").mkdir()
    with snapshot.connection() as live, Builder() as builder:
        files = _Files(live, snapshot, builder)
        for resource in all_resources():
            tell(resource.name)
            _of_kind(folder, resource, files)
        tell("statements")
        query = read_query({})
        files.csv(folder / "csv" / "statements.csv", statements_csv(live, query), NAMES)
        files.build(folder / "parquet" / "statements.parquet", statements_table(query), _PARQUET)
    dictionary = (
        dict(zip(("table", *HEADER), (resource.name, *row), strict=True))
        for resource in all_resources()
        for row in dictionary_rows(resource)
    )
    (folder / "csv" / "dictionary.csv").write_bytes(csv_table(("table", *HEADER), dictionary))


def _of_kind(folder: Path, resource: Resource, files: "_Files") -> None:
    query, name = ListQuery(resource), resource.name
    columns = [column.name for column in table_columns(query)]
    files.csv(folder / "csv" / f"{name}.csv", csv_statement(files.live, query), columns)
    files.build(folder / "parquet" / f"{name}.parquet", table_of(query, _PARQUET), _PARQUET)
    table = table_of(query, _PACKAGE)
    # Rows within records, such as `parties`, have the same name in several kinds.
    lists = tuple((f"{name}_{rows}", statement, columns) for rows, statement, columns in table.lists)
    files.build(folder / "registry.gpkg", replace(table, lists=lists), _PACKAGE, dictionary_layer=f"{name}_dictionary")


@dataclass(frozen=True)
class _Files:
    """What writes files from one snapshot."""

    live: "psycopg.Connection[Any]"
    snapshot: Snapshot
    builder: Builder

    def csv(self, path: Path, statement: str, names: Iterable[str]) -> None:
        """Write the rows of a COPY below a line of names."""
        with path.open("wb") as file, self.live.cursor().copy(statement) as rows:
            file.write(",".join(names).encode() + b"\n")
            for block in rows:
                file.write(block)

    def build(self, path: Path, table: ExportTable, wanted: Format, dictionary_layer: str = "dictionary") -> None:
        """Build a file, or the layers of a kind in a GeoPackage."""
        order = order_of(table, wanted, self.live, path, self.snapshot.instant)
        given = {"snapshot": self.snapshot.identifier, "timeout_ms": 0, "dictionary_layer": dictionary_layer}
        self.builder.build(replace(order, **given))  # type: ignore[arg-type]
