"""Part 1: what items are asked: box, time, order, properties, pages."""

import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.resources.resource import Resource
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.conformance.walking import published
from tests.conformance.walking import walk as walk_rest
from tests.ogc.reading import LOCATED, NAMES, RESOURCES, ids, items, walk
from tests.ogc.test_core import links

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


@pytest.mark.parametrize("resource", LOCATED, ids=lambda r: r.name)
def test_a_box_finds_what_meets_it_and_what_has_no_place(api: Any, resource: Resource) -> None:
    whole = list(walk(api, resource, limit=1000))
    nowhere = {feature["id"] for feature in whole if feature["geometry"] is None}
    assert set(ids(walk(api, resource, bbox="-180,-90,180,90"))) == set(ids(whole))
    empty = set(ids(walk(api, resource, bbox="-40,-40,-39,-39")))
    assert empty == nowhere
    assert set(ids(walk(api, resource, bbox="-40,-40,-39,-39", filter="geometry IS NOT NULL"))) == set()
    rest = {record["slug"] for record in walk_rest(api, resource, limit=1000, bbox="40,30,90,60")} if resource.located else None
    if rest is not None:
        assert set(ids(walk(api, resource, bbox="40,30,90,60"))) - nowhere == rest
    # Six numbers: heights are not looked at.
    assert ids(walk(api, resource, bbox="40,30,0,90,60,1")) == ids(walk(api, resource, bbox="40,30,90,60"))


def test_a_box_over_the_antimeridian(api: Any) -> None:
    near = [records.deposit(at=(lon, 10)).slug for lon in (179.5, -179.5)]
    far = records.deposit(at=(0, 10)).slug
    found = ids(walk(api, "deposits", bbox="179,9,-179,11", filter="geometry IS NOT NULL"))
    assert set(near) <= set(found)
    assert far not in found
    flat = records.deposit(at=(33.25, -44.5)).slug
    assert flat in ids(walk(api, "deposits", bbox="33.25,-44.5,33.25,-44.5"))


@pytest.mark.parametrize("resource", [r for r in RESOURCES if r.period], ids=lambda r: r.name)
def test_a_time_finds_what_meets_it_and_what_has_no_date(api: Any, resource: Resource) -> None:
    assert resource.period
    first, last = resource.period

    def days(text: str | None, end: bool) -> datetime.date:
        if text is None:
            return datetime.date.max if end else datetime.date.min
        year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
        if not end:
            return datetime.date(year, month or 1, day or 1)
        if day:
            return datetime.date(year, month, day)
        following = datetime.date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        return following - datetime.timedelta(1)

    every = list(published(resource).order_by("id").values_list("slug", first, last))
    for given, start, end in (
        ("2023-06-15T12:00:00Z", "2023-06-15", "2023-06-15"),
        ("2011-01-01/2014-12-31", "2011-01-01", "2014-12-31"),
        ("2024-01-01T00:00:00Z/..", "2024-01-01", "9999-12-31"),
        ("/2010-05-05", "0001-01-01", "2010-05-05"),
    ):
        a, b = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
        expected = [s for s, p, q in every if (p is None and q is None) or (days(p, False) <= b and days(q, True) >= a)]
        assert ids(walk(api, resource, limit=1000, datetime=given)) == expected, given
    assert ids(walk(api, resource, limit=1000, datetime="../..")) == [slug for slug, *_ in every]


def test_a_time_keeps_what_has_none(api: Any) -> None:
    assert ids(walk(api, "deposits", datetime="1900-01-01")) == ids(walk(api, "deposits"))


@every_resource
def test_sorting(api: Any, resource: Resource) -> None:
    names = list(api.json(f"/ogc/collections/{resource.name}/sortables")["properties"])
    assert names == [order for order in resource.orders if order != "id"]
    for name in names:
        for sign in ("", "-"):
            rest = [record["slug"] for record in walk_rest(api, resource, limit=1000, order=sign + name)]
            assert ids(walk(api, resource, limit=1000, sortby=sign + name)) == rest
        assert ids(walk(api, resource, limit=1000, sortby=f"+{name}")) == ids(walk(api, resource, limit=1000, sortby=name))
    assert_problem(api.get(items(resource, sortby="slug,updated_at")), 400, "sortby")


@every_resource
def test_choosing_properties(api: Any, resource: Resource) -> None:
    for feature in api.json(items(resource, limit=2, properties="updated_at,slug"))["features"]:
        assert list(feature["properties"]) == ["slug", "updated_at"]


def test_the_filters_of_the_list_work_too(api: Any) -> None:
    for query in ("country=KZ", "commodity=REE&limit=1000", "search=Кундыбай", "within=central-asia", "region=143"):
        rest = {r["slug"] for r in api.json(f"/api/v1/deposits/?limit=1000&{query.replace('&limit=1000', '')}")["results"]}
        joined = f"{query}&limit=1000" if "limit" not in query else query
        assert set(ids(api.json(f"/ogc/collections/deposits/items?{joined}")["features"])) == rest


def test_pages_follow_by_the_address_alone(api: Any) -> None:
    page = api.json(items("deposits", limit=5, filter="country = 'KZ'", sortby="-name", properties="name"))
    (following,) = links(page, "next")
    query = urlsplit(following["href"]).query
    assert "filter=country" in query and "sortby=-name" in query and "limit=5" in query
    second = api.json(following["href"])
    assert not set(ids(second["features"])) & set(ids(page["features"]))
    assert list(second["features"][0]["properties"]) == ["name"]
