"""The addresses of tiles: what describes them, what is refused, what is remembered."""

from typing import Any

import pytest

from api.tiles.layer import layers
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.tiles.world import decoded

pytestmark = pytest.mark.django_db
NAMES = [layer.name for layer in layers()]


def test_the_layers_are_the_resources_whose_records_may_have_a_place() -> None:
    assert NAMES == ["deposits", "prospecting-objects", "licenses"]


@pytest.mark.parametrize("name", [*NAMES, "registry"])
@pytest.mark.parametrize(
    "tile", ["0/1/0", "0/0/1", "3/8/0", "3/0/8", "15/0/0", "99/0/0", f"{'9' * 30}/0/0", f"{'9' * 5000}/0/0", "3/-1/0"]
)
def test_a_tile_outside_of_the_world_is_not_there(api: Any, name: str, tile: str) -> None:
    assert_problem(api.get(f"/tiles/{name}/{tile}.mvt"), 404)


@pytest.mark.parametrize("address", ["/tiles/nonsense/0/0/0.mvt", "/tiles/deposits/0/0/0.png", "/tiles/deposits/a/0/0.mvt"])
def test_what_nobody_declared(api: Any, address: str) -> None:
    assert_problem(api.get(address), 404)


@pytest.mark.parametrize("page", ["0/0/0.mvt", "tilejson.json", ""])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("nonsense=1", "nonsense"),
        ("limit=10", "limit"),
        ("format=json", "format"),
        ("fields=slug", "fields"),
        ("order=name", "order"),
        ("count=exact", "count"),
        ("near=76,42", "near"),
        ("development_status=perhaps", "development_status"),
        ("country=XX", "country"),
        ("bbox=1,2,3", "bbox"),
        ("discovery_year__gte=1900&discovery_year__gte=1950", "discovery_year__gte"),
    ],
)
def test_what_is_wrong_is_named(api: Any, page: str, query: str, parameter: str) -> None:
    assert_problem(api.get(f"/tiles/deposits/{page}?{query}"), 400, parameter)


def test_several_layers_take_the_filters_that_all_know(api: Any) -> None:
    country = records.country(slug="XA")
    records.deposit(at=(70, 50), country=country)
    records.license_(area=records.square(70, 50), country=country)
    records.deposit(at=(71, 51))
    found = decoded(api, "registry", (0, 0, 0), "?country=XA")
    assert {name: len(features) for name, features in found.items()} == {"deposits": 1, "licenses": 1}
    assert_problem(api.get("/tiles/registry/0/0/0.mvt?development_status=closed"), 400, "development_status")
    assert decoded(api, "deposits", (0, 0, 0), "?near=70,50&radius_km=10")["deposits"][0]["properties"]["country"] == "XA"


def test_nothing_is_no_content(api: Any) -> None:
    response = api.get("/tiles/deposits/3/0/0.mvt")
    assert (response.status_code, response.content) == (204, b"")
    assert response["ETag"]


def test_a_known_tile_is_answered_304(api: Any) -> None:
    records.deposit(at=(70, 50))
    for address in ("/tiles/deposits/0/0/0.mvt", "/tiles/deposits/3/0/0.mvt", "/tiles/registry/tilejson.json", "/tiles/"):
        answer = api.get(address)
        assert "s-maxage" in answer["Cache-Control"]
        assert answer["Access-Control-Allow-Origin"] == "*"
        again = api.get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
        assert (again.status_code, again.content) == (304, b"")
    assert api.post("/tiles/deposits/0/0/0.mvt").status_code == 405
    assert api.head("/tiles/deposits/0/0/0.mvt").content == b""


def test_what_a_map_needs_of_a_record(api: Any) -> None:
    metal, country = records.commodity(ree=True), records.country(slug="XA")
    deposit = records.deposit(at=(70, 50), country=country, development_status="closed", deposit_type="vein", name="Кундыбай")
    deposit.commodities.create(commodity=metal)
    hidden = records.country(slug="XB", record_status="draft")
    records.deposit(at=(-70, -50), country=hidden, slug="of-a-hidden-country")
    (one, other) = sorted(decoded(api, "deposits", (0, 0, 0))["deposits"], key=lambda f: f["properties"]["ree"], reverse=True)
    assert one["properties"] == {
        "slug": deposit.slug,
        "name": "Кундыбай",
        "country": "XA",
        "occurrence_type": "deposit",
        "deposit_type": "vein",
        "development_status": "closed",
        "location_kind": "reported",
        "ree": True,
    }
    assert "country" not in other["properties"]


