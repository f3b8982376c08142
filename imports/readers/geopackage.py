"""GeoPackages: SQLite databases whose tables are read as they stand, with nothing of theirs run."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Literal

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import gettext

from imports import limits
from imports.readers.features import shaped_row
from imports.readers.projections import projection_from
from imports.readers.table import InputFile, Progress, Table, checked_columns
from imports.rows import Problem, RawRow
from registry.geo.systems import WGS84

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_BROKEN = (sqlite3.Error, UnicodeError, ValueError, OverflowError, MemoryError)
#: What a file's own tables may ask of the database while they are read: nothing but columns.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


_FEATURES = """
    SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id, t.type, t.sql
    FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    LEFT JOIN sqlite_master t ON t.name = g.table_name COLLATE NOCASE
"""
_ATTRIBUTES = """
    SELECT c.table_name, NULL, NULL, NULL, t.type, t.sql
    FROM gpkg_contents c LEFT JOIN sqlite_master t ON t.name = c.table_name COLLATE NOCASE WHERE c.data_type = 'attributes'
"""
#: Kinds of well-known binary that have arcs: circular strings, compound curves, what consists of them.
_CURVED = range(8, 15)


def read_geopackage(input_file: InputFile) -> Table:
    """Read the only feature table of a GeoPackage, or the one named by `layer`."""
    try:
        with closing(_opened(input_file)) as database:
            layer, geometry, number = _layer(input_file, database)
            described = database.execute(f"SELECT * FROM {_quoted(layer)} LIMIT 0").description
            (total,) = database.execute(f"SELECT count(1) FROM {_quoted(layer)}").fetchone()
    except _BROKEN as error:
        raise _broken(input_file, error) from error
    # Names in a GeoPackage have no case.
    geometry = next((name for name, *_ in described if geometry and name.casefold() == geometry.casefold()), "")
    columns = checked_columns(input_file, [name for name, *_ in described if name != geometry])
    srid = input_file.srid or number or None
    projection_from(input_file, srid)
    return Table(
        format="GeoPackage",
        columns=columns,
        walk=lambda progress: _rows(input_file, layer, geometry, srid, progress),
        total=total,
        has_geometry=bool(geometry),
        srid=srid,
    )


def _broken(input_file: InputFile, error: BaseException) -> Exception:
    said = " ".join(str(error).split())[:120] or type(error).__name__
    return input_file.refuse("bad-geopackage", f"It cannot be read: {said}.", "Save it again in a GIS.")


def _opened(input_file: InputFile) -> sqlite3.Connection:
    """Open the file so that SQLite reads it and nothing else, and runs nothing that it holds."""
    database = sqlite3.connect(f"{input_file.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    # No text or value may be larger than a record, whatever an expression in the file makes of it.
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.RECORD_BYTES)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, limits.COLUMNS)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "cache_size=-8192", "temp_store=FILE"):
        database.execute(f"PRAGMA {pragma}")
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    database.set_authorizer(_authorize)
    return database


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Let columns be read, and rows be counted; deny all else."""
    counts = action == sqlite3.SQLITE_FUNCTION and second == "count"
    return sqlite3.SQLITE_OK if action in _ALLOWED or counts else sqlite3.SQLITE_DENY


def _layer(input_file: InputFile, database: sqlite3.Connection) -> tuple[str, str, int]:
    """Find the table, the column of its shapes, and the EPSG number of its coordinates; a table of attributes has neither."""
    layers = database.execute(_FEATURES).fetchmany(200)
    if not layers or (input_file.layer is not None and input_file.layer not in [layer[0] for layer in layers]):
        layers += database.execute(_ATTRIBUTES).fetchmany(200)
    names = sorted({str(layer[0]) for layer in layers})
    chosen = [layer for layer in layers if input_file.layer is None or layer[0] == input_file.layer]
    if len(chosen) != 1:
        shown = ", ".join(f"“{name[:60]}”" for name in names[:10])
        raise input_file.refuse("unknown-layer", f"Name one of its {len(names)} layers: {shown or 'it has none'}.")
    table, column, organization, number, kind, sql = chosen[0]
    # A view, or a table that is a program, could run without end.
    if kind != "table" or str(sql).upper().startswith("CREATE VIRTUAL") or " AS (" in str(sql).upper():
        raise input_file.refuse(
            "not-a-table", f"Its layer “{str(table)[:60]}” is not a plain table.", "Export the layer to a new file."
        )
    if column is None:
        return str(table), "", 0
    if str(organization).upper() != "EPSG" and input_file.srid is None:
        raise input_file.refuse(
            "unknown-srid",
            "It states no EPSG number for its coordinates.",
            f"Give the EPSG number when you load it; {WGS84} if they are longitudes and latitudes of WGS 84.",
        )
    return str(table), str(column), int(number) if str(organization).upper() == "EPSG" else 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(input_file: InputFile, layer: str, geometry: str, srid: int | None, progress: Progress) -> Iterator[RawRow]:
    projection = projection_from(input_file, srid)
    try:
        with closing(_opened(input_file)) as database:
            cursor = database.execute(f"SELECT * FROM {_quoted(layer)}")
            names = [name for name, *_ in cursor.description]
            for number, record in enumerate(cursor, 1):
                progress.done = number
                cells = dict(zip(names, record, strict=True))
                shape = cells.pop(geometry, None)
                cells = {name: None if isinstance(value, bytes) else value for name, value in cells.items()}
                try:
                    read = _shape(shape)
                except (GEOSException, ValueError, TypeError, IndexError, OverflowError) as error:
                    problem = Problem(
                        "geometry-form", gettext("The shape cannot be read: %(error)s.") % {"error": error}, geometry
                    )
                    row = shaped_row(number, cells, None, None)
                    yield RawRow(number, row.values, problems=(*row.problems, problem))
                    continue
                yield shaped_row(number, cells, read, projection)
    except _BROKEN as error:
        raise _broken(input_file, error) from error


def _shape(blob: Any) -> dict[str, Any] | None:
    """Read a GeoPackage geometry: a head with flags and perhaps an envelope, then WKB."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError(gettext("it is not a GeoPackage geometry"))
    flags = blob[3]
    if flags & 0x20:
        raise ValueError(gettext("it is of a kind that GeoPackage does not define"))
    if flags & 0x10:
        return None
    if _kind(blob[8 + _ENVELOPE_BYTES[flags >> 1 & 7] :]) in _CURVED:
        raise ValueError("it is a curve; save the layer with straight lines")
    geometry = GEOSGeometry(memoryview(blob[8 + _ENVELOPE_BYTES[flags >> 1 & 7] :]))
    coordinates: Any = geometry.coords  # type: ignore[attr-defined]
    return {"type": geometry.geom_type, "coordinates": coordinates}


def _kind(binary: bytes) -> int:
    """Return the kind of well-known binary, without what it says of height and measure."""
    order: Literal["little", "big"] = "little" if binary[:1] == b"\x01" else "big"
    return (int.from_bytes(binary[1:5], order) & 0xFFFF) % 1000
