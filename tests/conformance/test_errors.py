"""Errors of every resource: one shape, naming what was wrong; never a 500."""

from typing import Any

import pytest

from api.resources.resource import Resource
from tests import records
from tests.conformance.walks import NAMES, RESOURCES, address

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def assert_problem(response: Any, status: int, parameter: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert set(document) - {"parameter", "allowed"} == {"type", "title", "status", "detail"}
    assert document["status"] == status
    assert document["detail"].endswith((".", "?")), document
    if parameter is not None:
        assert document["parameter"] == parameter
    return document


@every_resource
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("nonsense=1", "nonsense"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("order=nonsense", "order"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("count=perhaps", "count"),
        ("format=xml", "format"),
        ("updated_at__gte=yesterday", "updated_at__gte"),
        ("updated_at=2024", "updated_at"),
        ("external_id=nocolon", "external_id"),
        ("fields=", "fields"),
        ("%00=1", ""),
    ],
)
def test_what_is_wrong_is_named(api: Any, resource: Resource, query: str, parameter: str) -> None:
    assert_problem(api.get(f"/api/v1/{resource.name}/?{query}"), 400, parameter)


@pytest.mark.parametrize("number", [1_001, 2**31, 10**40])
@pytest.mark.parametrize(
    ("address", "most"),
    [("deposits/?limit=", "1,000"), ("changes/?limit=", "1,000"), ("locate/?lon=76&lat=42&nearest=", "100")],
)
def test_a_number_beyond_the_maximum_is_told_the_maximum(api: Any, address: str, most: str, number: int) -> None:
    problem = assert_problem(api.get(f"/api/v1/{address}{number}"), 400, address.split("&")[-1].split("?")[-1].rstrip("="))
    assert most in problem["detail"]


@every_resource
def test_a_cursor_of_another_order_is_refused(api: Any, resource: Resource) -> None:
    following = api.json(address(resource, limit=1))["next"]
    assert following
    assert_problem(api.get(f"{following}&order=-id"), 400, "cursor")


@every_resource
def test_what_is_not_there(api: Any, resource: Resource) -> None:
    for slug in ("no-such-record", "Ё", "a" * 500, "%00", "..%2F..", "'; DROP TABLE registry_deposit; --"):
        assert_problem(api.get(f"/api/v1/{resource.name}/{slug}/"), 404)
    assert_problem(api.get(f"/api/v1/{resource.name}/x/y/"), 404)


@every_resource
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_only(api: Any, resource: Resource, method: str) -> None:
    response = getattr(api, method)(f"/api/v1/{resource.name}/", {}, content_type="application/json")
    assert_problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@every_resource
def test_manners(api: Any, resource: Resource) -> None:
    head = api.head(address(resource))
    assert head.status_code == 200
    assert head.content == b""
    options = api.options(address(resource), HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET", HTTP_ORIGIN="https://example.org")
    assert options.status_code == 204
    assert options["Access-Control-Allow-Origin"] == "*"
    assert "GET" in options["Access-Control-Allow-Methods"]
    answer = api.get(address(resource), HTTP_ORIGIN="https://example.org")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    # The position moves with every transaction of the server, those of other databases too.
    short, usual = (api.json(f"/api/v1/{resource.name}{end}?limit=1") | {"position": ""} for end in ("", "/"))
    assert short == usual


@every_resource
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'{"limit": {}}', b'{"limit": null}', b'{"nonsense": 1}', b"\xff\xfe", b"[" * 5000]
)
def test_bodies_that_cannot_be_read(api: Any, resource: Resource, body: bytes) -> None:
    response = api.generic("POST", f"/api/v1/{resource.name}/search/", body, content_type="application/json")
    assert_problem(response, 400)


def test_a_body_beyond_the_bound(api: Any) -> None:
    response = api.generic("POST", "/api/v1/deposits/search/", b" " * 2_000_001, content_type="application/json")
    assert_problem(response, 413)


@pytest.mark.parametrize("address", ["/api/v1/nonsense/", "/api/v2/", "/api/", "/nonsense", "/api/v1/deposits/search/x/"])
def test_addresses_that_nobody_declared(api: Any, address: str) -> None:
    assert_problem(api.get(address, HTTP_ACCEPT="application/json"), 404)


def test_a_long_query_is_refused(api: Any) -> None:
    assert_problem(api.get("/api/v1/deposits/?search=" + "a" * 9000), 400)
    assert_problem(api.get("/api/v1/deposits/?" + "&".join(f"x{n}=1" for n in range(100))), 400)
    assert_problem(api.get("/api/v1/deposits/?country=" + ",".join(["KZ"] * 300)), 400, "country")


def test_a_query_that_is_no_utf8(api: Any) -> None:
    response = api.get("/api/v1/deposits/", QUERY_STRING="search=%FF%FE")
    assert_problem(response, 400)


@pytest.mark.parametrize(
    ("query", "code"),
    [("country=Kazakhstan", "KZ"), ("country=Казахстан", "KZ"), ("within=kyrgyzstan", "KG"), ("commodity=neodymium", "Nd")],
)
def test_who_gives_a_name_is_told_the_code(api: Any, query: str, code: str) -> None:
    problem = assert_problem(api.get(f"/api/v1/deposits/?{query}"), 400, query.partition("=")[0])
    assert f"“{code}”" in problem["detail"]


@pytest.mark.parametrize(("status", "told"), [("published", True), ("draft", False)])
def test_the_name_of_a_draft_is_told_to_nobody(api: Any, status: str, told: bool) -> None:
    records.organization(name="Xyzzy Bureau", record_status=status, slug="the-bureau")
    problem = assert_problem(api.get("/api/v1/licenses/?authority=xyzzy+bureau"), 400, "authority")
    assert ("the-bureau" in problem["detail"]) == told
