"""Static files as production serves them: hashed names that browsers keep, compressed, and none that is missing."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from registry.models import Deposit
from tests.explorer.browser.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
Visit = Callable[..., Watched]
_TEXTS = (".js", ".css", ".json", ".svg")


def committed(work: Callable[[], Any]) -> Any:
    """Do something in a thread, whose connection is not in this test's transaction, so that the server sees it."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(run).result()


@pytest.fixture
def signed_in(site: str) -> Iterator[list[dict[str, Any]]]:
    """Sign a curator in, for a browser; both are gone afterwards, since the database is that of all tests here."""

    def enter() -> Any:
        user = get_user_model()._default_manager.create_superuser(username="static-files", password=None)
        client = Client()
        client.force_login(user)
        return user, client.cookies[settings.SESSION_COOKIE_NAME]

    def leave() -> None:
        Session.objects.filter(session_key=cookie.value).delete()
        # An account that has signed in is kept; this one never was a person's.
        type(user)._default_manager.filter(pk=user.pk).update(last_login=None)
        user.delete()

    user, cookie = committed(enter)
    yield [{"name": cookie.key, "value": cookie.value, "url": f"{site}/admin/"}]
    committed(leave)


def responses(visit: Watched) -> dict[str, tuple[int, dict[str, str]]]:
    """Note the responses of a page from here on, by path."""
    noted: dict[str, tuple[int, dict[str, str]]] = {}

    def note(response: Any) -> None:
        noted[response.url.removeprefix(visit.site)] = response.status, response.headers

    visit.page.on("response", note)
    return noted


def assert_kept_and_compressed(noted: dict[str, tuple[int, dict[str, str]]]) -> None:
    assert {path: status for path, (status, _) in noted.items() if status >= 400} == {}
    files = {path: headers for path, (_, headers) in noted.items() if path.startswith("/static/")}
    assert len(files) > 2
    for path, headers in files.items():
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", path), path
        assert "immutable" in headers["cache-control"], path
        if path.endswith(_TEXTS) and int(headers["content-length"]) > 1_000:
            assert headers.get("content-encoding") in ("br", "gzip"), path


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/docs/architecture/",
        "/docs/tiles-demo/",
        "/ogc/collections/deposits/items?f=html",
        "/ogc/api?f=html",
        "/admin/login/",
    ],
)
def test_every_file_of_a_page_is_kept_and_compressed(watched: Visit, address: str) -> None:
    """`test_docs.py` says so of the two descriptions of the API, which take a browser seconds to draw."""
    visit = watched("/robots.txt")
    noted = responses(visit)
    visit.goto(address)
    if address == "/":
        visit.map_layers()
        assert any("/registry/map/world." in path for path in noted)
        # A module is one module: imported under two names it would run twice.
        modules = [re.sub(r"\.[0-9a-f]{12}", "", path) for path in noted if path.endswith(".js")]
        assert len(modules) == len(set(modules)) > 8
    visit.page.wait_for_load_state("networkidle")
    assert_kept_and_compressed(noted)


def test_the_forms_of_the_admin_have_their_files(watched: Visit, signed_in: Any) -> None:
    visit = watched("/robots.txt")
    visit.context.add_cookies(signed_in)
    noted = responses(visit)
    record = Deposit.objects.published().filter(location__isnull=False).order_by("id").values_list("pk", flat=True)[0]
    for address in ("/admin/", "/admin/registry/deposit/", f"/admin/registry/deposit/{record}/change/"):
        visit.goto(address)
        visit.page.wait_for_load_state("networkidle")
    visit.page.locator(".place-map").first.scroll_into_view_if_needed()
    visit.page.locator('.place-map [data-ready="yes"], .place-map[data-ready="yes"]').first.wait_for()
    assert any("/registry/map/world." in path for path in noted)
    assert_kept_and_compressed(noted)


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_a_client_gets_the_compression_that_it_takes(site: str, encoding: str) -> None:
    page = urlopen(Request(f"{site}/", headers={"Accept": "text/html"})).read().decode()
    (script,) = re.findall(r'src="(/static/explorer/home\.\w+\.js)"', page)
    with urlopen(Request(f"{site}{script}", headers={"Accept-Encoding": encoding})) as response:
        assert (response.headers.get("Content-Encoding") or "") == encoding
        assert response.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in response.headers["Cache-Control"]
        assert int(response.headers["Content-Length"]) == len(response.read())
