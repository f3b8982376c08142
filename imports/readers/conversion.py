"""The process that reads what a library reads whole: FlatGeobuf, Esri JSON and ODS by GDAL, Parquet by Arrow.

It has no database and no network, and bounds of memory, time and disk space that the kernel keeps. It writes rows as JSON lines
beside the file that it is given, and says what they are in one line.
"""

import base64
import datetime
import html
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Rows that are held at a time.
_BATCH = 1_000
#: Where the names and styles of sheets are looked for.
_CONTENT_BYTES = 64 * 2**20


def main() -> None:
    """Convert one file: its format, its path, where the rows go, and the bounds in megabytes and seconds."""
    form, path, to, memory_mb, seconds, disk_mb = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_mb) << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(disk_mb) << 20,) * 2)
    try:
        said = {"parquet": _parquet, "ods": _ods}.get(form, _layer)(Path(path), Path(to))
    except MemoryError:
        said = {"refused": "memory"}
    except Exception as error:  # noqa: BLE001 - whatever a library says of a file is a refusal of it
        said = {"refused": f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"}
    print(json.dumps(said), flush=True)


def _write(to: Path, rows: Iterator[Any]) -> int:
    """Write rows as JSON lines, and count them."""
    written = 0
    with to.open("x", encoding="utf-8") as file:
        for row in rows:
            file.write(f"{json.dumps(row, ensure_ascii=False, default=_plain)}\n")
            written += 1
    return written


def _plain(value: Any) -> Any:
    """Return what JSON has no word for."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value.tolist() if hasattr(value, "tolist") else None if isinstance(value, bytes) else str(value)


def _feature(cells: dict[str, Any], shape: bytes | None) -> dict[str, Any]:
    """Make a feature of cells and well-known binary, which the other side reads."""
    known = {name: value for name, value in cells.items() if not (isinstance(value, float) and not math.isfinite(value))}
    return {"cells": known, "shape": base64.b64encode(shape).decode() if shape else None}


def _layer(path: Path, to: Path) -> dict[str, Any]:
    """Read the one layer of a file by GDAL, curves as straight lines."""
    import pyogrio

    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if len(layers) != 1:
        raise ValueError(f"it has {len(layers)} layers")

    def features() -> Iterator[Any]:
        with pyogrio.raw.open_arrow(path, batch_size=_BATCH, use_pyarrow=True) as (about, reader):
            column = about["geometry_name"] or "wkb_geometry"
            for batch in reader:
                for cells in batch.to_pylist():
                    yield _feature(cells, cells.pop(column, None))

    meta = pyogrio.read_info(path)
    return {"rows": _write(to, features()), "srid": _number(meta["crs"]), "columns": [str(name) for name in meta["fields"]]}


def _number(stated: str | None) -> int | None:
    """Return the EPSG number of coordinates, by pyproj's own database."""
    if not stated:
        return None
    import pyproj

    return pyproj.CRS.from_user_input(stated).to_epsg(min_confidence=70)


def _parquet(path: Path, to: Path) -> dict[str, Any]:
    """Read a Parquet file batch by batch; the geometry column of GeoParquet is well-known binary."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    file = pq.ParquetFile(path, thrift_string_size_limit=1 << 26, thrift_container_size_limit=1 << 20)
    stated = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    column = stated.get("primary_column", "")
    about = stated.get("columns", {}).get(column, {})
    if column and about.get("encoding") != "WKB":
        raise ValueError("its shapes are not well-known binary")
    crs = about.get("crs", "OGC:CRS84") if column else None

    def features() -> Iterator[Any]:
        for batch in file.iter_batches(_BATCH, use_threads=False):
            for cells in batch.to_pylist():
                shape = cells.pop(column, None) if column else None
                yield _feature(cells, shape)

    names = [name for name in file.schema_arrow.names if name != column]
    srid = 4326 if crs == "OGC:CRS84" or crs is None else _number(json.dumps(crs))
    return {"rows": _write(to, features()), "srid": srid if column else None, "columns": names, "has_shapes": bool(column)}


def _ods(path: Path, to: Path) -> dict[str, Any]:
    """Read each sheet of an OpenDocument spreadsheet by GDAL: a line of its name and state, then its rows."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_ODS_HEADERS": "DISABLE", "OGR_ODS_FIELD_TYPES": "STRING"})
    hidden = _hidden(path)

    def lines() -> Iterator[Any]:
        for name, _ in pyogrio.list_layers(path):
            yield {"sheet": str(name), "visible": str(name) not in hidden}
            *_, columns = pyogrio.raw.read(path, layer=name, read_geometry=False)
            yield from ([None if cell is None else str(cell) for cell in cells] for cells in zip(*columns, strict=True))

    return {"rows": _write(to, lines())}


def _hidden(path: Path) -> set[str]:
    """Name the sheets whose style says that they are not displayed."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        text = file.read(_CONTENT_BYTES).decode("utf-8", "replace")
    style = r'<style:style\b[^>]*style:name="([^"]*)"[^>]*>\s*<style:table-properties\b[^>]*table:display="false"'
    styles = re.findall(style, text)
    found = set()
    for tag in re.findall(r"<table:table\s[^>]*>", text):
        given = dict(re.findall(r'table:(name|style-name)="([^"]*)"', tag))
        if given.get("style-name") in styles:
            found.add(html.unescape(given.get("name", "")))
    return found


if __name__ == "__main__":
    main()
