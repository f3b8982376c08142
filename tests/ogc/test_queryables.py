"""Every declared filter is a queryable too: CQL2 and the parameter of the list keep the same records."""

from typing import Any

import pytest

from api.database.bound import bind, shape_of
from api.database.connection import fetch
from api.filters.columns import DateFilter, Filter, MomentFilter, PhraseFilter, WordsFilter
from api.filters.identity import SlugFilter, UidFilter
from api.filters.parameters import today
from api.filters.queryables import DAY, NUMBERS, Queryable, ValueType
from api.filters.terms import EndsWithinFilter
from api.ogc.item_query import read_items
from api.ogc.queryables import queryable_name, queryables_of
from api.query.list_query import parameters_of, read_query
from api.query.selection import selected, statement
from api.resources.resource import Resource, resource_named
from tests import records
from tests.ogc.walks import NAMES, RESOURCES, items

pytestmark = pytest.mark.django_db
LICENSES = resource_named("licenses")
#: Words are asked for by `search` and parameters alone; slug and uid are properties.
_UNASKED = (WordsFilter, SlugFilter, UidFilter)
#: Filters that find no record of the seed, each of a class that others of these tests show at work.
_NOTHING = {
    "prospecting-objects.client",
    "prospecting-objects.location_uncertainty_m",
    "prospecting-objects.warning",
    "licenses.authority",
    "licenses.legal_basis",
    "licenses.warning",
    "licenses.computed_area_km2",
    "policy-frameworks.issuer",
    "gaps.license",
    "gaps.policy_framework",
    "disagreements.ree_scheme",
    "disagreements.disputed_area",
    "disputed-areas.external_id",
    "findings.license",
}


def kept(query: Any) -> list[int]:
    return sorted(key for (key,) in fetch(statement(query, selected(query).values("id"))))


def values_of(resource: Resource, declared: Filter, asked: Queryable) -> list[Any]:
    """Give some values that records of the seed have, or, of other records, all."""
    if asked.others:
        return [v for rows, one in asked.others for v in values_of_rows(rows.model, one)]
    held = values_of_rows(resource.model, asked)
    return held[:2] + held[-1:]


def values_of_rows(model: Any, asked: Queryable) -> list[Any]:
    rows = model._default_manager.published().order_by("id")
    shape = shape_of(rows.annotate(asked_value=asked.expression()).values_list("asked_value", flat=True))
    found = [one for (one,) in fetch(bind(shape, {DAY: today()}))]
    return sorted({v for one in found for v in (one if asked.kind is ValueType.LIST else [one]) if v is not None}, key=str)


def conditions(declared: Filter, name: str, called: str, asked: Queryable, value: Any) -> list[tuple[dict[str, str], str]]:
    """Pair the parameters of a list with a condition that says the same."""
    quoted = "'{}'".format(str(value).replace("'", "''"))
    if isinstance(declared, EndsWithinFilter):
        return [({name: str(value)}, f"{called} <= {value}")]
    if isinstance(declared, DateFilter):
        return [({name: value[:4]}, f"{called} LIKE '{value[:4]}%'")]
    if isinstance(declared, MomentFilter):
        return [({f"{name}__gte": value.isoformat()}, f"{called} >= TIMESTAMP('{value:%Y-%m-%dT%H:%M:%S.%fZ}')")]
    if asked.kind is ValueType.BOOLEAN:
        return [({name: str(value).lower()}, f"{called} = {str(value).upper()}")]
    if asked.kind is ValueType.LIST:
        return [({name: str(value)}, f"{function}({called}, ({quoted}))") for function in ("A_CONTAINS", "A_OVERLAPS")]
    if asked.kind in NUMBERS:
        ranges = [({f"{name}__gte": str(value)}, f"{called} >= {value}")] if not asked.derived else []
        return [({name: str(value)}, f"{called} = {value}"), *ranges]
    unlike = (
        [({f"{name}__not": str(value)}, f"({called} <> {quoted} OR {called} IS NULL)")]
        if not asked.others and not isinstance(declared, PhraseFilter)
        else []
    )
    return [({name: str(value)}, f"{called} = {quoted}"), *unlike]


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_a_filter_and_its_queryable_keep_the_same_records(resource: Resource) -> None:
    known, wrong, nothing = queryables_of(resource), [], set()
    for name, declared in resource.filters.declared.items():
        if isinstance(declared, _UNASKED) or not any(declared.parameters(name, resource.model)):
            continue
        called = queryable_name(resource, name)
        if called not in known:
            wrong.append(f"{name} is no queryable")
            continue
        pairs = [
            pair
            for value in values_of(resource, declared, known[called])
            for pair in conditions(declared, name, called, known[called], value)
        ]
        if f"{name}__isnull" in parameters_of(resource) and not known[called].others:
            pairs += [
                ({f"{name}__isnull": "true"}, f"{called} IS NULL"),
                ({f"{name}__isnull": "false"}, f"{called} IS NOT NULL"),
            ]
        found = 0
        for parameters, condition in pairs:
            by_list, by_filter = kept(read_query(resource, parameters)), kept(read_items(resource, {"filter": condition}).query)
            found += len(by_list)
            if by_list != by_filter:
                wrong.append(f"{parameters}: {len(by_list)}; {condition}: {len(by_filter)}")
        if not found:
            nothing.add(f"{resource.name}.{name}")
    assert not wrong
    assert nothing <= _NOTHING, "no record of the seed has a value"


