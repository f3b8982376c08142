"""One table in every format gives the same deposits, in any encoding and any system of coordinates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapefile
from django.contrib.gis.gdal import DataSource
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from imports.refusal import FileRefused
from imports.source_file import Opened
from tests.imports import made_files
from tests.imports.sample_files import MAPPING, SHAPED, Reads, rules

pytestmark = pytest.mark.django_db

SITES = [("a1", "Kundybai", "Kazakhstan", 60.830278, 51.993611), ("a2", "Кутессай II", "Киргизия", 76.13386, 42.84809)]
HEAD = ["id", "name", "country", "lon", "lat"]


def features() -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": dict(zip(HEAD[:3], site[:3], strict=True)),
            "geometry": {"type": "Point", "coordinates": site[3:]},
        }
        for site in SITES
    ]


def delimited(delimiter: str) -> str:
    return "\n".join(delimiter.join(map(str, row)) for row in [HEAD, *SITES]) + "\n"


def as_csv(folder: Path) -> Path:
    (folder / "s.csv").write_text(delimited(","), encoding="utf-8")
    return folder / "s.csv"


def as_semicolons(folder: Path) -> Path:
    (folder / "s.csv").write_text("\ufeff" + delimited(";").replace("\n", "\r\n"), encoding="utf-8")
    return folder / "s.csv"


def as_tsv(folder: Path) -> Path:
    (folder / "s.tsv").write_text(delimited("\t"), encoding="utf-16")
    return folder / "s.tsv"


def as_xlsx(folder: Path) -> Path:
    return made_files.workbook(folder / "s.xlsx", [["A survey"], [], HEAD, *map(list, SITES)])


def as_geojson(folder: Path) -> Path:
    (folder / "s.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features()}))
    return folder / "s.geojson"


def as_geojson_lines(folder: Path) -> Path:
    (folder / "s.geojsonl").write_text("\n".join(map(json.dumps, features())))
    return folder / "s.geojsonl"


def as_geojson_sequence(folder: Path) -> Path:
    (folder / "s.geojsons").write_text("".join(f"\x1e{json.dumps(feature)}\n" for feature in features()))
    return folder / "s.geojsons"


def as_geopackage(folder: Path) -> Path:
    return made_files.geopackage(folder / "s.gpkg", [(*s[:3], f"POINT ({s[3]} {s[4]})") for s in SITES])


def as_shapefile(folder: Path) -> Path:
    shapes = [(s[3:], dict(zip(HEAD[:3], s[:3], strict=True))) for s in SITES]
    return made_files.zipped(folder / "s.zip", made_files.shapefile_parts(shapes, shapefile.POINT, "cp1251", cpg="1251"))


TABLES = (as_csv, as_semicolons, as_tsv, as_xlsx)
SHAPES = (as_geojson, as_geojson_lines, as_geojson_sequence, as_geopackage, as_shapefile)


@pytest.mark.parametrize("make", [*TABLES, *SHAPES], ids=lambda make: make.__name__)
def test_every_format_gives_the_same_deposits(reads: Reads, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    rows = reads(make(tmp_path), MAPPING if make in TABLES else SHAPED)
    assert [row.problems for row in rows] == [(), ()]
    for row, (identity, name, _, longitude, latitude) in zip(rows, SITES, strict=True):
        assert row.record["external_id"] == {"scheme": "a_survey", "value": identity}
        assert row.record["name"] == name
        assert row.record["location"] == (longitude, latitude)
        assert row.record["location_kind"] == "reported"
    assert [row.record["country"] for row in rows] == ["KZ", "KG"]


@pytest.mark.parametrize("make", [*TABLES, *SHAPES], ids=lambda make: make.__name__)
def test_a_file_can_be_walked_again_and_says_how_far_it_is(
    opens: Callable[..., Opened],
    tmp_path: Path,
    make: Callable[[Path], Path],
) -> None:
    opened = opens(make(tmp_path), MAPPING if make in TABLES else SHAPED)
    assert opened.done == 0
    assert list(opened.rows()) == list(opened.rows())
    if opened.total is not None:
        assert opened.done == opened.total
    assert {"id", "name", "country"} <= set(opened.columns)


@pytest.mark.parametrize("make", [as_geopackage, as_shapefile])
def test_gdal_reads_what_these_tests_make(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """The files are made by our own hands: GDAL tells whether they are what they are said to be."""
    path = make(tmp_path)
    (layer,) = DataSource(f"/vsizip/{path}" if path.suffix == ".zip" else str(path), encoding="cp1251")
    assert [round(feature.geom.x, 6) for feature in layer] == [60.830278, 76.13386]
    assert [feature.get("id") for feature in layer] == ["a1", "a2"]


RUSSIAN = (
    "id,name,country,lon,lat\n1,Кундыбай,Казахстан,60.83,51.99\n2,Мелибай,Казахстан,61.5,52.1\n"
    "3,Верхнее Эспе,Казахстан,80.1,48.2\n4,Акбулак,Казахстан,57.2,50.5\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866", "mac_cyrillic", "iso8859_5"])
def test_any_encoding_that_is_given(reads: Reads, encoding: str) -> None:
    rows = reads(RUSSIAN.encode(encoding), encoding=encoding)
    assert (rows[0].record["name"], rows[0].record["country"]) == ("Кундыбай", "KZ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866"])
def test_encodings_are_found(opens: Callable[..., Opened], encoding: str) -> None:
    opened = opens((RUSSIAN * 3).encode(encoding))
    assert next(opened.rows()).record["name"] == "Кундыбай"
    assert any("guessed" in note for note in opened.notes) == (not encoding.startswith("utf"))


@pytest.mark.parametrize("text", ["Catalão I", "Norra Kärr", "Kızılçaören", "Šumava"])
def test_western_encodings_are_found(reads: Reads, text: str) -> None:
    encoding = {"K": "cp1254", "Š": "cp1250"}.get(text[0], "cp1252")
    rows = reads(f"id,name,country,lon,lat\n1,{text},Brazil,1.5,2.5\n".encode(encoding), encoding=encoding)
    assert rows[0].record["name"] == text


def test_a_wrong_encoding_is_refused(opens: Callable[..., Opened]) -> None:
    with pytest.raises(FileRefused, match=r"survey.csv: It is not utf-8-sig: .*wrong-encoding"):
        opens(RUSSIAN.encode("cp1251"), encoding="utf-8")
    for name in ("no-such", "idna", "zlib_codec", "unicode_escape", "punycode", "rot13"):
        with pytest.raises(FileRefused, match="unknown-encoding"):
            opens(RUSSIAN.encode(), encoding=name)


def placed(srid: int) -> tuple[float, float]:
    """Ask PostGIS for the coordinates of one place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(76.5, 42.5), 4326), %s) p", [srid])
        x, y = cursor.fetchone()
    return x, y


