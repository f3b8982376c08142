"""The pages: readable without a program, escaped, alone on this host; problems are pages too."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from api.resources.resource import Resource
from tests import records
from tests.explorer.browser.watched import Watched
from tests.explorer.conftest import status_of, words
from tests.ogc.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
Visit = Callable[..., Watched]


def read(api: Any, address: str, status: int = 200) -> str:
    response = api.get(address, headers=BROWSER)
    assert response.status_code == status, address
    assert response["Content-Type"] == "text/html; charset=utf-8"
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    text = str(response.content.decode())
    assert "<script>" not in text and " style=" not in text and " onclick" not in text
    return text


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found += [value for name, value in attrs if (tag, name) == ("a", "href")]


@pytest.mark.parametrize("path", ["", "conformance", "collections", "api", "collections/deposits/schema"])
def test_a_page_leads_on(api: Any, path: str) -> None:
    for link in Links(read(api, f"/ogc/{path}")).found:
        if link.startswith("/") and "#" not in link and not link.startswith("/admin"):
            assert status_of(api.get(link, headers=BROWSER, follow=True)) == 200, link


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_collection_has_its_pages(api: Any, resource: Resource) -> None:
    base = f"/ogc/collections/{resource.name}"
    shown = words(read(api, base)).replace(" ", "")
    assert resource.description.replace("`", "").replace(" ", "") in shown and "`" not in shown
    for kind in ("queryables", "sortables"):
        assert "updated_at" in words(read(api, f"{base}/{kind}")).replace(" ", "")
    page = read(api, f"{base}/items?limit=3")
    items = [link for link in Links(page).found if link.startswith(f"{base}/items/")]
    assert len(items) == 3
    assert ('id="ogc-map"' in page) == any(f["geometry"] for f in api.json(f"{base}/items?limit=3&f=json")["features"])
    assert items[0].rpartition("/")[2] in words(read(api, items[0]))
    following = next(link for link in Links(page).found if "cursor=" in link)
    assert "First page" in read(api, following)


def test_what_people_write_is_only_text(api: Any) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    record = records.deposit(name=evil, at=(10, 10), admin_area="javascript:alert(3)")
    source = records.source(title=evil, url="javascript:alert(4)")
    for address in (
        f"/ogc/collections/deposits/items/{record.slug}",
        f"/ogc/collections/deposits/items?filter=slug%3D'{record.slug}'",
        f"/ogc/collections/sources/items/{source.slug}",
    ):
        text = read(api, address)
        assert "<script>alert" not in text and "<img src=x" not in text
        assert not any(link.startswith("javascript") for link in Links(text).found)
        assert "alert(1)" in text
    for address in (
        "/ogc/collections/deposits/items?filter=%3Cscript%3Ealert(1)%3C/script%3E",
        "/ogc/collections/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/ogc/collections/deposits/items?%3Cscript%3Ealert(1)=1",
    ):
        text = api.get(address, headers=BROWSER).content.decode()
        assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/ogc/collections/deposits/items?filter=nme%20%3D%201", 400, "Did you mean “name”?"),
        ("/ogc/collections/deposit", 404, "Did you mean “deposits”?"),
        ("/ogc/collections/deposits/items/nobody", 404, "There is no published record"),
    ],
)
def test_problems_are_pages_for_people(api: Any, address: str, status: int, said: str) -> None:
    assert said in words(read(api, address, status))
    assert api.get(address)["Content-Type"] == "application/problem+json"
    assert api.get(f"{address}{'&' if '?' in address else '?'}f=html").status_code == status


@pytest.mark.browser
@pytest.mark.slow
def test_the_map_shows_the_records(watched: Visit) -> None:
    for path, most in (("items?limit=60", 60), ("items/kundybai?", 1)):
        visit = watched(f"/ogc/collections/deposits/{path}&f=html")
        visit.page.locator("#ogc-map").scroll_into_view_if_needed()
        visit.until("() => document.getElementById('ogc-map').map?.loaded()")
        # A record near the edge of a tile is in two of them.
        shown = visit.page.evaluate(
            "() => document.getElementById('ogc-map').map.querySourceFeatures('records').map((one) => one.properties.slug)"
        )
        assert 1 <= len(set(shown)) <= most
        assert visit.too_wide() == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "collections", "collections/deposits", "conformance", "collections/licenses/queryables"])
def test_pages_fit_a_telephone(watched: Visit, path: str) -> None:
    visit = watched(f"/ogc/{path}?f=html", width=390, height=844)
    assert visit.too_wide() == []


@pytest.mark.browser
@pytest.mark.slow
def test_the_description_can_be_tried(watched: Visit) -> None:
    page = watched("/ogc/api?f=html").page
    page.locator(".opblock-tag", has_text="deposits").first.click()
    page.locator(".opblock-summary-path", has_text="/collections/deposits/queryables").first.wait_for()
