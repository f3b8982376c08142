"""Filters across kinds keep what the list of the other kind and the ORM keep; drafts of the other kind count for nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from api.filters.across import AcrossFilter, CoveredByFilter, HasFilter, Way
from api.filters.columns import CodeFilter, NumberFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter
from api.filters.terms import EndsWithinFilter
from api.resources.resource import Resource
from registry.models import Deposit, License, LicenseSite, ResourceEstimate
from tests import records
from tests.conformance.walks import RESOURCES, address, published, slugs, walk

pytestmark = pytest.mark.django_db
_ALL = [(resource, name, declared) for resource in RESOURCES for name, declared in resource.filters.declared.items()]
_ACROSS = [one for one in _ALL if isinstance(one[2], AcrossFilter)]


def found(api: Any, resource: Resource, **parameters: Any) -> set[str]:
    return set(slugs(walk(api, resource, limit=1000, **parameters)))


def kept(resource: Resource, way: Way, others: set[str]) -> set[str]:
    """Follow the keys by the ORM, from the slugs of the others to those of the records."""
    model: Any = way.rows or resource.model
    target = f"{way.target}__slug" if way.target else "slug"
    back = "slug" if way.rows is None else f"{way.back}__slug"
    led = {there for there, here in model._default_manager.values_list(back, target) if here in others}
    return led & set(published(resource).values_list("slug", flat=True))


def asked(declared: AcrossFilter, other: Resource, field: str) -> list[dict[str, Any]]:
    """Give queries of the list of the other kind that find some and not all."""
    inner, rows = declared.declared, published(other)
    if isinstance(inner, CodeFilter):
        codes = sorted(set(rows.values_list(inner.path or declared.of, flat=True)))
        return [{field: code} for code in codes] + [{f"{field}__not": codes[0]}]
    if isinstance(inner, NumberFilter):
        numbers = sorted(rows.exclude(**{field: None}).values_list(field, flat=True))
        return [{f"{field}__gte": numbers[len(numbers) // 2]}, {field: numbers[0]}, {f"{field}__isnull": "true"}]
    values = {
        CommodityFilter: ["REE", "Nb"],
        LinkFilter: ["KZ", "KG,AU"],
        RegionFilter: ["central-asia"],
        HasFilter: ["true", "false"],
    }
    return [{field: value} for value in values[type(inner)]]


@pytest.mark.parametrize(("resource", "name", "declared"), _ACROSS, ids=[f"{r.name}:{n}" for r, n, _ in _ACROSS])
def test_a_filter_of_the_other_kind_keeps_what_leads_to_those(
    api: Any, resource: Resource, name: str, declared: AcrossFilter
) -> None:
    field = name.rpartition("__")[2]
    others = [(way, next(r for r in RESOURCES if r.model is way.other(resource.model))) for way in declared.ways]
    some = 0
    for query in asked(declared, others[0][1], field):
        expected: set[str] = set()
        for way, other in others:
            expected |= kept(resource, way, found(api, other, **query))
        given = {key.replace(field, name, 1): value for key, value in query.items()}
        assert found(api, resource, **given) == expected, query
        some += bool(expected)
    assert some or resource.name == "licenses", "one of the queries finds something"


def test_drafts_of_the_other_kind_count_for_nothing(api: Any) -> None:
    deposit, draft = records.deposit(), records.estimate(record_status="draft", reporting_code="JORC", ore_tonnes=7.25)
    ResourceEstimate.objects.filter(pk=draft.pk).update(deposit=deposit)
    licence = records.license_(record_status="draft", status="suspended", area=records.square(10, 10, 1))
    LicenseSite.objects.create(license=licence, deposit=deposit)
    assert deposit.slug in found(api, _named("deposits"), has_estimate="false")
    assert deposit.slug not in found(api, _named("deposits"), has_estimate="true")
    assert found(api, _named("deposits"), estimate__ore_tonnes="7.25") == set()
    assert deposit.slug not in found(api, _named("deposits"), license__status="suspended")
    assert api.json(address(_named("deposits"), covered_by=licence.slug), 400)["parameter"] == "covered_by"


def test_covered_is_what_lies_within_or_is_named(api: Any) -> None:
    assert [r.name for r, _, f in _ALL if isinstance(f, CoveredByFilter)] == ["deposits", "prospecting-objects"]
    licence = records.license_(area=records.square(10, 10, 1))
    inside, named, outside = records.deposit(at=(10.5, 10.5)), records.deposit(), records.deposit(at=(12.5, 10.5))
    LicenseSite.objects.create(license=licence, deposit=named)
    assert found(api, _named("deposits"), covered_by=licence.slug) == {inside.slug, named.slug}
    Deposit.objects.filter(pk=outside.pk).update(location=Point(10.2, 10.2, srid=4326))
    assert outside.slug in found(api, _named("deposits"), covered_by=licence.slug)


def test_what_ends_within_some_months_may_end_on_any_day_that_is_stated(api: Any) -> None:
    assert [n for _, n, f in _ALL if isinstance(f, EndsWithinFilter)] == ["expires_within"]
    today = date(2026, 1, 31)
    ends = ("2026-01-30", "2026-01-31", "2026-02-28", "2026-03-01", "2026-02", "2026", "2025", "2026-03", None)
    licences = {end: records.license_(expires=end).slug for end in ends}
    got = found(api, _named("licenses"), expires_within="1", on=today.isoformat())
    assert {end for end, slug in licences.items() if slug in got} == {"2026-01-31", "2026-02-28", "2026-02", "2026"}
    tomorrow = found(api, _named("licenses"), expires_within="1", on=(today + timedelta(days=1)).isoformat())
    assert licences["2026-03-01"] in tomorrow and licences["2026-01-31"] not in tomorrow
    assert License.objects.published().filter(slug__in=got).count() == len(got)


def _named(name: str) -> Resource:
    return next(resource for resource in RESOURCES if resource.name == name)
