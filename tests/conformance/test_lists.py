"""Lists of every resource: pages, orders, formats, fields, counts."""

import csv
import io
from typing import Any

import pytest

from api.resources.resource import GEOMETRY, Resource
from api.rest.views import detail_names, formats_of
from tests.conformance.walks import NAMES, RESOURCES, address, pages, published, slugs, walk

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
_ORDERS = [(r, sign + order) for r in RESOURCES for order in r.orders for sign in ("", "-")]
every_order = pytest.mark.parametrize(("resource", "order"), _ORDERS, ids=[f"{r.name}:{o}" for r, o in _ORDERS])


@every_resource
def test_a_list_holds_what_is_published_in_the_order_of_the_key(api: Any, resource: Resource) -> None:
    records = walk(api, resource, limit=1000)
    assert slugs(records) == list(published(resource).order_by("id").values_list("slug", flat=True))


@every_order
def test_a_walk_sees_each_record_once_in_order_with_unknown_values_last(api: Any, resource: Resource, order: str) -> None:
    column, descending = order.removeprefix("-"), order.startswith("-")
    seen = slugs(walk(api, resource, order=order, limit=7, fields="slug"))
    rows = list(published(resource).values_list("slug", column, "id"))
    known = sorted((r for r in rows if r[1] is not None), key=lambda r: (r[1], r[2]), reverse=descending)
    unknown = sorted((r for r in rows if r[1] is None), key=lambda r: r[2], reverse=descending)
    if all(isinstance(r[1], str) for r in known):
        # Texts sort by the database's collation: which records, not which order, is compared here.
        assert sorted(seen) == sorted(r[0] for r in rows)
        assert set(seen[len(known) :]) == {r[0] for r in unknown}
    else:
        assert seen == [r[0] for r in known + unknown]


@every_resource
def test_small_pages_and_large_ones_hold_the_same(api: Any, resource: Resource) -> None:
    small = [page["results"] for page in pages(api, resource, limit=3, fields="slug")]
    assert slugs([record for page in small for record in page]) == slugs(walk(api, resource, limit=1000))
    sizes = [len(page) for page in small]
    assert all(size == 3 for size in sizes[:-1])


@every_resource
def test_every_format_holds_the_same_records(api: Any, resource: Resource) -> None:
    by_json = api.json(address(resource, limit=50))["results"]
    if "geojson" in formats_of(resource):
        collection = api.json(address(resource, limit=50, format="geojson"))
        assert collection["type"] == "FeatureCollection"
        assert collection["numberReturned"] == len(by_json)
        for feature, record in zip(collection["features"], by_json, strict=True):
            assert feature["type"] == "Feature"
            assert feature["id"] == record["slug"]
            assert not resource.geometry_in_lists or feature["geometry"] == record[GEOMETRY]
            assert feature["properties"] == {name: value for name, value in record.items() if name != GEOMETRY}
    response = api.get(address(resource, limit=50, format="csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["slug"] for row in rows] == slugs(by_json)
    assert list(rows[0]) == [name for name in by_json[0] if name != GEOMETRY]


@every_resource
def test_accept_chooses_the_format(api: Any, resource: Resource) -> None:
    for accept, expected in (
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
    ):
        assert api.get(address(resource), HTTP_ACCEPT=accept)["Content-Type"] == expected
    if resource.geometry:
        assert api.get(address(resource), HTTP_ACCEPT="application/geo+json")["Content-Type"] == "application/geo+json"
    problem = api.json(address(resource), 406, HTTP_ACCEPT="image/png")
    assert problem["allowed"]


@every_resource
def test_fields_and_omit_choose(api: Any, resource: Resource) -> None:
    whole = api.json(address(resource, limit=5))["results"]
    names = list(whole[0])
    for name in names:
        chosen = api.json(address(resource, limit=5, fields=f"{name},slug"))["results"]
        assert chosen == [{n: r[n] for n in names if n in (name, "slug")} for r in whole]
    left = api.json(address(resource, limit=5, omit="version,uid"))["results"]
    assert left == [{n: v for n, v in r.items() if n not in ("version", "uid")} for r in whole]
    problem = api.json(address(resource, fields="nonsense"), 400)
    assert problem["parameter"] == "fields"
    assert problem["allowed"]
    assert api.json(address(resource, fields="uid", omit="uid"), 400)["parameter"] == "omit"
    both = api.json(address(resource, limit=1, fields="uid", omit="version"))["results"]
    assert both == [{n: whole[0][n] for n in ("slug", "uid")}]


@every_resource
def test_counts_are_asked_for(api: Any, resource: Resource) -> None:
    assert "count" not in api.json(address(resource, limit=1))
    assert api.json(address(resource, limit=1, count="exact"))["count"] == published(resource).count()
    assert api.json(address(resource, limit=1, count="estimate"))["count"] >= 0


@every_resource
def test_a_record_is_found_in_any_letter_case_and_holds_what_the_list_shows(api: Any, resource: Resource) -> None:
    for listed in api.json(address(resource, limit=3))["results"]:
        for slug in (listed["slug"], listed["slug"].upper(), listed["slug"].lower()):
            record = api.json(f"/api/v1/{resource.name}/{slug}/")
            assert {name: record[name] for name in listed} == listed
            assert list(record) == list(detail_names(resource))
        if resource.geometry:
            feature = api.json(f"/api/v1/{resource.name}/{listed['slug']}/?format=geojson")
            assert feature["geometry"] == record[GEOMETRY]
        one = (
            api.json(f"/api/v1/{resource.name}/{listed['slug']}/?fields=slug,citations")
            if hasattr(resource.detail(), "fields") and "citations" in resource.detail().fields
            else {"slug": listed["slug"]}
        )  # type: ignore[attr-defined]
        assert one["slug"] == listed["slug"]


@every_resource
def test_post_asks_the_same(api: Any, resource: Resource) -> None:
    response = api.post(f"/api/v1/{resource.name}/search/", {"limit": 2}, content_type="application/json")
    assert response.status_code == 200
    assert response.json()["results"] == api.json(address(resource, limit=2))["results"]
    cursor = response.json()["cursor"]
    if cursor:
        again = api.post(f"/api/v1/{resource.name}/search/", {"limit": 2, "cursor": cursor}, content_type="application/json")
        assert again.json()["results"] == api.json(address(resource, limit=4))["results"][2:]