def test_tilejson_leads_to_the_tiles(api: Any) -> None:
    records.deposit(at=(70, 50), development_status="closed")
    for name in [*NAMES, "registry"]:
        document = api.json(f"/tiles/{name}/tilejson.json")
        assert document["tilejson"] == "3.0.0"
        assert [layer["id"] for layer in document["vector_layers"]] == (NAMES if name == "registry" else [name])
        for layer in document["vector_layers"]:
            assert all(layer["fields"].values())
    document = api.json("/tiles/deposits/tilejson.json?development_status=closed")
    (template,) = document["tiles"]
    address = template.removeprefix("http://testserver").format(z=0, x=0, y=0)
    assert address.endswith("?development_status=closed")
    (feature,) = decoded(api, "deposits", (0, 0, 0), "?" + address.partition("?")[2])["deposits"]
    assert set(feature["properties"]) <= set(document["vector_layers"][0]["fields"])


def test_tile_sets_as_ogc_api_tiles_has_them(api: Any) -> None:
    sets = api.json("/tiles/")["tilesets"]
    assert [one["links"][0]["href"] for one in sets] == [f"http://testserver/tiles/{name}/" for name in [*NAMES, "registry"]]
    for one in sets:
        document = api.json(one["links"][0]["href"].removeprefix("http://testserver"))
        assert {"title", "dataType", "crs", "tileMatrixSetURI", "links", "layers"} <= set(document)
        (item,) = (link for link in document["links"] if link["rel"] == "item")
        assert item["templated"] and item["type"] == "application/vnd.mapbox-vector-tile"
        address = item["href"].format(tileMatrix=0, tileRow=0, tileCol=0).removeprefix("http://testserver")
        assert api.get(address).status_code in (200, 204)
        assert len(document["tileMatrixSetLimits"]) == 15
    assert_problem(api.get("/tiles/?nonsense=1"), 400, "nonsense")


def test_a_collection_links_to_its_own_tile_sets(api: Any) -> None:
    tilesets = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
    for collection in api.json("/ogc/collections")["collections"]:
        found = {link["rel"]: link["href"] for link in collection["links"] if "/tiles/" in link["href"]}
        if collection["id"] not in NAMES:
            assert not found
            continue
        (one,) = api.json(found[tilesets])["tilesets"]
        assert one["links"][0]["href"] == f"http://testserver/tiles/{collection['id']}/"
        assert [layer["id"] for layer in api.json(found["related"])["vector_layers"]] == [collection["id"]]
    (link,) = (one for one in api.json("/ogc/")["links"] if one["rel"] == tilesets)
    assert len(api.json(link["href"])["tilesets"]) == len(NAMES) + 1


def test_the_bounds_are_those_of_the_records(api: Any) -> None:
    kz, kg = records.country(), records.country()
    records.deposit(at=(70.5, 45.25), country=kz)
    records.deposit(at=(80, 50), country=kz)
    records.deposit(at=(-100, 88), country=kg)
    described = api.json(f"/tiles/deposits/tilejson.json?country={kz.slug}")
    assert described["bounds"] == [70.5, 45.25, 80, 50]
    longitude, latitude, zoom = described["center"]
    assert (longitude, latitude) == (75.25, 47.625) and 4 <= zoom <= 6
    assert api.json("/tiles/registry/tilejson.json")["bounds"] == [-100, 45.25, 80, 85.051129]
    box = api.json(f"/tiles/deposits/?country={kz.slug}")["boundingBox"]
    assert (box["lowerLeft"], box["upperRight"]) == ([70.5, 45.25], [80, 50])
    assert api.json("/tiles/licenses/tilejson.json")["bounds"] == [-180, -85.051129, 180, 85.051129]