@pytest.mark.parametrize("srid", [4326, 4284, 28413, 3857, 32643, 4269])
def test_coordinates_of_any_number(reads: Reads, srid: int) -> None:
    x, y = placed(srid)
    record = reads(f"id,name,country,lon,lat\n1,A,KG,{x!r},{y!r}\n", srid=srid)[0].record
    # Two builds of PROJ may choose another way between the same two datums: some metres.
    assert record["location"] == pytest.approx((76.5, 42.5), abs=1e-4)
    assert record.get("source_srid") == (None if srid == 4326 else srid)
    assert record["coordinates_as_printed"] == f"{y!r}, {x!r}"


@pytest.mark.parametrize("srid", [0, -1, 99999, 5773, 4978, True, 10**12])
def test_a_number_that_is_no_system_is_refused(opens: Callable[..., Opened], srid: int) -> None:
    with pytest.raises(FileRefused, match="unknown-srid"):
        opens("id,name,country,lon,lat\n1,A,KG,1,2\n", srid=srid)


def test_formats_state_their_own_coordinates(reads: Reads, opens: Callable[..., Opened], tmp_path: Path) -> None:
    x, y = placed(32643)
    shape = f"POINT ({x} {y})"
    rows = reads(made_files.geopackage(tmp_path / "a.gpkg", [("1", "A", "KG", shape)], 32643), SHAPED)
    assert rows[0].record["location"] == pytest.approx((76.5, 42.5), abs=1e-6)
    assert rows[0].record["source_srid"] == 32643
    point = [((x, y), {"id": "1", "name": "A", "country": "KG"})]
    for prj in ('PROJCS["WGS_1984_UTM_Zone_43N",GEOGCS[]]', 'PROJCS["any",AUTHORITY["EPSG","32643"]]'):
        parts = made_files.shapefile_parts(point, shapefile.POINT, prj=prj)
        rows = reads(made_files.zipped(tmp_path / "b.zip", parts), SHAPED)
        assert rows[0].record["location"] == pytest.approx((76.5, 42.5), abs=1e-6)
    for prj in ('LOCAL_CS["mine"]', None):
        with pytest.raises(FileRefused, match="unknown-srid"):
            opens(made_files.zipped(tmp_path / "c.zip", made_files.shapefile_parts(point, shapefile.POINT, prj=prj)), SHAPED)
    old = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32643"}},
        "features": [{"type": "Feature", "properties": point[0][1], "geometry": {"type": "Point", "coordinates": point[0][0]}}],
    }
    assert reads(json.dumps(old), SHAPED, name="o.geojson")[0].record["location"] == pytest.approx((76.5, 42.5), abs=1e-6)


