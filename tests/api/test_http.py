"""Manners of HTTP that every address shares: types of empty responses, Vary, methods, origins, hosts, one tag per body."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client, override_settings

from api.http import cache
from tests.conformance.test_errors import assert_problem

pytestmark = pytest.mark.django_db
A = "/api/v1"
#: One address of every kind that is tagged.
TAGGED = (
    f"{A}/",
    f"{A}/deposits/?limit=1",
    f"{A}/deposits/?format=csv",
    f"{A}/deposits/export/?format=csv",
    f"{A}/deposits/export/dictionary/",
    f"{A}/locate/?lon=1&lat=1",
    f"{A}/changes/?limit=1",
    "/ogc/",
    "/ogc/api",
    "/ogc/collections/deposits/items?limit=1",
    "/tiles/",
    "/tiles/registry/tilejson.json",
    "/tiles/deposits/0/0/0.mvt",
)
EMPTY = ("/docs", "/admin", "/admin/", "/favicon.ico", "/tiles/deposits/14/0/0.mvt")
PUBLIC = (*TAGGED, f"{A}/nonsense/", f"{A}/deposits/no-such/", f"{A}/deposits/?x=1", "/api", "/ogc/x", "/tiles/x/0/0/0.mvt")
ORIGIN = {"Origin": "https://app.example"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("address", TAGGED)
def test_a_304_says_what_its_200_says(api: Any, address: str) -> None:
    """A cache that updates its copy by a 304 (RFC 9111, 3.2) keeps the type, and what the response varies by."""
    first = api.get(address)
    body_of(first)
    again = api.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "Content-Type" not in again
    for name in ("Vary", "ETag", "Cache-Control", "Access-Control-Allow-Origin"):
        assert again[name] == first[name], name
    assert "Accept-Encoding" in first["Vary"]


@pytest.mark.parametrize("address", EMPTY)
def test_a_response_without_a_body_has_no_type(api: Any, address: str) -> None:
    answer = api.get(address)
    assert answer.content == b""
    assert "Content-Type" not in answer


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("method", ["get", "head", "post", "delete", "options"])
def test_pages_of_any_origin_read_every_response(api: Any, address: str, method: str) -> None:
    for form in (address, _other_slash(address)):
        answer = getattr(api, method)(form, headers=ORIGIN)
        body_of(answer)
        assert answer["Access-Control-Allow-Origin"] == "*", form
        assert "Registry-Position" in answer["Access-Control-Expose-Headers"]
        assert answer.status_code not in (301, 302, 307, 308), form


def body_of(answer: Any) -> bytes:
    """Give the body; until an export is read to its end it is one of the few that run at once."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _other_slash(address: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path.removesuffix('/') if path.endswith('/') else path + '/'}{mark}{query}"


@pytest.mark.parametrize("address", TAGGED)
def test_both_forms_of_an_address_are_one(api: Any, address: str) -> None:
    plain = api.get(address)
    body = body_of(plain)
    other = api.get(_other_slash(address))
    assert (other.status_code, other.get("Content-Type"), body_of(other)) == (
        plain.status_code,
        plain.get("Content-Type"),
        body,
    )


@pytest.mark.parametrize("address", [f"{A}/deposits", f"{A}/nonsense/", "/ogc", "/tiles/deposits/0/0/0.mvt", "/openapi.yaml"])
def test_a_script_may_send_any_header(api: Any, address: str) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-requested-with, authorization"}
    answer = api.options(address, headers={**ORIGIN, **asked})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Headers"] == "*, Authorization"
    assert "POST" in answer["Access-Control-Allow-Methods"]


def test_other_addresses_are_not_open(api: Any) -> None:
    for address in ("/", "/admin/login/", "/apis/", "/docs/"):
        assert "Access-Control-Allow-Origin" not in api.get(address, headers=ORIGIN)


