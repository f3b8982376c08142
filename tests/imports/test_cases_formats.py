"""Formats that were not read, or from which something was lost: what is read of each, and what is said of it."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imports import limits
from imports.source_file import Opened
from imports.values.terms import Terms
from tests.imports.made_files import workbook, zipped
from tests.imports.refusals import refused
from tests.imports.sample_files import SHAPED, Reads, case, names
from tests.mappings import NAMED

pytestmark = pytest.mark.django_db

ReadsCase = Callable[..., tuple[Opened, Any]]
HEAD = "id,name,country,lon,lat\n"


@pytest.mark.parametrize(
    ("name", "form", "point"),
    [
        ("kmz.kmz", "KMZ", None),
        ("ods.ods", "ODS", None),
        ("csv_in_zip.zip", "CSV", None),
        ("geojson_in_zip.zip", "GeoJSON", None),
        ("esri.json", "Esri JSON", None),
        ("geom_case.gpkg", "GeoPackage", None),
        ("attributes_only.gpkg", "GeoPackage", None),
        ("shp_nad83utm.zip", "Shapefile", 26911),
        ("shp_sweref.zip", "Shapefile", 3006),
        ("shp_albers.zip", "Shapefile", 3005),
    ],
)
def test_a_format_is_read_with_its_places(reads_case: ReadsCase, name: str, form: str, point: int | None) -> None:
    opened, rows = reads_case(name)
    assert opened.table.format == form and rows
    assert all(row.is_sound for row in rows), [row.problems for row in rows]
    assert name == "ods.ods" or all(row.record.get("location") for row in rows), rows
    assert point is None or opened.srid == point


def test_a_curve_says_what_to_do(reads_case: ReadsCase, capfd: Any) -> None:
    _, rows = reads_case("curve.gpkg")
    said = [problem.message for row in rows for problem in row.problems if problem.is_error]
    assert said and all("curve; save the layer with straight lines" in message for message in said)
    assert "GEOS" not in "".join(capfd.readouterr())


def _table(folder: Path, form: str) -> Path:
    """Write three rows as another program does, in a process of its own: Arrow and GDAL stay out of this one."""
    path = folder / f"sites.{form}"
    subprocess.run([sys.executable, "-c", _WRITER, str(path)], check=True, capture_output=True)
    return path


_WRITER = """
import sys, struct, json
import pyarrow as pa, pyarrow.parquet as pq, pyogrio
import numpy as np
path = sys.argv[1]
wkb = [struct.pack("<BIdd", 1, 1, 500000.0 + n, 4700000.0) for n in range(3)]
names = ["Aksai", "Borly", "Chulak"]
if path.endswith("parquet"):
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": [],
        "crs": None}}}
    import pyproj
    geo["columns"]["geometry"]["crs"] = pyproj.CRS(32643).to_json_dict()
    cells = {"id": [1, 2, 3], "name": names, "country": ["KG"] * 3, "commodities": [["La", "Ce"]] * 3, "geometry": wkb}
    table = pa.table(cells)
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
else:
    fields = [np.array([1, 2, 3]), np.array(names, dtype=object), np.array(["KG"] * 3, dtype=object)]
    pyogrio.raw.write(path, np.array(wkb, dtype=object), fields, ["id", "name", "country"], geometry_type="Point",
        crs="EPSG:32643", driver="FlatGeobuf")
"""


@pytest.mark.parametrize("form", ["parquet", "fgb"])
def test_columns_and_places_of_a_binary_table(reads: Reads, tmp_path: Path, form: str) -> None:
    rows = reads(_table(tmp_path, form), SHAPED)
    assert sorted(names(rows)) == ["Aksai", "Borly", "Chulak"]
    assert all(row.record["location"] == pytest.approx((75, 42.45), abs=0.01) for row in rows)
    assert rows[0].record["source_srid"] == 32643


def test_a_sheet_of_a_spreadsheet_is_chosen_in_any_format(reads: Reads, opens: Callable[..., Opened], tmp_path: Path) -> None:
    """A workbook is read by the same rules as ODS and as XLSX."""
    path = tmp_path / "two.ods"
    sheet = "<table:table table:name='{}'{}>{}</table:table>"
    row = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    rows = [["id", "name", "country"], ["7", "Aksai", "KG"], ["8", "Borly", "KG"]]
    table = "".join(row.format("".join(map(cell.format, cells))) for cells in rows)
    names_of = ("office", "table", "text", "style")
    xmlns = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names_of)
    body = sheet.format("ReadMe", "", row.format(cell.format("About"))) + sheet.format("Sites", "", table)
    content = _document(xmlns, body)
    manifest = "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    zipped(path, {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})
    opened = opens(path, NAMED)
    assert [(row.line, row.record["name"]) for row in opened.rows()] == [(2, "Aksai"), (3, "Borly")]
    assert "“Sites”" in opened.notes[0] and "ReadMe" in " ".join(opened.notes)


def _document(xmlns: str, body: str) -> str:
    inside = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    return f"<office:document-content {xmlns}>{inside}</office:document-content>"


def test_what_a_library_reads_whole_is_bounded(
    opens: Callable[..., Opened], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million repeated cells, and files that only begin like their format, are refused by name; the service lives on."""
    xmlns = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    many = "<table:table-row table:number-rows-repeated='1000000'>" + (
        "<table:table-cell table:number-columns-repeated='16000' office:value-type='string'><text:p>x</text:p>"
        "</table:table-cell>"
        "</table:table-row>"
    )
    content = _document(xmlns, f"<table:table table:name='A'>{many}</table:table>")
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
    monkeypatch.setattr(limits, "CONVERSION_SECONDS", 5)
    refused(opens, "empty", zipped(tmp_path / "bomb.ods", parts), NAMED)
    for head in (b"PAR1", b"fgb\x03fgb\x00", b'{"geometryType": "esriGeometryPoint", "features": ['):
        refused(opens, "unreadable", head + b"\x7f" * 500, SHAPED)


def test_a_zip_with_several_tables_asks_for_one(opens: Callable[..., Opened], reads: Reads, tmp_path: Path) -> None:
    text = (HEAD + "1,Aksai,KG,76,43\n").encode()
    path = zipped(tmp_path / "two.zip", {"a.csv": text, "b/c.csv": text.replace(b"Aksai", b"Borly"), "readme.pdf": b"%PDF"})
    assert "a.csv" in str(refused(opens, "unknown-layer", path))
    assert names(reads(path, layer="c.csv")) == ["Borly"]
    refused(opens, "not-a-table", zipped(tmp_path / "none.zip", {"readme.pdf": b"%PDF"}))
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr("../out.csv", text)
    refused(opens, "zip-path", tmp_path / "deep.zip")


def test_workbooks_are_read_as_before(reads: Reads, tmp_path: Path, terms: Terms) -> None:
    assert case("plain.xlsx")
    rows = reads(workbook(tmp_path / "a.xlsx", [["id", "name", "country"], ["1", "Aksai", "KG"]]), NAMED)
    assert names(rows) == ["Aksai"]
