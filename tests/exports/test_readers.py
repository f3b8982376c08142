"""What is exported, as the programs of those who ask read it: GDAL, Arrow, GeoPandas, DuckDB, spreadsheets."""

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.exports.formats import formats_of
from api.exports.statement import table_columns, table_statement
from api.exports.stream import connect
from api.query.selection import read_selection
from api.resources.resource import Resource, resource_named
from registry.models import Grade
from tests.conformance.walks import NAMES, RESOURCES, published
from tests.server import served

#: Points, some unknown; outlines; no geometry at all. The columns of every resource are read by their statements alone.
POINTS, OUTLINES, WORDS = (resource_named(name) for name in ("deposits", "countries", "findings"))
ESTIMATES = resource_named("estimates")
with_places = pytest.mark.parametrize("resource", [POINTS, OUTLINES], ids=["points", "outlines"])


def rows(exported: Any, name: str, query: str = "") -> list[dict[str, Any]]:
    """Give the export as GeoJSON."""
    return json.loads(exported(name, "geojson", query).read_bytes())["features"]  # type: ignore[no-any-return]


def ogrinfo(path: Path) -> dict[str, dict[str, str]]:
    """Give the layers of a file and what GDAL says of them."""
    if not shutil.which("ogrinfo"):
        pytest.skip("THERE IS NO ogrinfo, so GDAL does not open what is exported (apt-get install gdal-bin)")
    done = subprocess.run(["ogrinfo", "-ro", "-so", "-al", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    layers = {}
    for part in done.stdout.split("Layer name: ")[1:]:
        name, _, rest = part.partition("\n")
        layers[name] = dict(line.split(": ", 1) for line in rest.splitlines() if ": " in line)
        layers[name]["all"] = rest
    return layers


@with_places
def test_gdal_opens_geopackage(exported: Any, resource: Resource) -> None:
    path = exported(resource.name, "gpkg")
    layers = ogrinfo(path)
    assert set(layers) == {resource.name, "dictionary"}
    assert int(layers[resource.name]["Feature Count"]) == published(resource).count()
    assert 'ID["EPSG",4326]' in layers[resource.name]["all"]
    assert int(layers["dictionary"]["Feature Count"]) > 8
    index = "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute(index).fetchone() == (1,)
        found = dict(file.execute(f'SELECT slug, license FROM "{resource.name}"'))
    assert set(found) == set(published(resource).values_list("slug", flat=True))


@with_places
def test_gdal_opens_flatgeobuf_which_holds_what_has_a_place(exported: Any, resource: Resource) -> None:
    located = published(resource).filter(**{f"{resource.geometry}__isnull": False})
    (layer,) = ogrinfo(exported(resource.name, "fgb")).values()
    assert int(layer["Feature Count"]) == located.count()


def test_gdal_opens_geojson_sequences_and_csv(exported: Any) -> None:
    (layer,) = ogrinfo(exported("deposits", "geojsonseq")).values()
    assert int(layer["Feature Count"]) == published(RESOURCES[0]).count()
    (layer,) = ogrinfo(exported("deposits", "csv")).values()
    assert int(layer["Feature Count"]) == published(RESOURCES[0]).count()
    assert "\nslug: String" in layer["all"], "the mark of Excel is no part of a name"


@with_places
def test_geopandas_reads_geoparquet(exported: Any, resource: Resource) -> None:
    import geopandas

    frame = geopandas.read_parquet(exported(resource.name, "parquet"))
    assert frame.crs == "OGC:CRS84"
    features = {feature["id"]: feature for feature in rows(exported, resource.name)}
    assert set(frame["slug"]) == set(features)
    from shapely.geometry import shape

    for slug, geometry in zip(frame["slug"], frame.geometry, strict=True):
        expected = features[slug]["geometry"]
        assert (geometry is None) == (expected is None)
        if expected:
            assert geometry.equals_exact(shape(expected), 1e-6)


def test_geoparquet_says_what_the_standard_asks(exported: Any) -> None:
    import pyarrow.parquet as pq

    path = exported("deposits", "parquet")
    file = pq.ParquetFile(path)
    geo = json.loads(file.metadata.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    table = file.read()
    sides = [[box[side] for box in table["bbox"].to_pylist() if box] for side in ("xmin", "ymin", "xmax", "ymax")]
    assert column["bbox"] == [min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])]
    assert table.schema.field("name").metadata[b"description"].startswith(b"Preferred name")
    assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("discovery_year").type) == "int64"
    assert table["geometry"].null_count == table["bbox"].null_count > 0


def test_geopandas_reads_a_box_of_a_geoparquet_file(exported: Any) -> None:
    import geopandas

    found = geopandas.read_parquet(exported("deposits", "parquet"), bbox=(66, 37, 80, 46))
    assert set(found["slug"]) == {feature["id"] for feature in rows(exported, "deposits", "&bbox=66,37,80,46")}


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_resource_gives_its_columns_to_the_builders(db: None, resource: Resource) -> None:
    assert set(formats_of(resource)) >= {"csv", "parquet", "xlsx"}
    query = read_selection(resource, {})
    with connect() as live, live.cursor().copy(table_statement(live, query)) as copy:
        rows = b"".join(bytes(row) for row in copy)
    usual = csv.field_size_limit(1 << 27)
    try:
        tables = csv.reader(io.StringIO(rows.decode(), newline=""))
        width = len(table_columns(query)) + (5 if resource.geometry else 0)
        slugs = [row[0] for row in tables if len(row) == width]
    finally:
        csv.field_size_limit(usual)
    assert sorted(slugs) == sorted(published(resource).values_list("slug", flat=True))


