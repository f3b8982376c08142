"""Questions by place."""

from typing import Any

import pytest

from registry.models import LicenseSite, RegionMember
from tests import records

pytestmark = pytest.mark.django_db


def slugs(api: Any, query: str) -> list[str]:
    return [r["slug"] for r in api.json(f"/api/v1/deposits/?{query}")["results"]]


@pytest.fixture
def four(db: None) -> dict[str, Any]:
    """Deposits west and east of the antimeridian, one at its very edge, one without a place."""
    return {
        "fiji": records.deposit(slug="fiji", at=(178.0, -18.0)),
        "samoa": records.deposit(slug="samoa", at=(-172.0, -13.8)),
        "edge": records.deposit(slug="edge", at=(180.0, -15.0)),
        "aral": records.deposit(slug="aral", at=(60.0, 45.0)),
        "nowhere": records.deposit(slug="nowhere"),
    }


def test_a_box(api: Any, four: Any) -> None:
    assert slugs(api, "bbox=50,40,70,50") == ["aral"]
    assert slugs(api, "bbox=60,45,60,45") == ["aral"], "edges belong to the box"
    assert slugs(api, "bbox=-180,-90,180,90") == ["fiji", "samoa", "edge", "aral"], "what has no place is in no box"


def test_a_box_with_heights(api: Any, four: Any) -> None:
    assert slugs(api, "bbox=50,40,-100,70,50,9000") == ["aral"]


def test_a_box_over_the_antimeridian_is_not_its_complement(api: Any, four: Any) -> None:
    assert slugs(api, "bbox=170,-30,-170,0") == ["fiji", "samoa", "edge"]
    assert slugs(api, "bbox=179,-30,-179,0") == ["edge"]


@pytest.mark.parametrize("box", ["170,-30,190,0", "-190,-30,-170,0", "530,-30,550,0"])
def test_longitudes_beyond_the_antimeridian_are_wrapped(api: Any, four: Any, box: str) -> None:
    assert slugs(api, f"bbox={box}") == ["fiji", "samoa", "edge"]
    assert slugs(api, "bbox=-200,-90,160,90") == ["fiji", "samoa", "edge", "aral"], "360 degrees are the world"


@pytest.mark.parametrize(
    "wrong",
    ["1,2,3", "1,2,3,4,5", "a,b,c,d", "0,50,10,40", "0,-91,10,0", "nan,0,0,0", "", "1,2,3,4,5,6,7"],
)
def test_boxes_that_cannot_be(api: Any, wrong: str) -> None:
    assert api.json(f"/api/v1/deposits/?bbox={wrong}", 400)["parameter"] == "bbox"


def test_near_is_sorted_by_distance_on_the_ellipsoid(api: Any, four: Any) -> None:
    found = api.json("/api/v1/deposits/?near=179.9,-15.0&radius_km=1200")
    assert [r["slug"] for r in found["results"]] == ["edge", "fiji", "samoa"]
    distances = [r["distance_km"] for r in found["results"]]
    assert distances == sorted(distances)
    assert distances[0] == pytest.approx(10.75, abs=0.05), "a tenth of a degree at 15° S"
    assert found["next"] is None


def test_near_without_a_radius_finds_the_nearest_anywhere(api: Any, four: Any) -> None:
    assert slugs(api, "near=61,45&limit=2")[0] == "aral"
    assert len(slugs(api, "near=61,45&limit=1000")) == 4


def test_near_in_geojson_and_csv_and_fields(api: Any, four: Any) -> None:
    feature = api.json("/api/v1/deposits/?near=61,45&limit=1&format=geojson")["features"][0]
    assert feature["properties"]["distance_km"] == pytest.approx(78.85, abs=0.5)
    assert b"distance_km" in api.get("/api/v1/deposits/?near=61,45&limit=1&format=csv").content
    assert api.json("/api/v1/deposits/?near=61,45&limit=1&fields=slug")["results"][0].keys() == {"slug", "distance_km"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("near=1", "near"),
        ("near=95,200", "near"),
        ("near=1,2&radius_km=0", "radius_km"),
        ("near=1,2&radius_km=1e9", "radius_km"),
        ("radius_km=5", "radius_km"),
        ("near=1,2&order=name", "order"),
    ],
)
def test_nears_that_cannot_be(api: Any, query: str, parameter: str) -> None:
    assert api.json(f"/api/v1/deposits/?{query}", 400)["parameter"] == parameter


