"""The documentation in a real browser: its pages work under the strict policy, and ask nobody else."""

from collections.abc import Callable

import pytest

from tests.explorer.browser.test_static_files import assert_kept_and_compressed, responses
from tests.explorer.browser.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
Visit = Callable[..., Watched]


def test_swagger_ui_shows_and_tries(watched: Visit) -> None:
    visit = watched("/robots.txt", color_scheme="dark")
    page, noted = visit.page, responses(visit)
    visit.goto("/docs/api/#/locate/locate")
    operation = page.locator(".opblock.is-open", has_text="/api/v1/locate/")
    for parameter, value in (("lon", "76.2"), ("lat", "42.8")):
        operation.locator(f"tr[data-param-name={parameter}] input").fill(value)
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response")
    answer.locator(".response-col_status", has_text="200").wait_for()
    assert "Kutessay II" in answer.inner_text()
    assert visit.too_wide() == []
    assert_kept_and_compressed(noted)


def test_one_click_gives_records(watched: Visit) -> None:
    """Swagger UI sends every example and default together; tests/conformance/test_examples.py does so for all operations.

    Its groups are closed; a link to an operation opens it, also one to where the documentation was. The bar leads home.
    """
    visit = watched("/docs/#/deposits/depositsRetrieve")
    page = visit.page
    page.wait_for_url(f"{visit.site}/docs/api/#/deposits/depositsRetrieve")
    assert "kutessay-ii" in executed(visit, "deposits", "depositsRetrieve")
    # A browser draws a list of a hundred deposits for five seconds, and the form of their filters for another.
    visit.goto("/docs/api/?regions#/regions/regionsList")
    assert "central-asia" in executed(visit, "regions", "regionsList")
    page.locator("#operations-regions-regionsExport .opblock-summary-control").click()
    assert "Download" in executed(visit, "regions", "regionsExport")
    page.get_by_role("link", name="Rare-earth deposits registry", exact=True).click()
    page.wait_for_url(f"{visit.site}/")


def executed(visit: Watched, group: str, name: str) -> str:
    """Send the request of an open operation as it is, and give what is shown of the response."""
    operation = visit.page.locator(f"#operations-{group}-{name}.is-open")
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response")
    answer.locator(".response-col_status", has_text="200").wait_for()
    return str(answer.inner_text())


def test_redoc_shows_and_is_dressed(watched: Visit) -> None:
    visit = watched("/robots.txt", width=1000, color_scheme="dark")
    page, noted = visit.page, responses(visit)
    visit.goto("/docs/redoc/")
    page.locator("#docs h1").first.wait_for()
    page.get_by_role("menuitem", name="deposits").click()
    page.get_by_role("heading", name="List deposits").first.wait_for()
    # Its own style sheets took hold: without them the menu stands above the text.
    menu, text = page.locator(".menu-content").bounding_box(), page.locator(".api-content").bounding_box()
    assert menu and text and menu["x"] + menu["width"] <= text["x"] + 1
    # One width for each of its three layouts: to lay it out takes a browser long.
    assert visit.too_wide((320, 1024, 1600)) == []
    assert_kept_and_compressed(noted)


def test_the_search_finds_as_one_types_and_leads_to_the_section(watched: Visit) -> None:
    visit = watched("/docs/guides/duckdb/", width=1300)
    page = visit.page
    page.get_by_label("Search the documentation").fill("antimeridian bbox")
    first = page.locator(".find .found a").first
    first.wait_for()
    page.get_by_role("status").get_by_text("sections").wait_for()
    first.click()
    page.get_by_role("heading", name="Queries", level=2).wait_for()
    assert page.url.endswith("#queries")


def test_code_is_copied_without_the_prompt_and_the_answer(watched: Visit) -> None:
    visit = watched("/docs/exports/", permissions=["clipboard-read", "clipboard-write"])
    block = visit.page.locator(".code").first
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"curl '{visit.site}/api/v1/deposits/export/?within=central-asia&fields=slug,name,country&bom=false'"


def test_the_tiles_demo_draws_what_is_chosen(watched: Visit) -> None:
    visit = watched("/docs/tiles-demo/", height=700)
    drawn = visit.page.locator("#demo-notice")
    drawn.get_by_text("in view").wait_for()
    every = drawn.inner_text()
    visit.page.get_by_label("Show").select_option("Central Asia")
    visit.until("(before) => !document.getElementById('demo-notice').textContent.startsWith(before)", every.split()[0])
    assert drawn.inner_text() == "13 records in view"
