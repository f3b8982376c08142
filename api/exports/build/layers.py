"""GeoPackage and FlatGeobuf, written by GDAL from a stream of Arrow batches."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from api.exports.build.order import Order
from api.exports.build.rows import batches, schema

#: The driver of GDAL for each format, and the option that takes the title of a layer.
_DRIVERS = {"gpkg": ("GPKG", "DESCRIPTION"), "fgb": ("FlatGeobuf", "TITLE")}


def build(order: Order) -> None:
    """Write the file, or further layers of a GeoPackage that is there; it carries the data dictionary as a table of its own.

    Without geometries the records of a GeoPackage are a table of attributes, which has neither CRS nor spatial index.
    """
    columns = schema(order)
    driver, title = _DRIVERS[order.format]
    options = {title: order.title}
    shapes: dict[str, Any] = {"geometry_type": None}
    if order.geometry:
        position = columns.get_field_index("geometry")
        columns = columns.set(position, columns.field(position).with_metadata({"ARROW:extension:name": "geoarrow.wkb"}))
        shapes = {"geometry_name": "geometry", "geometry_type": "Unknown", "crs": "EPSG:4326"}
        options["SPATIAL_INDEX"] = "YES"

    def rows() -> Iterator[pa.RecordBatch]:
        for batch, _ in batches(order):
            yield pa.RecordBatch.from_arrays(batch.columns, schema=columns)

    _writer()(
        pa.RecordBatchReader.from_batches(columns, rows()),
        order.path,
        layer=order.layer,
        driver=driver,
        **shapes,
        layer_options=options,
        # A version that programs of the last years open without a warning.
        dataset_options={"VERSION": "1.2"} if driver == "GPKG" else {},
    )
    if order.format == "gpkg":
        for table in order.of_lists():
            _add_table(table)
        _add_dictionary(order)


def _add_table(order: Order) -> None:
    """Add a table without geometry."""
    columns = schema(order)
    found = pa.RecordBatchReader.from_batches(columns, (batch for batch, _ in batches(order)))
    _writer()(
        found, order.path, layer=order.layer, driver="GPKG", geometry_type=None, layer_options={"DESCRIPTION": order.title}
    )


def _writer() -> Any:
    """Return pyogrio's writer, without what pyogrio loads where it finds it: two seconds for what nothing here wants."""
    absent = dict.fromkeys(("geopandas", "pandas", "shapely"))
    sys.modules.update(absent)  # type: ignore[arg-type]
    from pyogrio.raw import write_arrow

    for name in absent:
        del sys.modules[name]
    return write_arrow


def _add_dictionary(order: Order) -> None:
    name = order.dictionary_layer
    columns = '(id INTEGER PRIMARY KEY, "column" TEXT, type TEXT, code TEXT, meaning TEXT)'
    with sqlite3.connect(order.path) as file:
        file.execute(f'CREATE TABLE "{name}" {columns}')
        file.executemany(f'INSERT INTO "{name}" ("column", type, code, meaning) VALUES (?, ?, ?, ?)', order.dictionary)  # noqa: S608 - a name of ours
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES (?, 'attributes', ?, ?)",
            (name, name, f"The meaning of each column. {order.license}"),
        )
        # The same data are the same bytes: by default the moment of writing stands here.
        file.execute("UPDATE gpkg_contents SET last_change = ?", (_timestamp(order.changed),))


def _timestamp(changed: str) -> str:
    return f"{datetime.fromisoformat(changed).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