def test_within_goes_by_geometry_and_counts_what_has_none(api: Any) -> None:
    country = records.country(boundary=records.square(10, 10, 10))
    other = records.country(boundary=records.square(20, 10, 10))
    inside = records.deposit(at=(15, 15), country=country)
    misplaced = records.deposit(at=(25, 15), country=country)
    records.deposit(country=country)
    records.deposit(country=other)
    region = records.region()
    RegionMember.objects.create(region=region, country=country)
    for area in (country.slug, country.slug.lower(), country.m49, region.slug):
        found = api.json(f"/api/v1/deposits/?within={area}")
        assert [r["slug"] for r in found["results"]] == [inside.slug]
        assert found["unlocated"] == 1
    assert {r["slug"] for r in api.json(f"/api/v1/deposits/?within={country.slug},{other.slug}")["results"]} == {
        inside.slug,
        misplaced.slug,
    }
    assert api.json(f"/api/v1/deposits/{misplaced.slug}/")["warnings"] == ["outside_stated_country"]
    assert api.json(f"/api/v1/deposits/{inside.slug}/")["warnings"] == []
    stated = api.json(f"/api/v1/deposits/?country={country.slug}")["results"]
    assert len(stated) == 3, "`country` goes by what is stated"


def test_the_count_of_the_unlocated_keeps_the_other_filters(api: Any) -> None:
    country = records.country(boundary=records.square(10, 10, 10))
    records.deposit(country=country, deposit_type="skarn")
    records.deposit(country=country, deposit_type="vein")
    found = api.json(f"/api/v1/deposits/?within={country.slug}&deposit_type=skarn")
    assert found["unlocated"] == 1
    collection = api.json(f"/api/v1/deposits/?within={country.slug}&format=geojson")
    assert collection["unlocated"] == 2


@pytest.mark.parametrize(
    "place", ["bbox=54,39,66,51", "near=60,45", "near=60,45&radius_km=9", "intersects=POINT(60 45)", "bbox=0,0,1,1"]
)
def test_every_question_by_place_counts_what_has_none(api: Any, place: str) -> None:
    country, other = records.country(), records.country()
    records.deposit(at=(60, 45), country=country, deposit_type="skarn")
    for kind, land in (("skarn", country), ("skarn", other), ("vein", country)):
        records.deposit(country=land, deposit_type=kind)
    records.deposit(country=country, record_status="draft", cited=False)
    assert api.json(f"/api/v1/deposits/?{place}")["unlocated"] == 3
    assert api.json(f"/api/v1/deposits/?{place}&deposit_type=skarn")["unlocated"] == 2
    assert api.json(f"/api/v1/deposits/?{place}&deposit_type=skarn&country={country.slug}")["unlocated"] == 1
    assert api.json(f"/api/v1/deposits/?{place}&within={country.slug}")["unlocated"] == 2
    assert api.json(f"/api/v1/deposits/?{place}&format=geojson")["unlocated"] == 3
    assert "unlocated" not in api.json("/api/v1/deposits/?deposit_type=skarn")


def test_an_outline_is_within_where_it_reaches(api: Any) -> None:
    west = records.country(boundary=records.square(10, 10, 10))
    east = records.country(boundary=records.square(20, 10, 10))
    across = records.license_(area=records.square(19.5, 15))
    for country in (west, east):
        assert [r["slug"] for r in api.json(f"/api/v1/licenses/?within={country.slug}")["results"]] == [across.slug]


@pytest.mark.parametrize(
    "shape",
    [
        "POLYGON((55 40,65 40,65 50,55 50,55 40))",
        "MULTIPOINT((60 45),(0 1))",
        '{"type":"Polygon","coordinates":[[[55,40],[65,40],[65,50],[55,50],[55,40]]]}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[60,45]},"properties":{}}',
        '{"type":"LineString","coordinates":[[60,40],[60,50]]}',
    ],
)
def test_intersects_takes_wkt_and_geojson(api: Any, four: Any, shape: str) -> None:
    from urllib.parse import quote

    assert slugs(api, f"intersects={quote(shape)}") == ["aral"]
    response = api.post("/api/v1/deposits/search/", {"intersects": shape}, content_type="application/json")
    assert [r["slug"] for r in response.json()["results"]] == ["aral"]


def test_a_large_shape_goes_by_post(api: Any, four: Any) -> None:
    import math

    ring = [[60 + math.cos(a / 500) * 5, 45 + math.sin(a / 500) * 5] for a in range(3141)]
    polygon = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    response = api.post("/api/v1/deposits/search/", {"intersects": polygon}, content_type="application/json")
    assert [r["slug"] for r in response.json()["results"]] == ["aral"]
    too_many = {"type": "LineString", "coordinates": [[60, 45 + n / 10_000] for n in range(10_002)]}
    response = api.post("/api/v1/deposits/search/", {"intersects": too_many}, content_type="application/json")
    assert response.status_code == 400
    assert "vertices" in response.json()["detail"]


@pytest.mark.parametrize(
    "shape",
    [
        "",
        "nonsense",
        "POINT(200 0)",
        "POINT EMPTY",
        "POLYGON((0 0,2 2,2 0,0 2,0 0))",
        "POLYGON((0 0,1 1))",
        "GEOMETRYCOLLECTION(" * 300 + ")" * 300,
        '{"type":"Circle","coordinates":[0,0]}',
        '{"type":"Polygon"}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}',
    ],
)
def test_shapes_that_cannot_be(api: Any, shape: str) -> None:
    response = api.post("/api/v1/deposits/search/", {"intersects": shape}, content_type="application/json")
    assert response.status_code == 400, response.content[:300]
    assert response.json()["parameter"] == "intersects"


