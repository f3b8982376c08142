"""A cursor belongs to the query that made it: with another one it would leave out what comes before it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES, address

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
_AGO = "2020-01-01"


def cursor_of(following: str) -> str:
    return parse_qs(urlsplit(following).query)["cursor"][0]


@every_resource
def test_a_cursor_goes_with_its_own_query_only(api: Any, resource: Resource) -> None:
    cursor = cursor_of(api.json(address(resource, limit=1, fields="slug"))["next"])
    narrowed = cursor_of(api.json(address(resource, limit=1, updated_at__gte=_AGO))["next"])
    other = RESOURCES[RESOURCES.index(resource) - 1]
    for wrong in (
        address(resource, cursor=cursor, updated_at__gte=_AGO),
        address(resource, cursor=narrowed),
        address(resource, cursor=narrowed, updated_at__gte="2020-01-02"),
        address(resource, cursor=cursor, as_of="2020-01-01"),
        address(other, cursor=cursor),
    ):
        problem = api.json(wrong, 400)
        assert problem["parameter"] == "cursor" and "other filters" in problem["detail"]
    # How the answer looks is no part of the query.
    for right in (address(resource, cursor=cursor, limit=2, omit="uid"), address(resource, cursor=cursor, format="csv")):
        assert api.get(right).status_code == 200


@every_resource
def test_items_of_ogc_keep_the_same_rule(api: Any, resource: Resource) -> None:
    items = f"/ogc/collections/{resource.name}/items"
    links = api.json(f"{items}?limit=1")["links"]
    cursor = cursor_of(next(link["href"] for link in links if link["rel"] == "next"))
    for query in (f"updated_at__gte={_AGO}", "datetime=2001-01-01/..", "bbox=60,40,80,50", "filter=slug='x'"):
        assert api.json(f"{items}?cursor={cursor}&{query}", 400)["parameter"] == "cursor", query
    assert api.get(f"{items}?cursor={cursor}&limit=2&properties=slug&f=html").status_code == 200
    search = f"/ogc/collections/{resource.name}/search"
    answer = api.post(search, {"cursor": cursor, "filter": {"op": "=", "args": [1, 1]}}, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["parameter"] == "cursor"


def test_a_body_and_an_address_that_ask_the_same_share_their_cursors(api: Any) -> None:
    body = {"country": ["KZ", "KG"], "limit": 1}
    page = api.post("/api/v1/deposits/search/", body, content_type="application/json").json()
    assert api.json(f"/api/v1/deposits/?country=KZ,KG&limit=1&cursor={page['cursor']}")["results"] != page["results"]
