"""Hostile zips, workbooks, Shapefiles and GeoPackages: each is refused in words, soon, and without filling the memory."""

import random
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapefile

from imports import limits
from imports.refusal import FileRefused
from imports.source_file import Opened
from tests.imports import made_files
from tests.imports.refusals import HEAD, point_parts, refused, within_bounds  # noqa: F401 - a fixture
from tests.imports.sample_files import SHAPED, Reads, rules

pytestmark = pytest.mark.django_db


# --- Zips -------------------------------------------------------------------------------------------------------------
def test_bombs(opens: Callable[..., Opened], tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    refused(opens, "zip-bomb", made_files.zipped(path, {**point_parts(), "sites.dbf": b"\0" * 50_000_000}), SHAPED)
    refused(opens, "zip-bomb", made_files.zipped(path, {**point_parts(), **{f"{n}.txt": b"" for n in range(3000)}}), SHAPED)
    book = made_files.workbook(tmp_path / "a.xlsx", [HEAD])
    refused(opens, "zip-bomb", made_files.with_part(book, "xl/worksheets/sheet1.xml", made_files.sheet_of(" " * 50_000_000)))


def test_files_of_a_zip_that_overlap(opens: Callable[..., Opened], tmp_path: Path) -> None:
    """The directory of the zip names one file many times."""
    path = made_files.zipped(tmp_path / "a.zip", {"sites.shp": random.Random(1).randbytes(2**20)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data.index(b"PK\x05\x06")
    entries = b"".join(entry.replace(b"sites.shp", b"site%d.sh" % n) for n in range(10, 99))
    directory = struct.pack("<HHII", 89, 89, len(entries), start)
    path.write_bytes(data[:start] + entries + data[end : end + 8] + directory + b"\0\0")
    refused(opens, "zip-bomb", path, SHAPED)


@pytest.mark.parametrize("name", ["../../evil.shp", "/etc/evil.shp", "C:\\evil.shp", "a\\..\\..\\evil.shp"])
def test_names_that_lead_out_of_the_zip(opens: Callable[..., Opened], tmp_path: Path, name: str) -> None:
    refused(opens, "zip-path", made_files.zipped(tmp_path / "a.zip", {**point_parts(), name: b"x"}), SHAPED)
    assert not list(tmp_path.parent.glob("**/evil.shp"))


def test_archives_in_archives(opens: Callable[..., Opened], tmp_path: Path) -> None:
    inner = made_files.zipped(tmp_path / "inner.zip", point_parts()).read_bytes()
    refused(opens, "nested-archive", made_files.zipped(tmp_path / "a.zip", {"inner.zip": inner}), SHAPED)


def test_zips_that_are_none_or_cut_off(opens: Callable[..., Opened], tmp_path: Path) -> None:
    whole = made_files.zipped(tmp_path / "a.zip", point_parts()).read_bytes()
    refused(opens, "bad-zip", whole[: len(whole) // 2], SHAPED, name="b.zip")
    refused(opens, "not-a-table", made_files.zipped(tmp_path / "c.zip", {"readme.txt": b"x"}), SHAPED)
    parts = point_parts()
    del parts["sites.dbf"]
    refused(opens, "not-a-shapefile", made_files.zipped(tmp_path / "d.zip", parts), SHAPED)
    many = {**point_parts(), **{name.replace("sites", "others"): data for name, data in point_parts().items()}}
    assert "others" in str(refused(opens, "unknown-layer", made_files.zipped(tmp_path / "e.zip", many), SHAPED))


def test_links_in_a_zip(opens: Callable[..., Opened], tmp_path: Path) -> None:
    path = made_files.zipped(tmp_path / "a.zip", point_parts())
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("other.cpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    refused(opens, "zip-path", path, SHAPED)


# --- Workbooks --------------------------------------------------------------------------------------------------------
_ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">{_ENTITIES}]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a9;</t></si></sst>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_xml_entities(opens: Callable[..., Opened], tmp_path: Path, part: str, text: str) -> None:
    book = made_files.workbook(tmp_path / "a.xlsx", [HEAD, ["a", "b", "c", 1, 2]])
    refused(opens, "xml-entities", made_files.with_part(book, part, text.encode()))


def test_a_sheet_with_a_row_beyond_all_rows(opens: Callable[..., Opened], tmp_path: Path) -> None:
    book = made_files.workbook(tmp_path / "a.xlsx", [HEAD])
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEAD)
    rows = f'<row r="1">{head}</row><row r="4000000000"><c><v>1</v></c></row>'
    refused(opens, "bad-workbook", made_files.with_part(book, "xl/worksheets/sheet1.xml", made_files.sheet_of(rows)))
    cell = '<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>'
    refused(
        opens,
        "bad-workbook",
        made_files.with_part(book, "xl/worksheets/sheet1.xml", made_files.sheet_of(f'<row r="1">{head}</row>{cell}')),
    )


def test_a_row_of_a_million_cells(opens: Callable[..., Opened], tmp_path: Path) -> None:
    book = made_files.workbook(tmp_path / "a.xlsx", [HEAD])
    noise = random.Random(1)
    cells = "".join(f"<c><v>{noise.random()}</v></c>" for _ in range(100_000))
    sheet = made_files.sheet_of(f"<row>{cells}</row>")
    refused(
        opens,
        "workbook-too-large",
        made_files.with_part(book, "xl/worksheets/sheet1.xml", sheet),
    )


def test_a_workbook_full_of_texts(opens: Callable[..., Opened], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "SHARED_STRINGS", 5_000)
    book = made_files.workbook(tmp_path / "a.xlsx", [HEAD])
    texts = "".join(f"<si><t>{n * 7919}</t></si>" for n in range(6_000))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    refused(opens, "workbook-too-large", made_files.with_part(book, "xl/sharedStrings.xml", strings.encode()))


def test_a_workbook_that_is_none(opens: Callable[..., Opened], tmp_path: Path) -> None:
    refused(opens, "bad-workbook", made_files.zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>"}))


def test_formulas_stay_text(reads: Reads) -> None:
    row = reads('id,name,country,lon,lat\n1,"=HYPERLINK(""http://x"",""A"")",KG,1,2\n')[0]
    assert row.record["name"] == '=HYPERLINK("http://x","A")'


# --- Shapefiles and GeoPackages -----------------------------------------------------------------------------------------
def test_lengths_that_lie(opens: Callable[..., Opened], tmp_path: Path) -> None:
    for name, at, value in [
        ("sites.shp", 104, struct.pack(">i", 0)),
        ("sites.shp", 104, struct.pack(">i", 2**30)),
        ("sites.shp", 104, struct.pack(">i", -5)),
        ("sites.dbf", 4, struct.pack("<I", 2**31)),
        ("sites.dbf", 8, struct.pack("<H", 65535)),
        ("sites.shp", 0, b"\0\0\0\0"),
    ]:
        parts = point_parts()
        parts[name] = parts[name][:at] + value + parts[name][at + len(value) :]
        refused(opens, "bad-shapefile", made_files.zipped(tmp_path / "a.zip", parts), SHAPED)


def test_a_polygon_of_a_million_rings(reads: Reads, tmp_path: Path) -> None:
    ring = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]
    parts = made_files.shapefile_parts([([ring] * 25_000, {"id": "1", "name": "A", "country": "KG"})], shapefile.POLYGON)
    row = reads(made_files.zipped(tmp_path / "a.zip", parts, zipfile.ZIP_STORED), SHAPED)[0]
    assert rules(row) == ["too-many-rings"]


def gpkg(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return made_files.geopackage(path, [("1", "A", "KG", "POINT (1 2)")])


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'A' AS name, NULL AS geom FROM n"


def test_programs_in_a_geopackage(opens: Callable[..., Opened], tmp_path: Path) -> None:
    for sql, rule in [
        (f"DROP TABLE sites; CREATE VIEW sites AS {ENDLESS}", "not-a-table"),
        ("DROP TABLE sites; CREATE VIRTUAL TABLE sites USING fts4(id, name, geom)", "not-a-table"),
        ("ALTER TABLE sites ADD COLUMN big TEXT AS (hex(zeroblob(1000000000)))", "not-a-table"),
        (f"DROP TABLE gpkg_geometry_columns; CREATE VIEW gpkg_geometry_columns AS {ENDLESS}", "bad-geopackage"),
        ("DROP TABLE gpkg_geometry_columns", "bad-geopackage"),
        ("UPDATE gpkg_spatial_ref_sys SET organization = 'NONE'", "unknown-srid"),
        ("UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 5773", "unknown-srid"),
    ]:
        path = gpkg(tmp_path / "a.gpkg")
        database = sqlite3.connect(path)
        database.executescript(sql)
        database.close()
        refused(opens, rule, path, SHAPED)


def test_a_geopackage_with_a_broken_page(opens: Callable[..., Opened], tmp_path: Path) -> None:
    whole = gpkg(tmp_path / "a.gpkg").read_bytes()
    for seed in range(20):
        noise = random.Random(seed)
        broken = bytearray(whole)
        for _ in range(60):
            broken[noise.randrange(100, len(broken))] = noise.randrange(256)
        try:
            list(opens(bytes(broken), SHAPED, name="b.gpkg").rows())
        except FileRefused:
            continue


@pytest.mark.parametrize("blob", [b"", b"GP", b"GP\x00\x01\xe6\x10\x00\x00", b"GP\x00\x21" + b"\0" * 40, b"XX" * 20, "text"])
def test_shapes_of_a_geopackage_that_are_none(reads: Reads, tmp_path: Path, blob: Any) -> None:
    huge = b"GP\x00\x01\xe6\x10\x00\x00" + struct.pack("<BII", 1, 2, 2**32 - 1)
    path = made_files.geopackage(
        tmp_path / "a.gpkg", [("1", "A", "KG", blob if isinstance(blob, bytes) else b"no"), ("2", "B", "KG", huge)]
    )
    assert [rules(row) for row in reads(path, SHAPED)] == [["geometry-form"]] * 2
