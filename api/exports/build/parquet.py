"""GeoParquet 1.1: columns with their meanings, WKB in WGS 84, a box per record for readers that look for a part."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from api.exports.build.order import Order
from api.exports.build.rows import BOUNDS, batches, schema
from registry.geo.geojson import FORMS

_ROWS_PER_GROUP = 65_536
#: The kinds of geometry by their number in little-endian WKB.
_KINDS = {form.number: kind for kind, form in FORMS.items()}


def build(order: Order) -> None:
    """Write the file, a group of rows at a time."""
    columns = schema(order)
    box = pa.struct([(side, pa.float64()) for side in BOUNDS])
    if order.geometry:
        columns = columns.append(pa.field("bbox", box))
    columns = columns.with_metadata({"title": order.title, "license": order.license})
    kinds: set[str] = set()
    extent: list[float | None] = [None] * 4
    with pq.ParquetWriter(order.path, columns, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch, bounds in batches(order):
            arrays: list[Any] = batch.columns
            if order.geometry:
                shapes = batch.column("geometry")
                kinds |= {_KINDS[int.from_bytes(head, "little")] for head in _heads(shapes)}
                extent = [_further(side, known, values) for side, known, values in zip(BOUNDS, extent, bounds, strict=True)]
                arrays = [*arrays, pa.StructArray.from_arrays(bounds, fields=list(box), mask=shapes.is_null())]
            waiting.append(pa.RecordBatch.from_arrays(arrays, schema=columns))
            if sum(one.num_rows for one in waiting) >= _ROWS_PER_GROUP:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        writer.write_table(pa.Table.from_batches(waiting, columns))
        if order.geometry:
            writer.add_key_value_metadata({"geo": json.dumps(_geo(kinds, extent))})


def _heads(shapes: Any) -> set[bytes]:
    heads = pc.unique(pc.binary_slice(shapes, 1, 5)).to_pylist()
    return {head for head in heads if head is not None}


def _further(side: str, known: float | None, values: Any) -> float | None:
    """Widen one side of the extent by what a batch holds."""
    furthest, furthest_of = (pc.min, min) if side.endswith("min") else (pc.max, max)
    sides = [value for value in (known, furthest(values).as_py()) if value is not None]
    return furthest_of(sides) if sides else None


def _geo(kinds: set[str], extent: list[float | None]) -> dict[str, Any]:
    """Describe the geometry; without a coordinate system it is WGS 84, longitude first."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "covering": {"bbox": {side: ["bbox", side] for side in BOUNDS}},
    }
    if None not in extent:
        column["bbox"] = extent
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
