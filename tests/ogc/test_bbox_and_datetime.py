"""Boxes and times: what meets them is found, and what has no place or no date is not dropped in silence."""

import datetime
from typing import Any

import pytest

from api.resources.resource import Resource
from tests import records
from tests.conformance.walks import published
from tests.conformance.walks import walk as walk_rest
from tests.ogc.walks import LOCATED, RESOURCES, ids, walk

pytestmark = pytest.mark.django_db


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