def test_a_resource_without_geometry_is_a_plain_parquet_file(exported: Any) -> None:
    import pyarrow.parquet as pq

    path = exported("findings", "parquet")
    table = pq.read_table(path)
    assert set(table["slug"].to_pylist()) == set(published(WORDS).values_list("slug", flat=True))
    assert b"geo" not in pq.ParquetFile(path).metadata.metadata
    assert b"CC BY 4.0" in table.schema.metadata[b"license"]


def test_duckdb_reads_parquet(exported: Any) -> None:
    import duckdb

    path = exported("deposits", "parquet")
    ((number, codes),) = duckdb.sql(f"SELECT count(*), count(DISTINCT country) FROM '{path}'").fetchall()
    assert number == published(RESOURCES[0]).count()
    assert codes > 5
    try:
        duckdb.sql("LOAD spatial")
    except duckdb.Error as error:
        pytest.skip(f"DUCKDB HAS NO spatial EXTENSION HERE, so it does not see the geometry as such: {str(error)[:100]}")
    ((seen,),) = duckdb.sql(f"SELECT count(ST_X(geometry)) FROM '{path}'").fetchall()
    assert seen > 20


def test_parquet_is_read_in_place(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GeoPandas and Arrow ask the service for the parts of the file that hold the columns they want."""
    import fsspec
    import geopandas
    import pyarrow.parquet as pq

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    statuses: list[str] = []
    with served(statuses) as site:
        address = f"{site}/api/v1/deposits/export/?format=parquet"
        frame = geopandas.read_parquet(address, columns=["slug", "geometry"])
        with fsspec.open(address, block_size=4_096) as file:
            slugs = pq.read_table(file, columns=["slug"])["slug"].to_pylist()
    assert set(frame["slug"]) == set(slugs) == set(published(RESOURCES[0]).values_list("slug", flat=True))
    assert frame.geometry.notna().sum() > 20
    assert "206 Partial Content" in statuses


def test_rows_within_records_are_tables_of_their_own(exported: Any) -> None:
    """Grades are a sheet, a layer and a file of the archive; the sums that sources state are columns as well."""
    import zipfile

    from openpyxl import load_workbook

    stated = list(
        Grade.objects.filter(estimate__in=published(ESTIMATES)).values_list("estimate__slug", "analyte__slug", "unit")
    )
    with zipfile.ZipFile(exported("estimates", "zip")) as archive:
        assert archive.namelist() == ["estimates.csv", "grades.csv", "dictionary.csv"]
        records, grades = (list(csv.DictReader(io.StringIO(archive.read(n).decode()))) for n in archive.namelist()[:2])
    assert sorted((one["estimate"], one["analyte"], one["unit"]) for one in grades) == sorted(stated)
    assert len(records) == published(ESTIMATES).count()
    book = load_workbook(exported("estimates", "xlsx"), read_only=True)
    assert book.sheetnames == ["estimates", "grades", "dictionary"]
    assert sum(1 for _ in book["grades"].iter_rows(min_row=2)) == len(stated)
    totals = {one["slug"]: one["grade_TREO_pct"] for one in records if one["grade_TREO_pct"]}
    whole = {"pct": 1.0, "kg_t": 10.0, "ppm": 10_000.0, "g_t": 10_000.0}
    said = Grade.objects.filter(estimate__in=published(ESTIMATES), analyte__slug="TREO", comparator="eq", value__isnull=False)
    assert {slug: float(value) for slug, value in totals.items()} == {
        slug: pytest.approx(value / whole[unit]) for slug, value, unit in said.values_list("estimate__slug", "value", "unit")
    }
    assert len(totals) > 10
    with sqlite3.connect(exported("licenses", "gpkg")) as file:
        layers = {name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")}
        assert layers == {"licenses", "parties", "sites", "dictionary"}
        assert file.execute("SELECT count(*) FROM parties WHERE license IN (SELECT slug FROM licenses)").fetchone()[0] > 3
    with zipfile.ZipFile(exported("estimates", "zip", "&fields=slug,stage")) as archive:
        assert archive.namelist() == ["estimates.csv", "dictionary.csv"]


def test_openpyxl_reads_the_spreadsheet(exported: Any) -> None:
    from openpyxl import load_workbook

    book = load_workbook(exported("deposits", "xlsx"), read_only=True)
    assert book.sheetnames == ["deposits", "dictionary"]
    names, *records = book["deposits"].iter_rows(values_only=True)
    assert names[:3] == ("slug", "uid", "name")
    assert {record[0] for record in records} == set(published(RESOURCES[0]).values_list("slug", flat=True))
    words = {(name, code): meaning for name, _, code, meaning in book["dictionary"].iter_rows(min_row=2, values_only=True)}
    assert words["deposit_type", "carbonatite"].startswith("Carbonatite <http")


def test_nothing_found_is_an_empty_file(exported: Any) -> None:
    import geopandas

    nothing = "&search=fgbdkwtp"
    assert len(geopandas.read_parquet(exported("deposits", "parquet", nothing))) == 0
    assert ogrinfo(exported("deposits", "gpkg", nothing))["deposits"]["Feature Count"] == "0"
    assert exported("deposits", "fgb", nothing).read_bytes()[:3] == b"fgb"
    assert exported("deposits", "xlsx", nothing).stat().st_size > 1000
