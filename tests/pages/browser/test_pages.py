"""Pages in a browser: everybody can use them, and the paths through them lead somewhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from tests.explorer.browser.watched import Watched

Visit = Callable[..., Watched]
AXE = AXE_FILE_PATH.read_text()
PAGES = (
    "/deposits/kutessay-ii/",
    "/countries/CN/",
    "/licenses/kutessay-ii-mining-licence/",
    "/disagreements/kut-tonnage/",
    "/sources/usgs-ofr-2005-1294/",
    "/commodities/Dy/",
    "/deposits/",
    "/deposits/kutessay-ii/history/",
    "/deposits/kutessay-ii/report/",
    "/deposits/nope/",
    "/docs/",
    "/docs/changes/",
    "/docs/?q=cursor",
    "/docs/tiles-demo/",
    "/explore/deposits/?commodity=REE",
    "/explore/licenses/?country=KG",
)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages(chromium: Any, site: str, scheme: str) -> None:
    """Every second page is looked at in the dark; each of them is made narrow, not loaded again."""
    found: list[Any] = []
    # Scripts of others are forbidden by our policy; axe is one.
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for address in PAGES[scheme == "dark" :: 2]:
        page.goto(site + address)
        page.evaluate(AXE)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 800})
            said = page.evaluate("axe.run({ resultTypes: ['violations'] })")
            found += [(address, width, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in said["violations"]]
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (address, width)
    context.close()
    assert found == []


@pytest.mark.browser
def test_find_by_a_cyrillic_name_read_follow_a_footnote_and_cite(watched: Visit) -> None:
    visit = watched("/deposits/", java_script_enabled=False, accept_downloads=True)
    page = visit.page
    page.get_by_label("Search").fill("Кутессай")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Kutessay II", exact=True).click()
    page.get_by_role("heading", name="Kutessay II", level=1).wait_for()
    note = page.locator("dd .note a").first
    target = note.get_attribute("href")
    note.click()
    source = page.locator(str(target))
    assert page.url.endswith(str(target))
    source.get_by_role("link").first.click()
    page.get_by_text("What it supports").wait_for()
    page.go_back()
    bibtex = page.get_by_role("link", name="BibTeX").get_attribute("href")
    assert page.request.get(visit.site + str(bibtex)).text().startswith("@misc{deposit-kutessay-ii")


@pytest.mark.browser
def test_a_page_is_printed_without_what_paper_cannot_do(watched: Visit) -> None:
    visit = watched("/deposits/kutessay-ii/")
    visit.page.emulate_media(media="print")
    assert not visit.page.locator(".get").is_visible()
    assert visit.page.locator(".facts").is_visible()
    visit.page.goto(f"{visit.site}/countries/US/")
    sheet = visit.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


@pytest.mark.browser
def test_report_an_error_in_russian_and_see_what_became_of_it(watched: Visit) -> None:
    visit = watched("/ru/deposits/kutessay-ii/", java_script_enabled=False)
    page = visit.page
    page.get_by_role("link", name="Сообщить об ошибке").click()
    page.get_by_label("Что здесь неверно и как было бы верно").fill("Координаты указывают на склон к югу от карьера.")
    page.get_by_label("Где опубликовано верное значение").fill("https://example.org/map")
    page.get_by_role("button", name="Отправить").click()
    page.get_by_text("Ждёт куратора").wait_for()
    assert "/ru/reports/" in page.url
    page.get_by_role("link", name="Kutessay II").first.click()
    page.get_by_role("heading", name="Kutessay II", level=1).wait_for()
