"""The past at this very moment is the present, and what cannot be asked of the past is refused by name."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from api.changes.record_steps import visible
from api.database.connection import fetch
from api.errors import BadParameter
from api.query.composed import records
from api.query.list_query import parameters_of
from api.query.past import parameters_then
from api.query.then import tables_of
from api.resources.resource import Resource
from registry.models import Deposit, Source
from tests.conformance.test_errors import assert_problem
from tests.conformance.walks import NAMES, RESOURCES, address, published, slugs, walk

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@every_resource
def test_now_is_the_present(api: Any, resource: Resource) -> None:
    present = walk(api, resource, limit=1000)
    assert present == walk(api, resource, limit=1000, as_of=now())
    for record in present[:: max(1, len(present) // 12)]:
        where = f"/api/v1/{resource.name}/{record['slug']}/"
        assert api.json(where) == api.json(f"{where}?as_of={now()}"), record["slug"]


@every_resource
def test_every_table_of_a_filter_is_read_as_it_was(api: Any, resource: Resource) -> None:
    some = {"array": "1", "boolean": "true", "number": "1", "integer": "1", "string": "2001"}
    for name in sorted(parameters_then(resource) & parameters_of(resource).keys()):
        parameter = parameters_of(resource)[name]
        schema: Any = parameter.schema.get("items", parameter.schema)
        values = [
            schema.get("enum", [some[schema["type"]]])[0],
            "CN",
            "REE",
            "africa",
            published(resource).first().slug,
            "world",
        ]
        for value in values:
            try:
                clause = parameter.clause(value)
            except BadParameter:
                continue
            # What is not composed by the ORM names the rows of that time itself.
            if clause.then:
                break
            rows = clause.apply(records(resource))
            text = rows.order_by().values("id").query.sql_with_params()[0]
            assert set(re.findall(r'(?:FROM|JOIN) "(\w+)"', text)) == tables_of(rows.order_by().values("id")), (name, value)
            break


def test_what_the_log_calls_public_is_what_lists_hold() -> None:
    with transaction.atomic():
        for model in (Deposit, Source):
            some = model.objects.published().order_by("id").values_list("pk", flat=True)[::3]
            model.objects.filter(pk__in=list(some)).update(record_status="withdrawn")
        for resource in RESOURCES:
            rows = fetch(f"SELECT r.slug FROM {resource.table} r WHERE {visible(resource, 'r')}")
            assert sorted(slug for (slug,) in rows) == sorted(published(resource).values_list("slug", flat=True)), resource.name
        # Records that would be left without a source could not be committed.
        transaction.set_rollback(True)


@every_resource
def test_before_the_registry_there_was_nothing(api: Any, resource: Resource) -> None:
    assert walk(api, resource, as_of="2001-01-01") == []
    slug = published(resource).first().slug
    assert_problem(api.get(f"/api/v1/{resource.name}/{slug}/?as_of=2001-01-01"), 404)


@every_resource
def test_small_pages_and_every_format_hold_the_same(api: Any, resource: Resource) -> None:
    then = now()
    if len(whole := slugs(walk(api, resource, limit=1000))) > 100:
        assert slugs(walk(api, resource, limit=len(whole) // 5, as_of=then)) == whole
    page = api.json(address(resource, limit=2, as_of=then, fields="slug"))
    assert page["results"] == [{"slug": slug} for slug in whole[:2]]
    assert api.get(address(resource, limit=2, as_of=then, format="csv")).content == (
        api.get(address(resource, limit=2, format="csv")).content
    )


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("deposits", {"country": "KZ,KG"}),
        ("deposits", {"region": "central-asia", "development_status__not": "unknown"}),
        ("deposits", {"commodity": "LREE"}),
        ("deposits", {"commodity__not": "LREE", "discovery_year__isnull": "true"}),
        ("deposits", {"organization": "stans-energy"}),
        ("deposits", {"updated_at__gte": "2020-01-01"}),
        ("estimates", {"deposit": "kutessay-ii", "reporting_code": "JORC"}),
        ("licenses", {"country": "KZ", "status": "active"}),
        ("licenses", {"granted__gte": "2010"}),
        ("policy-frameworks", {"country": "UZ"}),
        ("policy-frameworks", {"region": "central-asia"}),
        ("findings", {"region": "central-asia", "topic": "policy"}),
        ("findings", {"holds_for__gte": "2020"}),
        ("countries", {"region": "143"}),
        ("commodities", {"ree": "true", "group": "LREE"}),
    ],
)
def test_filters_by_what_stood_in_the_columns_find_the_same(api: Any, name: str, query: dict[str, str]) -> None:
    resource = next(r for r in RESOURCES if r.name == name)
    if "organization" in query:
        query = {"organization": api.json("/api/v1/organizations/?limit=1")["results"][0]["slug"]}
    assert slugs(walk(api, resource, **query)) == slugs(walk(api, resource, **query, as_of=now()))


@every_resource
def test_every_parameter_that_is_taken_is_answered(api: Any, resource: Resource) -> None:
    for name in parameters_then(resource):
        if name.endswith("__isnull"):
            whole = slugs(walk(api, resource, limit=1000, **{name: "true"}))
            assert slugs(walk(api, resource, limit=1000, **{name: "true"}, as_of=now())) == whole, name


@every_resource
def test_what_only_the_present_can_be_asked_is_refused(api: Any, resource: Resource) -> None:
    asked = {"order": "-id", "facet": "slug", "external_id": "mrds:1"}
    for name, value in asked.items():
        problem = assert_problem(api.get(address(resource, as_of=now(), **{name: value})), 400, name)
        assert "limit" in problem["allowed"]
    assert_problem(api.get(address(resource, as_of=now(), contry="KZ")), 400, "contry")


@pytest.mark.parametrize(
    "wrong",
    ["", "yesterday", "2024-13-01", "9999999", "2999-01-01", "2024-01-01T25:00:00Z", "0001-01-01T00:00:00%2B14:00", "١٢"],
)
def test_a_time_that_is_none_is_refused(api: Any, wrong: str) -> None:
    assert_problem(api.get(f"/api/v1/deposits/?as_of={wrong}"), 400, "as_of")
    assert_problem(api.get(f"/api/v1/deposits/kutessay-ii/?as_of={wrong}"), 400, "as_of")


def test_the_time_may_be_asked_by_post_too_and_only_a_little_ahead(api: Any) -> None:
    asked = {"limit": 1, "as_of": now()}
    response = api.post("/api/v1/deposits/search/", asked, content_type="application/json")
    assert response.status_code == 200
    ahead = (datetime.now(UTC) + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    assert_problem(api.get(f"/api/v1/deposits/?as_of={ahead}"), 400, "as_of")
