"""Hostile files: each is refused in words, soon, and without filling the memory; a bad row never stops the others."""

import json
import os
import random
import resource
import sqlite3
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapefile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.imports import limits
from registry.imports.opening import Opened
from registry.imports.refusal import FileRefused
from tests.imports import making
from tests.imports.reading import MAPPING, Reads, opens, reads, rules, seeded_database, terms  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

SHAPED = MAPPING.replace('{longitude: "lon", latitude: "lat"}', '"geometry"')
HEAD = ["id", "name", "country", "lon", "lat"]
_SECONDS, _MEGABYTES = 10, 200


@pytest.fixture(autouse=True)
def within_bounds() -> Iterator[None]:
    """Fail a test in which reading takes long, or much memory beyond the most that was taken before."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - start < _SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _MEGABYTES * 2**10


def refused(opens: Callable[..., Opened], rule: str, *arguments: Any, **options: Any) -> FileRefused:  # noqa: F811
    """Open and read a file that must be refused by a rule, in a message that names the file."""
    with pytest.raises(FileRefused) as caught:
        list(opens(*arguments, **options).rows())
    error = caught.value
    assert error.rule == rule, error
    assert str(error).startswith(f"{error.file}: ") and f"[{rule}]" in str(error)
    return error


def sparse(path: Path, size: int, head: bytes = b"") -> Path:
    """Make a file that says it is large and takes no room."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


