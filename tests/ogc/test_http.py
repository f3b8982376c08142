"""HTTP manners: formats by Accept, conditional answers, HEAD, OPTIONS, other origins, compression, hostile addresses."""

import gzip
from typing import Any

import pytest

from tests.conformance.test_errors import assert_problem

pytestmark = pytest.mark.django_db
PATHS = (
    "/ogc/",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/deposits",
    "/ogc/collections/deposits/schema",
    "/ogc/collections/deposits/queryables",
    "/ogc/collections/deposits/sortables",
    "/ogc/collections/deposits/items",
    "/ogc/collections/deposits/items/kundybai",
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ITEMS = "/ogc/collections/deposits/items?limit=2"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/geo+json", "application/geo+json"),
        ("application/geo+json, application/json", "application/geo+json"),
        ("application/json", "application/json"),
        ("application/json;q=0.5, application/geo+json", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("", "application/geo+json"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_items_come_as_asked(api: Any, accept: str, kind: str) -> None:
    for address in (ITEMS, "/ogc/collections/deposits/items/kundybai"):
        response = api.get(address, HTTP_ACCEPT=accept)
        assert response["Content-Type"] == kind
        assert "Accept" in response["Vary"]
        if "json" in kind:
            assert response.json()["type"] in ("FeatureCollection", "Feature")


def test_the_parameter_goes_before_the_header(api: Any) -> None:
    for form in ("json", "geojson"):
        assert api.get(f"{ITEMS}&f={form}", HTTP_ACCEPT=BROWSER)["Content-Type"] == "application/geo+json"
    assert api.get(f"{ITEMS}&f=html", HTTP_ACCEPT="application/json")["Content-Type"].startswith("text/html")


def test_the_description_has_its_own_type(api: Any) -> None:
    openapi = "application/vnd.oai.openapi+json;version=3.0"
    assert api.get("/ogc/api", HTTP_ACCEPT=openapi)["Content-Type"] == openapi
    assert api.get("/ogc/api", HTTP_ACCEPT="application/json")["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", PATHS)
def test_what_cannot_be_given_is_said(api: Any, path: str) -> None:
    assert_problem(api.get(path, HTTP_ACCEPT="image/png"), 406, "Accept")


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers_conditionally(api: Any, path: str) -> None:
    first = api.get(path)
    tag = first["ETag"]
    assert first["Cache-Control"]
    again = api.get(path, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(path, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT="text/html").status_code == 200, "a page is another answer"


@pytest.mark.parametrize("path", PATHS)
def test_head_options_and_other_origins(api: Any, path: str) -> None:
    origin = {"HTTP_ORIGIN": "https://example.org"}
    get, head = api.get(path, **origin), api.head(path, **origin)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "ETag", "Access-Control-Allow-Origin"):
        assert head[name] == get[name]
    assert get["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in get
    assert "Content-Crs" in get["Access-Control-Expose-Headers"]
    options = api.options(path, HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET", **origin)
    assert options.status_code == 204
    assert "GET, HEAD" in options["Access-Control-Allow-Methods"]
    assert api.options(path)["Allow"] == "GET, HEAD, OPTIONS"
    for method in (api.post, api.put, api.delete, api.patch):
        refused = assert_refused(method(path, {}, content_type="application/json"))
        assert refused["Access-Control-Allow-Origin"] == "*"


def assert_refused(response: Any) -> Any:
    assert_problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    return response


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith("/")])
def test_a_slash_at_the_end_changes_nothing(api: Any, path: str) -> None:
    plain, slashed = api.get(path), api.get(f"{path}/")
    assert slashed.status_code == 200
    assert (slashed["Content-Type"], slashed.content) == (plain["Content-Type"], plain.content)
    assert api.get("/ogc").content == api.get("/ogc/").content


def test_compression_is_real(api: Any) -> None:
    response = api.get("/ogc/api", HTTP_ACCEPT_ENCODING="gzip")
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).startswith(b'{"openapi"')
    assert "Accept-Encoding" in response["Vary"]
    assert int(response["Content-Length"]) == len(response.content)
    for address in (
        "/ogc/collections/deposits/items?nonsense=1",
        "/ogc/nonsense",
        "/ogc/collections/deposits/items?filter=%28",
    ):
        error = api.get(address, HTTP_ACCEPT_ENCODING="gzip")
        if error.headers.get("Content-Encoding") == "gzip":
            assert gzip.decompress(error.content).startswith(b"{")
        else:
            assert error.content.startswith(b"{")


@pytest.mark.parametrize(
    "query",
    [
        "filter=" + "x" * 9000,
        "&".join(f"x{n}=1" for n in range(100)),
        "filter=%FF%FE",
        "filter=%00",
        "f",
        "f=",
        "&&&",
        "=",
        "bbox=",
        "bbox=nan,nan,nan,nan",
        "bbox=inf,0,1,1",
        "bbox=1e400,0,1,1",
        "limit=99999999999999999999",
        "limit=1_0",
        "datetime=",
        "datetime=0000-00-00",
        "datetime=9999-12-31T23:59:60Z",
        "datetime=2024-01-01T00:00:00+99:00",
        "filter=&filter-lang=cql2-json",
        "filter=null&filter-lang=cql2-json",
        "filter=[]&filter-lang=cql2-json",
        "filter={}&filter-lang=cql2-json",
        "crs=",
        "sortby=",
        "sortby=-",
        "properties=",
        "cursor=AAAA",
        "%F0%9F%99%82=1",
    ],
)
def test_hostile_questions_are_refused_or_answered(api: Any, query: str) -> None:
    response = api.get("/ogc/collections/deposits/items", QUERY_STRING=query)
    assert response.status_code in (200, 400), (query, response.status_code)
    if response.status_code == 400:
        assert_problem(response, 400)


def test_a_body_is_made_once_per_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from api.database import version
    from api.ogc import views

    made: list[int] = []
    original = views.page
    monkeypatch.setattr(views, "page", lambda query: made.append(1) or original(query))
    version.forget()
    client = Client()
    assert client.get(f"{ITEMS}&count=exact").content == client.get(f"{ITEMS}&count=exact").content
    assert len(made) == 1
