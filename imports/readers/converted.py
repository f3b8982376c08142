"""Files that a process of its own reads within bounds: FlatGeobuf, Parquet, Esri JSON and OpenDocument spreadsheets."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from django.contrib.gis.geos import GEOSException, GEOSGeometry

from imports import limits
from imports.readers.features import shaped_row
from imports.readers.projections import projection_from
from imports.readers.table import InputFile, Progress, Table, checked_columns
from imports.rows import Problem, RawRow

_NAMES = {"parquet": "Parquet", "fgb": "FlatGeobuf", "esri": "Esri JSON"}
#: The name by which GDAL knows each format again; a Parquet file and a spreadsheet are not GDAL's.
_FILES = {"fgb": "layer.fgb", "esri": "layer.json", "parquet": "table.parquet", "ods": "book.ods"}


@dataclass(frozen=True)
class Converted:
    """The rows of a file as JSON lines, in a folder that lives as long as they are referred to."""

    folder: TemporaryDirectory[str]
    said: dict[str, Any]

    @property
    def path(self) -> Path:
        """Return the file of rows."""
        return Path(self.folder.name) / "rows"


def convert(input_file: InputFile, form: str) -> Converted:
    """Let the other process read a file; raises FileRefused for what it cannot read within its bounds."""
    if input_file.path.stat().st_size > limits.CONVERTED_BYTES:
        raise input_file.refuse(
            "workbook-too-large", f"It is larger than {limits.CONVERTED_BYTES >> 20} MB.", "Save it as CSV or GeoJSONSeq."
        )
    folder = TemporaryDirectory(prefix="registry-import-")
    inside = Path(folder.name)
    # Under a name of ours: what a file is called decides nothing.
    shutil.copyfile(input_file.path, inside / _FILES[form])
    bounds = (limits.CONVERSION_MB, limits.CONVERSION_SECONDS, limits.ZIP_BYTES >> 20)
    command = [sys.executable, "-P", "-m", "imports.readers.conversion", form, str(inside / _FILES[form]), str(inside / "rows")]
    # One thread: the stacks of many count as memory.
    own = {"GDAL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CPL_LOG": os.devnull}
    variables = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(Path(__file__).resolve().parents[2]), **own}
    said: dict[str, Any] = {"refused": "time"}
    with suppress(subprocess.TimeoutExpired, json.JSONDecodeError):
        ran = subprocess.run(  # noqa: S603 - our own program, with paths of ours
            [*command, *map(str, bounds)],
            env=variables,
            cwd=inside,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=4 * limits.CONVERSION_SECONDS,
            check=False,
        )
        said = json.loads(ran.stdout or b'{"refused": "memory"}')
    if (why := said.get("refused")) is not None:
        raise _refused(input_file, str(why), _NAMES.get(form, "OpenDocument"))
    return Converted(folder, said)


def _refused(input_file: InputFile, why: str, name: str) -> Exception:
    if why in ("memory", "time"):
        bound = f"{limits.CONVERSION_MB} MB of memory" if why == "memory" else f"{limits.CONVERSION_SECONDS} seconds"
        return input_file.refuse(
            "workbook-too-large", f"It cannot be read within {bound}.", "Save it as CSV, GeoJSONSeq or GeoPackage."
        )
    return input_file.refuse(
        "unreadable", f"It cannot be read as {name}: {why.rstrip('.')}.", "Save it again, or in another format."
    )


def read_parquet(input_file: InputFile) -> Table:
    """Read a Parquet or GeoParquet file."""
    return _features(input_file, "parquet")


def read_flatgeobuf(input_file: InputFile) -> Table:
    """Read a FlatGeobuf file."""
    return _features(input_file, "fgb")


def read_esri_json(input_file: InputFile) -> Table:
    """Read the features of an ArcGIS service, as it gives them with f=json."""
    return _features(input_file, "esri")


def _features(input_file: InputFile, form: str) -> Table:
    converted = convert(input_file, form)
    has_shapes = converted.said.get("has_shapes", True)
    srid = input_file.srid or converted.said.get("srid")
    if srid is None and has_shapes:
        raise input_file.refuse(
            "unknown-srid", "It states no EPSG number for its coordinates.", "Give it when you load the file."
        )
    projection_from(input_file, srid)
    return Table(
        format=_NAMES[form],
        columns=checked_columns(input_file, converted.said["columns"]),
        walk=lambda progress: _rows(input_file, converted, srid, progress),
        total=converted.said["rows"],
        has_geometry=has_shapes,
        srid=srid,
    )


def _rows(input_file: InputFile, converted: Converted, srid: int | None, progress: Progress) -> Iterator[RawRow]:
    projection = projection_from(input_file, srid)
    with converted.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            progress.done = number
            feature = orjson.loads(line)
            try:
                shape = _geometry(feature["shape"])
            except (GEOSException, ValueError) as error:
                problem = Problem("geometry-form", f"The shape cannot be read: {error}.", "geometry")
                row = shaped_row(number, feature["cells"], None, None)
                yield RawRow(number, row.values, problems=(*row.problems, problem))
                continue
            yield shaped_row(number, feature["cells"], shape, projection)


def _geometry(encoded: str | None) -> dict[str, Any] | None:
    if encoded is None:
        return None
    geometry = GEOSGeometry(memoryview(base64.b64decode(encoded)))
    coordinates: Any = geometry.coords  # type: ignore[attr-defined]
    return {"type": geometry.geom_type, "coordinates": coordinates} if coordinates else None
