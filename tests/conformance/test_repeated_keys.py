"""A list may be sent as repeated keys, as many clients do: it means the same as commas. What takes one value comes once."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conformance.described import content, openapi, operations

pytestmark = pytest.mark.django_db

#: Exports and tiles of one resource stand for all: they read their parameters as its list does.
_ONE = ("/export/", "/tiles/")


def described(api: Any) -> list[Any]:
    every = [*operations(openapi()), *operations(api.json("/ogc/api?f=json"), "/ogc")]
    return [
        operation
        for operation in every
        if operation.method == "get" and ("deposits" in operation.path or not any(part in operation.path for part in _ONE))
    ]


def test_each_described_list_takes_repeated_keys_and_nothing_else_does(api: Any) -> None:
    """Each parameter, of each description, on the first three operations that have it: they share what reads it."""
    lists, asked = 0, Counter[str]()
    for operation in described(api):
        path = operation.filled()
        limited = [("limit", "1")] if any(parameter["name"] == "limit" for parameter in operation.query()) else []
        for parameter in operation.query():
            name, schema = parameter["name"], parameter["schema"]
            asked[known := f"{operation.path[:5]} {name} {schema}"] += 1
            if asked[known] > 3:
                continue
            one, other = (2 * (schema.get("items", {}).get("enum") or ["61", "41"]))[:2]
            few = [] if name == "limit" else limited
            twice = api.get(f"{path}?{urlencode([*few, (name, one), (name, other)])}")
            body = content(twice)
            if schema.get("type") == "array":
                lists += 1
                commas = api.get(f"{path}?{urlencode([*few, (name, f'{one},{other}')])}")
                same = content(commas)
                assert (twice.status_code, twice.get("Content-Type")) == (commas.status_code, commas.get("Content-Type")), (
                    path,
                    name,
                )
                if twice.status_code == 400:
                    assert body == same, (path, name)
            else:
                assert twice.status_code == 400, (path, name)
                problem = json.loads(body)
                assert problem["parameter"] == name and "twice" in problem["detail"], (path, name)
    assert lists > 200


@pytest.mark.parametrize(
    ("repeated", "commas"),
    [
        ("/api/v1/deposits/?country=KZ&country=KG&limit=1000", "/api/v1/deposits/?country=KZ,KG&limit=1000"),
        ("/api/v1/deposits/?bbox=60&bbox=40&bbox=80&bbox=50", "/api/v1/deposits/?bbox=60,40,80,50"),
        ("/api/v1/deposits/?near=76.2&near=42.8", "/api/v1/deposits/?near=76.2,42.8"),
        ("/api/v1/findings/?country=KZ&country=CN", "/api/v1/findings/?country=KZ,CN"),
        ("/api/v1/deposits/?fields=slug&fields=name,country", "/api/v1/deposits/?fields=slug,name,country"),
        ("/api/v1/deposits/kundybai/?omit=name&omit=citations", "/api/v1/deposits/kundybai/?omit=name,citations"),
        ("/api/v1/deposits/export/?country=KZ&country=KG", "/api/v1/deposits/export/?country=KZ,KG"),
        ("/api/v1/changes/?kind=deposit&kind=license", "/api/v1/changes/?kind=deposit,license"),
        ("/ogc/collections/deposits/items?country=KZ&country=KG", "/ogc/collections/deposits/items?country=KZ,KG"),
        ("/ogc/collections/deposits/items/kundybai?properties=slug&properties=name",
         "/ogc/collections/deposits/items/kundybai?properties=slug,name"),
        ("/tiles/deposits/0/0/0.mvt?country=KZ&country=KG", "/tiles/deposits/0/0/0.mvt?country=KZ,KG"),
        ("/tiles/registry/0/0/0.mvt?country=KZ&country=KG", "/tiles/registry/0/0/0.mvt?country=KZ,KG"),
    ],
)  # fmt: skip
def test_both_ways_give_the_same_records(api: Any, repeated: str, commas: str) -> None:
    one, other = api.get(repeated), api.get(commas)
    assert one.status_code == other.status_code == 200
    body = _without_position(content(one))
    assert len(body) > 100 and body == _without_position(content(other))


def _without_position(body: bytes) -> bytes:
    """Leave out the place in the feed of changes: transactions of other databases of the server move it."""
    return re.sub(rb'"position":"[^"]*"', b"", body)