def test_outlines_become_footprints(reads: Reads, tmp_path: Path) -> None:
    outer, hole = [(0, 0), (0, 4), (4, 4), (4, 0), (0, 0)], [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]
    wkt = "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"
    values = {"id": "1", "name": "A", "country": "KG"}
    parts = made_files.shapefile_parts([([outer, hole], values)], shapefile.POLYGON)
    files = [
        made_files.zipped(tmp_path / "a.zip", parts),
        made_files.geopackage(tmp_path / "a.gpkg", [(*values.values(), wkt)]),
    ]
    for file in files:
        record = reads(file, SHAPED)[0].record
        footprint: Any = GEOSGeometry(record["footprint"])
        assert footprint.geom_type == "MultiPolygon" and footprint.srid == 4326
        assert footprint.area == 15
        assert record["location_kind"] == "mapped"


def test_an_outline_that_crosses_itself_is_repaired_and_reported(reads: Reads, caplog: Any) -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    feature = {"type": "Feature", "properties": {"id": 1, "name": "A", "country": "KG"}, "geometry": bow}
    row = reads(json.dumps({"type": "FeatureCollection", "features": [feature]}), SHAPED, name="a.geojson")[0]
    assert rules(row) == ["outline-repaired"] and row.is_sound
    footprint: Any = GEOSGeometry(row.record["footprint"])
    assert footprint.valid and footprint.area == 2
    assert not caplog.records, "notices of GEOS stand between the lines of the report"


@pytest.mark.parametrize(
    ("geometry", "rule"),
    [
        ({"type": "Point", "coordinates": [200, 10]}, "coordinates-out-of-range"),
        ({"type": "Point", "coordinates": ["1", 2]}, "geometry-form"),
        ({"type": "Point", "coordinates": [1]}, "geometry-form"),
        ({"type": "Point", "coordinates": [0, 0]}, "null-island"),
        ({"type": "Circle", "coordinates": [1, 2]}, "geometry-type"),
        ({"type": ["Point"], "coordinates": [1, 2]}, "geometry-type"),
        ({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "geometry-type"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 0], [3, 3]]]}, "ring-open"),
        ({"type": "Polygon", "coordinates": [[]]}, "geometry-form"),
        ([1, 2], "geometry-type"),
    ],
)
def test_a_bad_geometry_is_the_rows_problem(reads: Reads, geometry: Any, rule: str) -> None:
    bad = {"type": "Feature", "properties": {"id": 1, "name": "A", "country": "KG"}, "geometry": geometry}
    good = {**features()[0]}
    rows = reads(json.dumps({"type": "FeatureCollection", "features": [bad, good]}), SHAPED, name="a.geojson")
    assert rules(rows[0]) == [rule]
    assert rows[1].is_sound and rows[1].record["location"] == SITES[0][3:]


def test_a_row_with_too_many_cells_is_told(reads: Reads) -> None:
    rows = reads("id,name,country,lon,lat\n1,A,KG,1,2,3\n2,B,KG,1\n\n3,C,KG,1,2\n")
    assert [(row.line, rules(row)) for row in rows] == [(2, ["ragged-row"]), (3, ["ragged-row", "bad-coordinate"]), (5, [])]


def test_a_cell_over_several_lines_counts_them(reads: Reads) -> None:
    rows = reads('id,name,country,lon,lat\n1,"A\nB",KG,1,2\n2,C,KG,1,2\n')
    assert [(row.line, row.record["name"]) for row in rows] == [(2, "A B"), (4, "C")]


def test_a_layer_is_named(reads: Reads, opens: Callable[..., Opened], tmp_path: Path) -> None:
    path = as_xlsx(tmp_path)
    assert len(reads(path, layer="Sheet")) == 2
    with pytest.raises(FileRefused, match=r"no sheet “Other”; available: “Sheet”"):
        opens(path, layer="Other")
    layers = as_geopackage(tmp_path)
    with pytest.raises(FileRefused, match="unknown-layer"):
        opens(layers, SHAPED, layer="Other")
    assert len(reads(layers, SHAPED, layer="sites")) == 2


def test_numbers_dates_and_formulas_of_a_sheet(reads: Reads, tmp_path: Path) -> None:
    rows = [HEAD, [1, "A", "KG", 70.5, 42], [2, "=1+1", "KG", 70, 42], [3, "C", "KG", 70.5, 42]]
    first, second, third = reads(made_files.workbook(tmp_path / "a.xlsx", rows))
    assert first.record["external_id"]["value"] == "1" and first.is_sound and third.is_sound
    assert "formula-without-result" in rules(second) and not second.is_sound