def test_a_condition_over_other_records_holds_for_one_of_them(api: Any) -> None:
    """Under NOT it holds for none of them; where there is none, it is unknown what they are."""
    jorc, gkz, bare = records.deposit(), records.deposit(), records.deposit()
    records.estimate(deposit=jorc, reporting_code="JORC", ore_tonnes=5)
    records.estimate(deposit=jorc, reporting_code="GKZ", ore_tonnes=50)
    records.estimate(deposit=gkz, reporting_code="GKZ", ore_tonnes=500)
    mine = [one.slug for one in (jorc, gkz, bare)]

    def found(condition: str) -> list[str]:
        among = f"slug IN ({', '.join(repr(slug) for slug in mine)}) AND {condition}"
        return [f["id"] for f in api.json(items("deposits", filter=among))["features"]]

    assert found("estimate__reporting_code = 'JORC'") == [jorc.slug]
    assert found("NOT estimate__reporting_code = 'JORC'") == [gkz.slug, bare.slug]
    # One estimate has to lie between both.
    assert found("estimate__ore_tonnes BETWEEN 10 AND 40") == []
    assert found("estimate__ore_tonnes > 4 AND estimate__ore_tonnes < 10") == [jorc.slug]
    assert found("estimate__reporting_code IN ('GKZ', 'NI43_101')") == [jorc.slug, gkz.slug]
    assert found("estimate__reporting_code IS NULL") == [bare.slug]
    assert found("has_estimate AND NOT disputed") == [jorc.slug, gkz.slug]
    problem = api.json(items("deposits", filter="estimate__ore_tonnes > discovery_year"), 400)
    assert problem["parameter"] == "filter" and "other records" in problem["detail"]


def test_every_filter_is_described(api: Any) -> None:
    """The codes of lists and of other records are named, so that a client can offer them."""
    described = api.json("/ogc/collections/licenses/queryables")["properties"]
    assert "ion_adsorption_clay" in described["deposit__deposit_type"]["enum"]
    assert described["warning"]["items"]["enum"] == ["outside_stated_country", "area_differs"]
    assert described["expires_within"]["type"] == "integer"
    assert {described[name]["type"] for name in ("disputed", "expired_by_date", "deposit__has_estimate")} == {"boolean"}


def test_months_to_the_end_are_counted_as_the_filter_counts_them() -> None:
    """The end of a month that lacks the day is so many months later; a year counts from its first day to its last."""
    for expires, day in (
        ("2025-02-28", "2025-01-31"), ("2025-03-01", "2025-01-31"), ("2025-02-28", "2024-11-30"), ("2024-02-29", "2024-01-30"),
        ("2025", "2025-06-30"), ("2026", "2025-06-30"), ("2025-06", "2025-06-30"), ("2025-06-29", "2025-06-30"),
    ):  # fmt: skip
        slug = records.license_(expires=expires).slug
        for months in (0, 1, 2, 3, 6, 7):
            given = {"on": day, "slug": slug}
            by_list = kept(read_query(LICENSES, {**given, "expires_within": str(months)}))
            by_filter = kept(read_items(LICENSES, {**given, "filter": f"expires_within <= {months}"}).query)
            assert by_list == by_filter, (expires, day, months)
