"""`fields` and `omit`: what is chosen is given, in that order, in every format; what a format cannot give is an error."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from api.resources.resource import GEOMETRY, Resource
from tests.conformance.described import content
from tests.conformance.walks import NAMES, RESOURCES, address

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
LOCATED = [resource for resource in RESOURCES if resource.geometry]
with_geometry = pytest.mark.parametrize("resource", LOCATED, ids=[r.name for r in LOCATED])


def exported(api: Any, resource: Resource, form: str, query: str, status: int = 200) -> bytes:
    response = api.get(f"/api/v1/{resource.name}/export/?format={form}&{query}")
    body = content(response)
    assert response.status_code == status, (form, query, body[:300])
    return body


def table(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


@with_geometry
def test_the_geometry_of_geojson_stays_unless_it_is_omitted(api: Any, resource: Resource) -> None:
    other = list(resource.summary().fields)[2]  # type: ignore[attr-defined]
    whole = {f["id"]: f["geometry"] for f in api.json(address(resource, format="geojson", limit=1000))["features"]}
    slug = max(whole, key=lambda slug: whole[slug] is not None)
    detail = f"/api/v1/{resource.name}/{slug}/?format=geojson"
    for query, drawn in ((f"fields={other}", True), (f"fields={other}&omit=geometry", False), ("omit=geometry", False)):
        collections = (
            api.json(f"/api/v1/{resource.name}/?format=geojson&limit=1000&{query}"),
            json.loads(exported(api, resource, "geojson", query)),
            {"features": [json.loads(line) for line in exported(api, resource, "geojsonseq", query).split(b"\x1e")[1:]]},
            {"features": [api.json(f"{detail}&{query}")]},
        )
        for collection in collections:
            found = {f["id"]: f["geometry"] for f in collection["features"]}
            assert found == {slug: whole[slug] if drawn else None for slug in found}
            assert len(found) in (1, len(whole))
            if query.startswith("fields"):
                properties = set(collection["features"][0]["properties"])
                assert properties - {"sources", "rights", "license"} == {"slug", other}
    # JSON has it as a field like any other.
    assert GEOMETRY not in api.json(address(resource, fields=other, limit=1))["results"][0]


@every_resource
def test_columns_of_csv_come_in_the_order_asked(api: Any, resource: Resource) -> None:
    names = [name for name in api.json(address(resource, limit=1))["results"][0] if name != GEOMETRY]
    chosen = [*names[3:5], "slug", names[1]]
    assert table(api.get(address(resource, format="csv", limit=2, fields=",".join(chosen))).content)[0] == chosen
    header = table(exported(api, resource, "csv", f"fields={','.join(chosen)}"))[0]
    assert header[:4] == chosen and set(header[4:]) == {"sources", "rights", "license"} - set(chosen)


@with_geometry
def test_no_table_drops_a_geometry_that_was_requested(api: Any, resource: Resource) -> None:
    for where in (
        f"/api/v1/{resource.name}/?format=csv&fields=slug,geometry",
        f"/api/v1/{resource.name}/export/?format=csv&fields=slug,geometry",
        f"/api/v1/{resource.name}/export/?format=xlsx&fields=slug,geometry",
    ):
        problem = api.json(where, 400)
        assert problem["parameter"] == "fields" and "geojson" in problem["detail"]


@every_resource
def test_every_record_keeps_its_slug(api: Any, resource: Resource) -> None:
    whole = api.json(address(resource, limit=2))["results"]
    name = [name for name in whole[0] if name not in (GEOMETRY, "slug")][1]
    expected = [{"slug": record["slug"], name: record[name]} for record in whole]
    assert api.json(address(resource, limit=2, fields=name))["results"] == expected
    assert api.json(f"/api/v1/{resource.name}/{whole[0]['slug']}/?fields={name}") == expected[0]
    assert table(api.get(address(resource, format="csv", limit=2, fields=name)).content)[0] == ["slug", name]
    assert table(exported(api, resource, "csv", f"fields={name}"))[0][:2] == ["slug", name]
    for where in (address(resource, omit="slug"), f"/api/v1/{resource.name}/export/?omit=slug"):
        assert api.json(where, 400)["parameter"] == "omit"


def test_files_with_shapes_keep_them(api: Any, tmp_path: Path) -> None:
    import geopandas
    import pyarrow.parquet

    resource = RESOURCES[0]
    query = "fields=name,slug&country=KG"
    expected = {record["slug"] for record in api.json(address(resource, country="KG"))["results"] if record["geometry"]}
    for form in ("gpkg", "fgb", "parquet"):
        path = tmp_path / f"deposits.{form}"
        path.write_bytes(exported(api, resource, form, query))
        read = geopandas.read_parquet if form == "parquet" else geopandas.read_file
        frame = read(path)
        assert list(frame.columns)[:2] == ["name", "slug"]
        assert set(frame["slug"][frame.geometry.notna()]) == expected != set()

    path = tmp_path / "table.gpkg"
    path.write_bytes(exported(api, resource, "gpkg", "omit=geometry"))
    with sqlite3.connect(path) as file:
        kinds = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents"))
        ((number,),) = file.execute("SELECT count(*) FROM deposits")
    assert kinds == {"deposits": "attributes", "dictionary": "attributes"} and number > len(expected)
    path = tmp_path / "table.parquet"
    path.write_bytes(exported(api, resource, "parquet", "fields=name&omit=geometry"))
    assert pyarrow.parquet.read_schema(path).names == ["slug", "name", "sources", "rights", "license"]
    assert json.loads(exported(api, resource, "fgb", "omit=geometry", 400))["parameter"] == "omit"
    assert len(exported(api, resource, "xlsx", query)) > 1000
