"""CSV and GeoJSON: the same records and values as the lists, whatever is asked."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client

from api.query.flat import flat
from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES, published

every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
LOCATED = [r for r in RESOURCES if r.geometry]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def written(cell: str) -> Any:
    """Give a cell without what says nothing: how a number is written, spaces within JSON."""
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return orjson.loads(cell) if cell.startswith(("{", "[")) else cell
    except orjson.JSONDecodeError:
        return cell


def listed(name: str, query: str = "") -> list[dict[str, Any]]:
    """Walk the list."""
    records, following = [], f"/api/v1/{name}/?limit=1000{query}"
    while following:
        page = Client().get(following).json()
        records += page["results"]
        following = page["next"]
    return records


@every_resource
def test_csv_holds_what_the_csv_of_the_list_holds(exported: Any, resource: Resource) -> None:
    exported_rows = table(exported(resource.name, "csv"))
    text = Client().get(f"/api/v1/{resource.name}/?format=csv&limit=1000").content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(exported_rows) == published(resource).count()
    assert [{k: written(v) for k, v in row.items() if k in rows[0]} for row in exported_rows[: len(rows)]] == [
        {k: written(v) for k, v in row.items()} for row in rows
    ]
    assert all(row["license"].startswith("CC BY 4.0") for row in exported_rows)


@pytest.mark.parametrize("resource", LOCATED, ids=[r.name for r in LOCATED])
def test_features_are_those_of_the_list(exported: Any, resource: Resource) -> None:
    lines = exported(resource.name, "geojsonseq").read_bytes().split(b"\x1e")
    assert lines[0] == b""
    features = [orjson.loads(line) for line in lines[1:]]
    collection = orjson.loads(exported(resource.name, "geojson").read_bytes())
    assert collection == {"type": "FeatureCollection", "features": features}
    following, expected = f"/api/v1/{resource.name}/?format=geojson&limit=1000", []
    while following:
        page = Client().get(following).json()
        expected += page["features"]
        following = next((link["href"] for link in page["links"]), None)
    for feature in features:
        assert isinstance(feature["properties"].pop("sources"), list)
        assert isinstance(feature["properties"].pop("rights"), list)
        assert feature["properties"].pop("license").startswith("CC BY 4.0")
    assert [f["geometry"] for f in features] == [f["geometry"] for f in expected]
    assert [f["properties"] for f in features] == [flat(f["properties"]) for f in expected]


def test_all_formats_hold_the_same_plain_values(exported: Any) -> None:
    features = orjson.loads(exported("licenses", "geojson").read_bytes())["features"]
    for feature, row in zip(features, table(exported("licenses", "csv")), strict=True):
        properties = feature["properties"]
        for name in ("country", "kind", "slug"):
            assert (properties[name] or "") == row[name]
        assert ";".join(properties["commodities"]) == row["commodities"]


def test_rows_of_several_values_are_json(exported: Any) -> None:
    listed_rows = {record["slug"]: record for record in listed("estimates")}
    for row in table(exported("estimates", "csv")):
        grades = listed_rows[row["slug"]]["grades"]
        assert (orjson.loads(row["grades"]) if row["grades"] else []) == grades


def test_the_name_of_a_country_stands_beside_its_code(exported: Any) -> None:
    rows = {row["country"]: row["country_name"] for row in table(exported("deposits", "csv"))}
    assert rows["KZ"] == "Kazakhstan"


@pytest.mark.parametrize(
    "query",
    [
        "&country=KZ",
        "&country__not=KZ,CN",
        "&commodity=REE&within=central-asia",
        "&search=Кундыбай",
        "&bbox=66,37,80,46",
        "&bbox=170,-80,-170,80",
        "&near=76.2,42.8&radius_km=100",
        "&intersects=POLYGON((74 42,78 42,78 44,74 44,74 42))",
        "&discovery_year__isnull=true",
        "&source=usgs-mrds",
        "&search=%25'%22;DROP",
    ],
)
def test_every_filter_narrows_as_in_the_list(exported: Any, query: str) -> None:
    expected = sorted(record["slug"] for record in listed("deposits", query))
    for format_ in ("csv", "geojsonseq"):
        path = exported("deposits", format_, query)
        if format_ == "csv":
            slugs = [row["slug"] for row in table(path)]
        else:
            slugs = [orjson.loads(line)["id"] for line in path.read_bytes().split(b"\x1e")[1:]]
        assert sorted(slugs) == expected


@every_resource
def test_orders(exported: Any, resource: Resource) -> None:
    for column in resource.orders:
        for sign in ("", "-"):
            slugs = [row["slug"] for row in table(exported(resource.name, "csv", f"&order={sign}{column}&fields=slug"))]
            assert slugs == [record["slug"] for record in listed(resource.name, f"&order={sign}{column}&fields=slug")]


def test_chosen_fields(exported: Any) -> None:
    (row, *_) = table(exported("licenses", "csv", "&fields=slug,expired_by_date,country"))
    assert list(row) == ["slug", "expired_by_date", "country", "sources", "rights", "license"]
    line = exported("licenses", "geojsonseq", "&fields=expired_by_date,name").read_bytes().split(b"\x1e")[1]
    assert list(orjson.loads(line)["properties"]) == ["slug", "expired_by_date", "name", "sources", "rights", "license"]
    (only,) = {
        tuple(orjson.loads(line)["properties"])
        for line in exported("deposits", "geojsonseq", "&fields=geometry").read_bytes().split(b"\x1e")[1:]
    }
    assert only == ("slug", "sources", "rights", "license")


def test_a_row_carries_the_rights_of_the_sources_that_it_rests_on(exported: Any) -> None:
    by_slug = {row["slug"]: set(row["rights"].split(";")) for row in table(exported("deposits", "csv", "&fields=slug"))}
    assert by_slug["browns-range-wolverine"] == {
        "CC-BY-4.0: © Commonwealth of Australia (Geoscience Australia) 2023",
        "not stated",
    }
    assert "US public domain: U.S. Geological Survey" in by_slug["kyzyl-ompol"]
    (country,) = (row for row in table(exported("countries", "csv", "&fields=slug")) if row["slug"] == "AD")
    assert country["rights"] == "ODC-PDDL-1.0;Public domain: Made with Natural Earth"
    (source,) = (row for row in table(exported("sources", "csv", "&fields=slug,rights")) if row["slug"] == "usgs-mrds")
    assert source["rights"] == "US public domain"


def test_a_stream_is_compressed_for_who_takes_it(api: Any) -> None:
    for format_ in ("csv", "geojson", "geojsonseq"):
        address = f"/api/v1/deposits/export/?format={format_}"
        packed = api.get(address, HTTP_ACCEPT_ENCODING="gzip, br")
        assert packed["Content-Encoding"] == "gzip" and packed["ETag"].startswith("W/")
        assert gzip.decompress(b"".join(packed.streaming_content)) == b"".join(api.get(address).streaming_content)
    built = api.get("/api/v1/deposits/export/?format=parquet", HTTP_ACCEPT_ENCODING="gzip")
    built.close()
    assert "Content-Encoding" not in built


def test_the_mark_of_excel(exported: Any) -> None:
    assert exported("deposits", "csv").read_bytes().startswith(b"\xef\xbb\xbfslug,")
    assert exported("deposits", "csv", "&bom=false").read_bytes().startswith(b"slug,")


def test_nothing_found_is_an_empty_file(exported: Any) -> None:
    nothing = "&search=fgbdkwtp"
    assert table(exported("deposits", "csv", nothing)) == []
    assert orjson.loads(exported("deposits", "geojson", nothing).read_bytes())["features"] == []
    assert exported("deposits", "geojsonseq", nothing).read_bytes() == b""