# --- Text -------------------------------------------------------------------------------------------------------------
def test_a_line_without_end(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "long.csv"
    path.write_bytes(b"id,name,country,lon,lat\n" + b"x" * 8_000_000)
    assert "Line 2 is longer than 2 MB" in str(refused(opens, "line-too-long", path))
    path.write_bytes(b"x" * 8_000_000)
    refused(opens, "line-too-long", path)


def test_two_gigabytes_of_nothing(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    refused(opens, "not-text", sparse(tmp_path / "zeros.csv", 2**31, b"id,name\n"))
    refused(opens, "line-too-long", sparse(tmp_path / "zeros.csv", 2**25, b"id,name\n"), encoding="latin-1")


def test_ten_million_columns(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "wide.csv"
    path.write_bytes(b"a," * 10_000_000 + b"\n")
    refused(opens, "line-too-long", path)
    path.write_bytes(b"a," * 100_000 + b"a\n")
    refused(opens, "too-many-columns", path)


def test_a_quote_that_is_never_closed(opens: Callable[..., Opened]) -> None:  # noqa: F811
    lines = "\n".join(f"{n},A,KG,1,2" for n in range(40_000))
    error = refused(opens, "bad-quotes", f'id,name,country,lon,lat\n1,"A,KG,1,2\n{lines}\n')
    assert "line 2" in str(error)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1", "Parquet"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"a": 1}', "JSON"),
        (b"[1, 2]", "JSON"),
    ],
)
def test_other_formats_are_named(opens: Callable[..., Opened], head: bytes, what: str) -> None:  # noqa: F811
    assert what in str(refused(opens, "unknown-format", head + b"\n" + os.urandom(50)))


def test_empty_files_and_missing_ones(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    refused(opens, "empty", b"")
    refused(opens, "empty", b" \n \n")
    refused(opens, "unreadable", tmp_path / "absent.csv")
    refused(opens, "unreadable", tmp_path)
    refused(opens, "columns-missing", "a,b\n1,2\n")
    refused(opens, "empty", '{"type": "FeatureCollection", "features": []}', SHAPED)


def test_the_name_of_an_upload_stands_in_the_message(opens: Callable[..., Opened]) -> None:  # noqa: F811
    assert str(refused(opens, "empty", b"", original_name="sites of Anna.csv")).startswith("sites of Anna.csv: ")


def test_what_no_database_keeps_is_left_out(reads: Reads) -> None:  # noqa: F811
    rows = reads("id,name,country,lon,lat\n1,A\x00B,KG,1,2\n".replace("\x00", "\x01"))
    assert rows[0].record["name"] == "AB" and rules(rows[0]) == ["mojibake"]
    feature = {"type": "Feature", "properties": {"id": "1", "name": "A\x00B", "country": "KG"}}
    row = reads(json.dumps({"type": "FeatureCollection", "features": [feature]}), SHAPED, name="a.json")[0]
    assert row.record["name"] == row.raw["name"] == "AB" and rules(row) == ["control-character"]


# --- Zips -------------------------------------------------------------------------------------------------------------
def point_parts() -> dict[str, bytes]:
    return making.shapefile_parts([((1.0, 2.0), {"id": "1", "name": "A", "country": "KG"})], shapefile.POINT)


def test_bombs(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.zip"
    refused(opens, "zip-bomb", making.zipped(path, {**point_parts(), "sites.dbf": b"\0" * 50_000_000}), SHAPED)
    refused(opens, "zip-bomb", making.zipped(path, {**point_parts(), **{f"{n}.txt": b"" for n in range(3000)}}), SHAPED)
    book = making.workbook(tmp_path / "a.xlsx", [HEAD])
    refused(opens, "zip-bomb", making.with_part(book, "xl/worksheets/sheet1.xml", making.sheet_of(" " * 50_000_000)))


def test_files_of_a_zip_that_overlap(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    """The directory of the zip names one file many times."""
    path = making.zipped(tmp_path / "a.zip", {"sites.shp": random.Random(1).randbytes(2**20)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data.index(b"PK\x05\x06")
    entries = b"".join(entry.replace(b"sites.shp", b"site%d.sh" % n) for n in range(10, 99))
    directory = struct.pack("<HHII", 89, 89, len(entries), start)
    path.write_bytes(data[:start] + entries + data[end : end + 8] + directory + b"\0\0")
    refused(opens, "zip-bomb", path, SHAPED)


@pytest.mark.parametrize("name", ["../../evil.shp", "/etc/evil.shp", "C:\\evil.shp", "a\\..\\..\\evil.shp"])
def test_names_that_lead_out_of_the_zip(opens: Callable[..., Opened], tmp_path: Path, name: str) -> None:  # noqa: F811
    refused(opens, "zip-path", making.zipped(tmp_path / "a.zip", {**point_parts(), name: b"x"}), SHAPED)
    assert not list(tmp_path.parent.glob("**/evil.shp"))


def test_archives_in_archives(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    inner = making.zipped(tmp_path / "inner.zip", point_parts()).read_bytes()
    refused(opens, "nested-archive", making.zipped(tmp_path / "a.zip", {"inner.zip": inner}), SHAPED)


def test_zips_that_are_none_or_cut_off(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    whole = making.zipped(tmp_path / "a.zip", point_parts()).read_bytes()
    refused(opens, "bad-zip", whole[: len(whole) // 2], SHAPED, name="b.zip")
    refused(opens, "not-a-shapefile", making.zipped(tmp_path / "c.zip", {"readme.txt": b"x"}), SHAPED)
    parts = point_parts()
    del parts["sites.dbf"]
    refused(opens, "not-a-shapefile", making.zipped(tmp_path / "d.zip", parts), SHAPED)
    many = {**point_parts(), **{name.replace("sites", "others"): data for name, data in point_parts().items()}}
    assert "others" in str(refused(opens, "unknown-layer", making.zipped(tmp_path / "e.zip", many), SHAPED))


def test_links_in_a_zip(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    path = making.zipped(tmp_path / "a.zip", point_parts())
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
def test_xml_entities(opens: Callable[..., Opened], tmp_path: Path, part: str, text: str) -> None:  # noqa: F811
    book = making.workbook(tmp_path / "a.xlsx", [HEAD, ["a", "b", "c", 1, 2]])
    refused(opens, "xml-entities", making.with_part(book, part, text.encode()))


def test_a_sheet_with_a_row_beyond_all_rows(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    book = making.workbook(tmp_path / "a.xlsx", [HEAD])
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEAD)
    rows = f'<row r="1">{head}</row><row r="4000000000"><c><v>1</v></c></row>'
    refused(opens, "bad-workbook", making.with_part(book, "xl/worksheets/sheet1.xml", making.sheet_of(rows)))
    cell = '<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>'
    refused(
        opens,
        "bad-workbook",
        making.with_part(book, "xl/worksheets/sheet1.xml", making.sheet_of(f'<row r="1">{head}</row>{cell}')),
    )


def test_a_row_of_a_million_cells(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    book = making.workbook(tmp_path / "a.xlsx", [HEAD])
    noise = random.Random(1)
    cells = "".join(f"<c><v>{noise.random()}</v></c>" for _ in range(100_000))
    refused(
        opens, "workbook-too-large", making.with_part(book, "xl/worksheets/sheet1.xml", making.sheet_of(f"<row>{cells}</row>"))
    )


def test_a_workbook_full_of_texts(opens: Callable[..., Opened], tmp_path: Path, monkeypatch: Any) -> None:  # noqa: F811
    monkeypatch.setattr(limits, "SHARED_STRINGS", 5_000)
    book = making.workbook(tmp_path / "a.xlsx", [HEAD])
    texts = "".join(f"<si><t>{n * 7919}</t></si>" for n in range(6_000))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    refused(opens, "workbook-too-large", making.with_part(book, "xl/sharedStrings.xml", strings.encode()))


def test_a_workbook_that_is_none(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
    refused(opens, "bad-workbook", making.zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>"}))


def test_formulas_stay_text(reads: Reads) -> None:  # noqa: F811
    row = reads('id,name,country,lon,lat\n1,"=HYPERLINK(""http://x"",""A"")",KG,1,2\n')[0]
    assert row.record["name"] == '=HYPERLINK("http://x","A")'


# --- Shapefiles and GeoPackages -----------------------------------------------------------------------------------------
def test_lengths_that_lie(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
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
        refused(opens, "bad-shapefile", making.zipped(tmp_path / "a.zip", parts), SHAPED)


def test_a_polygon_of_a_million_rings(reads: Reads, tmp_path: Path) -> None:  # noqa: F811
    ring = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]
    parts = making.shapefile_parts([([ring] * 25_000, {"id": "1", "name": "A", "country": "KG"})], shapefile.POLYGON)
    row = reads(making.zipped(tmp_path / "a.zip", parts, zipfile.ZIP_STORED), SHAPED)[0]
    assert rules(row) == ["too-many-rings"]


def gpkg(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return making.geopackage(path, [("1", "A", "KG", "POINT (1 2)")])


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'A' AS name, NULL AS geom FROM n"


def test_programs_in_a_geopackage(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
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


def test_a_geopackage_with_a_broken_page(opens: Callable[..., Opened], tmp_path: Path) -> None:  # noqa: F811
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
def test_shapes_of_a_geopackage_that_are_none(reads: Reads, tmp_path: Path, blob: Any) -> None:  # noqa: F811
    huge = b"GP\x00\x01\xe6\x10\x00\x00" + struct.pack("<BII", 1, 2, 2**32 - 1)
    path = making.geopackage(
        tmp_path / "a.gpkg", [("1", "A", "KG", blob if isinstance(blob, bytes) else b"no"), ("2", "B", "KG", huge)]
    )
    assert [rules(row) for row in reads(path, SHAPED)] == [["geometry-form"]] * 2


# --- GeoJSON ----------------------------------------------------------------------------------------------------------
HEADER = '{"type": "FeatureCollection", "features": ['


def test_a_feature_without_end(opens: Callable[..., Opened]) -> None:  # noqa: F811
    text = HEADER + '{"type": "Feature", "properties": {"name": "' + "x" * 40_000_000
    refused(opens, "feature-too-large", text, SHAPED, name="a.geojson")


def test_json_that_is_deep_or_none(opens: Callable[..., Opened]) -> None:  # noqa: F811
    deep = HEADER + '{"type": "Feature", "geometry": ' + "[" * 200_000
    refused(opens, "bad-json", deep, SHAPED, name="a.geojson")
    refused(opens, "bad-json", HEADER + '{"type": "Feature", ', SHAPED, name="a.geojson")
    closed = HEADER + '{"type": "Feature", "properties": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}}]}"
    refused(opens, "bad-json", closed, SHAPED, name="a.geojson")
    refused(
        opens, "bad-json", HEADER + '{"type": "Feature", "properties": {"a": ' + "9" * 10_000 + "}}]}", SHAPED, name="a.geojson"
    )


def test_a_bad_line_does_not_stop_the_others(reads: Reads) -> None:  # noqa: F811
    good = {"type": "Feature", "properties": {"id": 1, "name": "A", "country": "KG"}, "geometry": None}
    other = json.dumps(good).replace("1", "2").replace("A", "B")
    rows = reads(f"{json.dumps(good)}\n{{broken\n[1]\n{other}\n", SHAPED, name="a.geojsonl")
    assert [rules(row)[:1] for row in rows] == [[], ["bad-json"], ["not-a-feature"], []]


# --- Anything ---------------------------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_comes_is_read_or_refused(opens: Callable[..., Opened], data: bytes) -> None:  # noqa: F811
    for head in (b"", b"id,name,country,lon,lat\n", HEADER.encode(), b"PK\x03\x04", b"SQLite format 3\x00", b"\x1e{"):
        try:
            list(opens(head + data).rows())
        except FileRefused:
            continue