@pytest.mark.parametrize(
    ("address", "accepts"),
    [
        (f"{A}/deposits/?limit=1", ("", "*/*", "application/json", "application/json, text/plain, */*", BROWSER)),
        (f"{A}/deposits/?limit=1&format=csv", ("text/csv", "application/json", "image/png")),
        ("/ogc/collections/deposits/items", ("application/geo+json", "application/geo+json, */*;q=0.1", "*/*")),
        ("/tiles/deposits/0/0/0.mvt", ("*/*", "application/json", "image/png")),
        (f"{A}/deposits/export/", ("*/*", "text/csv", "text/csv;q=0.9")),
    ],
)
def test_one_body_has_one_tag(api: Any, address: str, accepts: tuple[str, ...]) -> None:
    answers = []
    for accept in accepts:
        answers.append(api.get(address, headers={"Accept": accept}))
        assert answers[-1].status_code in (200, 204)
        body_of(answers[-1])
    assert len({answer["ETag"] for answer in answers}) == 1
    assert len({answer["Vary"] for answer in answers}) == 1
    by_accept = re.search(r"Accept(,|$)", answers[0]["Vary"]) is not None
    assert by_accept == ("format=" not in address and "/tiles/" not in address), "a cache keeps one copy"


@override_settings(ALLOWED_HOSTS=["maps.example.org", "localhost"], USE_X_FORWARDED_HOST=True)
@pytest.mark.parametrize(
    "address", [f"{A}/deposits/?limit=1&fields=slug", "/ogc/collections/deposits/items?limit=1", "/tiles/"]
)
def test_each_host_and_scheme_gets_its_own_links(address: str) -> None:
    def get(host: str, **extra: Any) -> Any:
        return Client().get(address, HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST=host, **extra)

    for host in ("maps.example.org", "localhost"):
        for secure in (True, False):
            body = get(host, secure=secure).content.decode()
            assert set(re.findall(r"(https?://[\w.]+)/(?:api|ogc|tiles)/", body)) <= {f"http{'s' * secure}://{host}"}
    assert get("maps.example.org")["ETag"] != get("localhost")["ETag"]


@pytest.mark.parametrize(
    "address", ["/", f"{A}/", f"{A}/deposits/", "/ogc/", "/ogc/collections", "/tiles/", "/docs/", "/admin/x/"]
)
def test_a_wrong_host_gets_a_problem(api: Any, address: str) -> None:
    for accept in ("*/*", BROWSER):
        problem = assert_problem(api.get(address, headers={"Host": "evil.example", "Accept": accept}), 400)
        assert problem["type"] == "urn:registry:problem:wrong-host"


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "PATCH", "POST", "BREW"])
def test_what_can_only_be_read_refuses_other_methods(api: Any, method: str) -> None:
    for address in (
        "/",
        "/docs/",
        "/docs/ogc.md",
        "/docs/api/",
        "/openapi.yaml",
        "/robots.txt",
        "/favicon.ico",
        "/healthz",
        "/readyz",
    ):
        answer = api.generic(method, address)
        assert_problem(answer, 405)
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
    if method != "POST":
        answer = api.generic(method, "/admin/login/")
        assert_problem(answer, 405)
        assert answer["Allow"] == "GET, HEAD, POST"


def test_queries_of_one_short_digest_are_two_queries(api: Any) -> None:
    """These two had one 48-bit digest of the address, and the second got the body of the first."""
    first = Client().get(f"{A}/deposits/?search=zz17442896", headers={"Host": "testserver"})
    second = Client().get(f"{A}/deposits/?bbox=70.1,40.1,80.1,50.31452306")
    assert first["ETag"] != second["ETag"]


def test_bodies_are_kept_by_the_whole_query(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if every digest were the same."""
    monkeypatch.setattr(cache, "_digest", lambda text: "same")
    addresses = (
        *(f"{A}/locate/?lon={lon}&lat=1" for lon in (1, 2)),
        *(f"{A}/{name}/export/dictionary/?format={form}" for name in ("deposits", "licenses") for form in ("json", "csv")),
    )
    assert len({Client().get(address).content for address in addresses}) == len(addresses)


def test_cookies_of_the_admin_stay_there(admin_client: Client) -> None:
    answer = admin_client.post("/admin/auth/group/add/", {"name": "Reviewers of maps"})
    assert answer.status_code == 302
    assert "was added successfully" in admin_client.get("/admin/auth/group/").content.decode()
    assert {cookie["path"] for cookie in answer.cookies.values()} <= {"/admin/"}
    assert "messages" not in admin_client.cookies


def test_behind_a_proxy_only_this_name_is_bound_to_https() -> None:
    """Whether its subdomains are, and whether browsers ship with it, is for the owner of the domain to say."""
    named = "s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_PRELOAD, s.SECURE_HSTS_INCLUDE_SUBDOMAINS"
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings as s; print({named})"],
        env={**os.environ, "REGISTRY_HTTPS_PROXY": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False", "False"]
