"""Two views of the borders: disputed areas belong to who administers them, or to no country."""

from typing import Any

import pytest

from curation.quality import with_warning
from registry.models import DisputedArea, DisputedAreaParty
from registry.seeding.location_checks import outside_stated_country
from tests import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(db: None) -> dict[str, Any]:
    """Two countries side by side; the east of the western one is disputed."""
    west, east = (
        records.country(boundary=records.square(60, 40, 10)),
        records.country(boundary=records.square(70, 40, 10)),
    )
    area = DisputedArea.objects.create(
        slug="the-area", name="The area", record_status="published", boundary=records.square(65, 40, 5)
    )
    DisputedAreaParty.objects.create(area=area, role="administers", country=west)
    DisputedAreaParty.objects.create(area=area, role="claims", country=east)
    DisputedAreaParty.objects.create(area=area, role="claims", name="Nobody's republic")
    records.deposit(slug="plain", at=(62, 42), country=west)
    records.deposit(slug="disputed", at=(66, 42), country=west)
    records.deposit(slug="straddling", footprint=records.square(64.5, 43, 1), location_kind="mapped")
    records.deposit(slug="nowhere", country=west)
    return {"west": west, "east": east, "area": area}


def found(api: Any, query: str, address: str = "/api/v1/deposits/") -> set[str]:
    return {one["slug"] for one in api.json(f"{address}?{query}")["results"]}


def test_the_bare_query_takes_the_de_facto_view(api: Any, land: Any) -> None:
    within = f"within={land['west'].slug}"
    assert found(api, within) == found(api, f"{within}&worldview=de-facto") == {"plain", "disputed", "straddling"}
    assert found(api, f"{within}&worldview=un") == {"plain", "straddling"}
    assert found(api, f"within={land['east'].slug}&worldview=un") == set(), "a claim gives no land"
    assert api.json(f"/api/v1/deposits/?{within}&worldview=un")["unlocated"] == 1
    assert found(api, "worldview=un") == {"plain", "disputed", "straddling", "nowhere"}, "it narrows nothing by itself"


def test_records_say_that_they_lie_in_a_disputed_area(api: Any, land: Any) -> None:
    (area,) = api.json("/api/v1/deposits/disputed/")["disputed_areas"]
    assert area == {
        "slug": "the-area",
        "name": "The area",
        "administered_by": [land["west"].slug],
        "claimed_by": sorted((land["east"].slug, "Nobody's republic")),
    }
    assert api.json("/api/v1/deposits/plain/")["disputed_areas"] == []
    assert found(api, "disputed_area=THE-AREA") == {"disputed", "straddling"}
    assert api.json("/api/v1/deposits/?disputed_area=other", 400)["parameter"] == "disputed_area"


def test_a_place_in_an_area_that_its_country_claims_is_no_surprise(api: Any, land: Any) -> None:
    claimed = records.deposit(at=(66, 43), country=land["east"])
    other = records.deposit(at=(66, 43), country=records.country(boundary=records.square(0, 0)))

    def warnings(deposit: Any) -> list[str]:
        shown = api.json(f"/api/v1/deposits/{deposit.slug}/")["warnings"]
        assert bool(shown) == with_warning(type(deposit).objects.filter(pk=deposit.pk), "outside_country").exists()
        return list(shown)

    assert (warnings(claimed), warnings(other)) == ([], ["outside_stated_country"])
    assert [other.slug in line for line in outside_stated_country()] == [True]
    DisputedAreaParty.objects.filter(country=land["east"]).delete()
    assert warnings(claimed) == ["outside_stated_country"]


def test_the_view_holds_for_every_list(api: Any, land: Any) -> None:
    query = f"within={land['west'].slug}&worldview=un"
    features = api.json(f"/ogc/collections/deposits/items?{query}")["features"]
    assert {one["properties"]["slug"] for one in features} == {"plain", "straddling"}
    body = {"within": land["west"].slug, "worldview": "UN"}
    searched = api.post("/api/v1/deposits/search/", body, "application/json").json()
    assert {one["slug"] for one in searched["results"]} == {"plain", "straddling"}


def test_a_point_says_so(api: Any, land: Any) -> None:
    here = "/api/v1/locate/?lon=66&lat=42&nearest=0"
    de_facto, un = api.json(here), api.json(f"{here}&worldview=un")
    assert [one["slug"] for one in de_facto["countries"]] == [land["west"].slug] and un["countries"] == []
    assert de_facto["disputed_areas"] == un["disputed_areas"] and un["disputed_areas"][0]["slug"] == "the-area"
    plain = api.json("/api/v1/locate/?lon=62&lat=42&nearest=0&worldview=un")
    assert [one["slug"] for one in plain["countries"]] == [land["west"].slug] and plain["disputed_areas"] == []
    assert api.json(f"{here}&worldview=mine", 400)["parameter"] == "worldview"


def test_where_no_country_is_no_measure_applies(api: Any, land: Any) -> None:
    union, code, act = records.organization(slug="union"), records.framework(slug="code"), records.framework(slug="act")
    union.members.create(country=land["west"], start="1995")
    act.applies_to.create(organization=union)
    act.parties.create(organization=union)
    code.applies_to.create(country=land["west"])

    def applies(longitude: int, view: str) -> list[str]:
        found = api.json(f"/api/v1/locate/?lon={longitude}&lat=42&nearest=0&worldview={view}")["policy_frameworks"]
        assert found["party"] == found["undetermined"] == found["ended"] == []
        return sorted(one["slug"] for one in found["applies"])

    assert applies(62, "un") == applies(62, "de-facto") == applies(66, "de-facto") == ["act", "code"]
    assert applies(66, "un") == []


def test_only_published_areas_count(api: Any, land: Any) -> None:
    land["area"].record_status = "withdrawn"
    land["area"].save()
    assert api.json("/api/v1/deposits/disputed/")["disputed_areas"] == []
    assert "disputed" in found(api, f"within={land['west'].slug}&worldview=un")
    assert api.json("/api/v1/locate/?lon=66&lat=42&nearest=0")["disputed_areas"] == []


def test_records_follow_an_area_that_moves(api: Any, land: Any) -> None:
    land["area"].boundary = records.square(61, 40, 2)
    land["area"].save()
    assert found(api, "disputed_area=the-area") == {"plain"}
    assert found(api, f"within={land['west'].slug}&worldview=un") == {"disputed", "straddling"}
