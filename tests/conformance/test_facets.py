"""Facets: each count is what the filter of the same name finds, on every list, whatever else narrows it."""

from typing import Any

import pytest

from api.query import facets
from api.query.facet_names import MAX_FACETS, facets_of
from api.query.list_query import parameters_of
from api.resources.resource import Resource, resource_named
from registry.models import Deposit, DepositParty
from tests import records
from tests.caches import forget_everything
from tests.conformance.walks import NAMES, RESOURCES, address

pytestmark = pytest.mark.django_db


def count(api: Any, resource: Resource, **parameters: Any) -> int:
    found = api.json(address(resource, count="exact", limit=1, fields="slug", **parameters))["count"]
    assert isinstance(found, int)
    return found


def counts(api: Any, resource: Resource, *names: str, **parameters: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for first in range(0, len(names), MAX_FACETS):
        some = ",".join(names[first : first + MAX_FACETS])
        found |= api.json(address(resource, facet=some, limit=1, fields="slug", **parameters))["facets"]
    return found


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_a_facet_counts_what_its_filter_finds(api: Any, resource: Resource) -> None:
    declared = facets_of(resource)
    everything = count(api, resource)
    for name, counted in counts(api, resource, *declared).items():
        listed = counted["values"]
        assert [one["count"] for one in listed] == sorted((one["count"] for one in listed), reverse=True), name
        for one in (*listed[:3], *listed[-2:]):
            value = str(one["value"]).lower() if isinstance(one["value"], bool) else one["value"]
            assert count(api, resource, **{name: value}) == one["count"], (name, value)
        if f"{name}__isnull" in parameters_of(resource):
            without = [count(api, resource, **{f"{name}__isnull": wanted}) for wanted in ("true", "false")]
            assert without == [counted["unknown"], everything - counted["unknown"]], name
        if declared[name].rows is None and declared[name].above is None:
            total = sum(one["count"] for one in listed) + counted["unknown"] + counted["others"]["count"]
            assert total == everything, name


@pytest.mark.parametrize(
    "narrowed",
    [
        {"search": "Кутессай"},
        {"within": "central-asia"},
        {"bbox": "66,37,80,46"},
        {"country": "KZ,KG", "commodity": "REE"},
        {"near": "76,42", "radius_km": "500"},
        {"disputed": "true"},
    ],
    ids=lambda narrowed: "+".join(narrowed),
)
def test_facets_of_a_narrowed_list_are_counted_from_its_records(api: Any, narrowed: dict[str, str]) -> None:
    deposits = resource_named("deposits")
    narrowed = {"limit": "1000", **narrowed}
    page = api.json(address(deposits, facet="country,development_status,commodity,region", **narrowed))
    slugs = [one["slug"] for one in page["results"]]
    assert page["next"] is None
    assert slugs
    for name in ("country", "development_status"):
        expected: dict[Any, int] = {}
        for one in page["results"]:
            value = one[name]["slug"] if isinstance(one[name], dict) else one[name]
            expected[value] = expected.get(value, 0) + 1
        assert page["facets"][name]["unknown"] == expected.pop(None, 0)
        assert {one["value"]: one["count"] for one in page["facets"][name]["values"]} == expected
    rows = Deposit.objects.filter(slug__in=slugs)
    heavy = rows.filter(commodities__commodity__slug="Dy").distinct().count()
    assert {one["value"]: one["count"] for one in page["facets"]["commodity"]["values"]}.get("Dy", 0) == heavy
    assert page["facets"]["commodity"]["unknown"] == rows.filter(commodities__isnull=True).count()


def test_facets_of_nothing_are_empty(api: Any) -> None:
    deposits = resource_named("deposits")
    nothing = {"values": [], "unknown": 0, "others": {"values": 0, "count": 0}}
    found = counts(api, deposits, "country", "commodity", "region", "development_status", "disputed", search="zzzzqq")
    assert list(found.values()) == [nothing] * 5
    assert counts(api, deposits, "commodity", search="zzzzqq")["commodity"] == nothing


def test_a_link_to_what_is_not_public_is_as_good_as_unknown(api: Any) -> None:
    """A draft must not be seen by its number of records either."""
    organization = records.made("organization", record_status="draft")
    country = records.country(record_status="draft")
    deposit = records.deposit(name="Quxqux", country=country)
    DepositParty.objects.create(deposit=deposit, organization=organization, role="operator")
    forget_everything()
    found = counts(api, resource_named("deposits"), "country", "organization", "region", search=deposit.name)
    nothing = {"values": [], "unknown": 1, "others": {"values": 0, "count": 0}}
    assert found["country"] == found["organization"] == found["region"] == nothing
    for name in ("country", "organization", "region", "commodity", "code_family"):
        with_none = count(api, resource_named("deposits"), search=deposit.name, **{f"{name}__isnull": "true"})
        assert with_none == 1, name


def test_values_beyond_the_bound_are_counted_together(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "MAX_VALUES", 2)
    forget_everything()
    deposits = resource_named("deposits")
    found = counts(api, deposits, "country")["country"]
    forget_everything()
    shown = sum(one["count"] for one in found["values"])
    assert len(found["values"]) == 2
    assert found["others"]["count"] == count(api, deposits) - shown - found["unknown"]
    assert (
        found["others"]["values"] == Deposit.objects.published().exclude(country=None).values("country").distinct().count() - 2
    )


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ({"facet": "contry"}, "facet"),
        ({"facet": "discovery_year"}, "facet"),
        ({"facet": ""}, "facet"),
        ({"facet": ",".join(list(facets_of(resource_named("licenses"))))}, "facet"),
        ({"facet": "country", "format": "csv"}, "facet"),
        ({"facet": "country", "near": "76,42"}, "near"),
        ({"facet": "country", "as_of": "2025-01-01"}, "facet"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(api: Any, parameters: dict[str, str], parameter: str) -> None:
    problem = api.json(address(resource_named("licenses" if "," in parameters["facet"] else "deposits"), **parameters), 400)
    assert problem["parameter"] == parameter
    if parameters["facet"] == "contry":
        assert "country" in problem["detail"]
        assert "development_status" in problem["allowed"]


def test_geojson_and_posts_have_facets_too(api: Any) -> None:
    deposits = resource_named("deposits")
    plain = counts(api, deposits, "country")
    assert api.json(address(deposits, facet="country", format="geojson", limit=1))["facets"] == plain
    posted = api.post("/api/v1/deposits/search/", {"facet": ["country"], "limit": 1}, content_type="application/json").json()
    assert posted["facets"] == plain
