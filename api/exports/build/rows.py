"""The rows of an order as Arrow batches, read from a COPY as fast as it gives them and never held all at once."""

import io
from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa
from pyarrow import csv

from api.exports.build.order import Order

TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("us", "UTC"),
}
BOUNDS = ("xmin", "ymin", "xmax", "ymax")
_BLOCK_BYTES = 4 << 20


#: What the database said when it ended the rows: Arrow and GDAL make an error of their own of it.
failures: list[psycopg.Error] = []


def _read(rows: psycopg.Copy) -> bytes:
    try:
        return bytes(rows.read())
    except psycopg.Error as error:
        failures.append(error)
        raise


def _copy(live: "psycopg.Connection[Any]", order: Order) -> Any:
    for statement in order.opening():
        live.execute(statement)
    return live.cursor().copy(order.statement)


class _Reader(io.RawIOBase):
    """A COPY as a file."""

    def __init__(self, rows: psycopg.Copy, first: bytes) -> None:
        self._rows, self._rest = rows, first

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while length < size or size < 0:
            row = _read(self._rows)
            if not row:
                break
            parts.append(row)
            length += len(row)
        whole = b"".join(parts)
        self._rest = whole[size:] if size >= 0 else b""
        return whole[:size] if size >= 0 else whole


def schema(order: Order) -> pa.Schema:
    """Return the columns with their meanings."""
    fields = [pa.field(name, TYPES[type_], metadata={"description": words}) for name, type_, words in order.columns]
    if order.geometry:
        fields.append(pa.field("geometry", pa.binary()))
    return pa.schema(fields)


def batches(order: Order) -> Iterator[tuple[pa.RecordBatch, list[pa.Array]]]:
    """Return the rows in batches with the bounds of their geometries: west, south, east, north."""
    names = [name for name, _, _ in order.columns]
    types = {name: TYPES[type_] for name, type_, _ in order.columns}
    if order.geometry:
        names += ["geometry", *(f"bounds {side}" for side in BOUNDS)]
        types |= {"geometry": pa.string()} | {f"bounds {side}": pa.float64() for side in BOUNDS}
    with psycopg.connect(**order.connection) as live, _copy(live, order) as rows:
        first = _read(rows)
        if not first:
            return
        reader = csv.open_csv(
            pa.PythonFile(_Reader(rows, first), mode="r"),
            read_options=csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                # COPY quotes an empty text, and leaves an unknown one bare.
                quoted_strings_can_be_null=False,
            ),
        )
        wanted = schema(order)
        for batch in reader:
            columns: list[Any] = batch.columns[: len(order.columns)]
            bounds: list[Any] = []
            if order.geometry:
                shapes = batch.column(len(order.columns)).to_pylist()
                columns = [*columns, pa.array([bytes.fromhex(shape) if shape else None for shape in shapes], pa.binary())]
                bounds = batch.columns[-4:]
            yield pa.RecordBatch.from_arrays(columns, schema=wanted), bounds