def test_locate_says_what_is_at_a_place(api: Any) -> None:
    country = records.country(boundary=records.square(10, 10, 10), name="Somewhere")
    region = records.region()
    RegionMember.objects.create(region=region, country=country)
    licence = records.license_(area=records.square(14, 14, 2))
    records.license_(area=records.square(30, 30, 2))
    national = records.framework(jurisdiction="national")
    treaty = records.framework(jurisdiction="international")
    repealed = records.framework(jurisdiction="national", status="repealed")
    lapsed = records.framework(jurisdiction="national", ended="2001-02")
    unsaid = records.framework()
    for framework in (national, repealed, lapsed):
        framework.applies_to.create(country=country)
    for framework in (national, treaty, repealed, unsaid):
        framework.parties.create(country=country)
    of_region, about_region = (records.framework(jurisdiction=reach) for reach in ("regional", "international"))
    for framework in (of_region, about_region):
        framework.regions.create(region=region)
    bloc = records.organization(name="A Bloc")
    of_bloc = records.framework(jurisdiction="regional")
    of_bloc.applies_to.create(organization=bloc)
    other = records.country(boundary=records.square(60, 10))
    records.framework(jurisdiction="national", record_status="draft", cited=False).applies_to.create(country=country)
    records.framework(jurisdiction="national").applies_to.create(country=other)
    records.deposit(country=country)
    near, far = records.deposit(at=(15, 15)), records.deposit(at=(19, 15))
    here = api.json("/api/v1/locate/?lon=15.1&lat=15")
    assert [c["slug"] for c in here["countries"]] == [country.slug]
    assert [r["slug"] for r in here["regions"]] == [region.slug]
    assert [x["slug"] for x in here["licenses"]] == [licence.slug]
    assert {name: [x["slug"] for x in those] for name, those in here["policy_frameworks"].items()} == {
        "applies": [national.slug],
        "party": [treaty.slug, unsaid.slug],
        "undetermined": [of_region.slug, about_region.slug, of_bloc.slug],
        "ended": [repealed.slug, lapsed.slug],
        "later": [],
    }
    assert here["licenses_without_outline"] == []
    LicenseSite.objects.create(license=(linked := records.license_(status="granted", granted="2010")), deposit=near)
    type(national).objects.filter(pk=national.pk).update(in_force="2020-05-01")
    before = api.json("/api/v1/locate/?lon=15.1&lat=15&on=2009-12-31")
    assert before["on"] == "2009-12-31"
    assert [x["slug"] for x in before["policy_frameworks"]["later"]] == [national.slug]
    (one,) = before["licenses_without_outline"]
    assert (one["slug"], one["status_on_date"]) == (linked.slug, None) and one["unknown_because"]
    (one,) = api.json("/api/v1/locate/?lon=15.1&lat=15&on=2011-01-01")["licenses_without_outline"]
    assert one["status_on_date"] == "granted"
    type(national).objects.filter(pk=national.pk).update(in_force=None)
    reasons = {x["slug"]: x["reason"] for those in here["policy_frameworks"].values() for x in those}
    assert reasons[national.slug] == "a measure of Somewhere"
    assert reasons[treaty.slug] == "Somewhere is a party to it"
    assert reasons[of_region.slug].endswith("; where it applies is not recorded")
    assert reasons[of_bloc.slug] == "a measure of A Bloc; which countries are members of it is not recorded"
    bloc.members.create(country=records.country(record_status="draft"))
    found = api.json("/api/v1/locate/?lon=15.1&lat=15")["policy_frameworks"]["undetermined"]
    assert of_bloc.slug in [x["slug"] for x in found], "a member that readers do not see is none"
    bloc.members.create(country=other)
    found = api.json("/api/v1/locate/?lon=15.1&lat=15")["policy_frameworks"]
    assert of_bloc.slug not in [x["slug"] for those in found.values() for x in those]
    assert here["unlocated"] == {"deposits": 1, "prospecting-objects": 0, "licenses": 0}
    assert [d["slug"] for d in here["deposits"]] == [near.slug, far.slug]
    assert here["deposits"][0]["distance_km"] == pytest.approx(10.75, abs=0.05)
    assert api.json("/api/v1/locate/?lon=15&lat=15&nearest=1")["deposits"][0]["slug"] == near.slug
    at_sea = api.json("/api/v1/locate/?lon=-30&lat=0")
    assert at_sea["countries"] == [] and set(at_sea["unlocated"].values()) == {0}
    assert not any(at_sea["policy_frameworks"].values())


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "lon"),
        ("lon=1", "lat"),
        ("lon=x&lat=1", "lon"),
        ("lon=1&lat=91", "lon"),
        ("lon=1&lat=1&nearest=101", "nearest"),
        ("lon=1&lat=1&near=2", "near"),
    ],
)
def test_places_that_cannot_be(api: Any, query: str, parameter: str) -> None:
    assert api.json(f"/api/v1/locate/?{query}", 400)["parameter"] == parameter
