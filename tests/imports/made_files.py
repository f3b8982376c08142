"""Files made for tests: workbooks, Shapefiles and GeoPackages, sound and hostile."""

import io
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import shapefile
from django.contrib.gis.geos import GEOSGeometry
from openpyxl import Workbook

WGS84_PRJ = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def workbook(path: Path, rows: list[list[Any]], title: str = "Sheet") -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """Replace a part of a zip, or add one."""
    with zipfile.ZipFile(path) as archive:
        parts = {member.filename: archive.read(member) for member in archive.infolist()}
    parts[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def sheet_of(rows: str) -> bytes:
    return f"{_SHEET}{rows}</sheetData></worksheet>".encode()


def zipped(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def shapefile_parts(
    shapes: list[tuple[Any, dict[str, Any]]],
    kind: int,
    encoding: str = "utf-8",
    prj: str | None = WGS84_PRJ,
    cpg: str | None = None,
) -> dict[str, bytes]:
    """Give the parts of a Shapefile of points or polygons; fields are texts."""
    shp, dbf, shx = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, dbf=dbf, shx=shx, shapeType=kind, encoding=encoding) as writer:
        for name in shapes[0][1]:
            writer.field(name, "C", size=80)
        for shape, values in shapes:
            if shape is None:
                writer.null()
            elif kind == shapefile.POINT:
                writer.point(*shape)
            else:
                writer.poly(shape)
            writer.record(**values)
        parts = {".shp": shp, ".dbf": dbf, ".shx": shx}
        writer.close()
        found = {f"sites{ending}": file.getvalue() for ending, file in parts.items()}
    if prj is not None:
        found["sites.prj"] = prj.encode()
    if cpg is not None:
        found["sites.cpg"] = cpg.encode()
    return found


def geopackage(
    path: Path, rows: list[tuple[Any, ...]], srid: int = 4326, columns: str = "id TEXT, name TEXT, country TEXT"
) -> Path:
    """Write a GeoPackage with one layer “sites”; the last of each row is a shape as WKT."""
    names = [column.split()[0] for column in columns.split(", ")]
    database = sqlite3.connect(path)
    database.executescript(f"""
        PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
            organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('a', {srid}, 'EPSG', {srid}, 'undefined', NULL);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
            description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT '2024-01-01T00:00:00Z',
            min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('sites', 'features', 'sites', {srid});
        CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT NOT NULL,
            geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
        INSERT INTO gpkg_geometry_columns VALUES ('sites', 'geom', 'GEOMETRY', {srid}, 0, 0);
        CREATE TABLE sites (fid INTEGER PRIMARY KEY, {columns}, geom BLOB);
    """)
    for *values, shape in rows:
        blob = shape if isinstance(shape, bytes) else None if shape is None else _blob(shape, srid)
        marks = ", ".join("?" * (len(names) + 1))
        database.execute(f"INSERT INTO sites ({', '.join(names)}, geom) VALUES ({marks})", (*values, blob))
    database.commit()
    database.close()
    return path


def _blob(wkt: str, srid: int) -> bytes:
    geometry = GEOSGeometry(wkt)
    return b"GP\x00\x01" + struct.pack("<i", srid) + bytes(geometry.wkb)
