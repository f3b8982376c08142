"""The front page in a real browser, over the seed: the map, the search, the questions; quiet, and alone."""

from collections.abc import Callable

import pytest

from tests.explorer.browser.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
Visit = Callable[..., Watched]


def test_the_map_draws_what_has_a_place(watched: Visit) -> None:
    shown = watched("/", width=1000, height=640).map_layers()
    assert shown["land"] > 50 and shown["border"] >= 1
    assert shown["labels"] > 5
    assert shown["deposits"] > 15 and "deposits-cells" not in shown, "so few are drawn one by one"


def test_the_map_draws_in_the_dark(watched: Visit) -> None:
    visit = watched("/", color_scheme="dark")
    assert visit.map_layers()["deposits"] > 5
    light = visit.page.evaluate("document.getElementById('map').map.getPaintProperty('sea', 'background-color')")
    visit.page.emulate_media(color_scheme="light")
    visit.until(
        "was => !['', was].includes(document.getElementById('map').map?.getPaintProperty('sea', 'background-color') ?? '')",
        light,
    )
    assert visit.map_layers()["deposits"] > 5


def test_a_click_on_a_deposit_opens_its_card(watched: Visit) -> None:
    visit = watched("/")
    visit.map_layers()
    at = visit.page.evaluate(
        """() => {
            const { map } = document.getElementById("map");
            const point = map.project(map.queryRenderedFeatures({ layers: ["deposits"] })[0].geometry.coordinates);
            const { left, top } = map.getCanvas().getBoundingClientRect();
            return [point.x + left, point.y + top];
        }"""
    )
    visit.page.mouse.click(*at)
    card = visit.page.locator("#card")
    card.get_by_role("heading").wait_for()
    assert card.get_by_role("link", name="GeoJSON", exact=True).get_attribute("href")
    assert "source" in card.locator("summary").inner_text()
    visit.page.keyboard.press("Escape")
    assert not card.is_visible()


def test_the_legend_chooses_what_is_shown(watched: Visit) -> None:
    visit = watched("/")
    before = visit.map_layers()
    for button in visit.page.locator(".legend button:not([data-group=operating])").all():
        button.click()
    after = visit.map_layers()
    assert 0 < after["deposits"] < before["deposits"]
    assert visit.page.locator(".legend button[aria-pressed=true]").count() == 1


def test_the_map_is_a_list_too(watched: Visit) -> None:
    visit = watched("/")
    visit.map_layers()
    listed = visit.page.locator("#map-list")
    listed.locator("summary").click()
    listed.get_by_role("button", name="Mountain Pass").wait_for()
    located = int(visit.page.locator("#map").get_attribute("data-deposits") or 0)
    assert listed.locator("button").count() == located > 20
    listed.get_by_role("button", name="Mountain Pass").click()
    visit.page.locator("#card h3", has_text="Mountain Pass").wait_for()


def test_a_browser_that_cannot_draw_offers_the_list(watched: Visit) -> None:
    visit = watched("/robots.txt")
    visit.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit.goto("/")
    visit.page.locator("#map").scroll_into_view_if_needed()
    visit.page.get_by_text("it needs WebGL").wait_for()
    visit.page.locator("#map-list").get_by_role("button", name="Mountain Pass").click()
    visit.page.locator("#card h3", has_text="Mountain Pass").wait_for()


def test_an_api_that_is_away_is_said(watched: Visit) -> None:
    visit = watched("/robots.txt")
    for addresses in ("**/api/v1/**", "**/tiles/**"):
        visit.page.route(addresses, lambda route: route.abort())
    visit.goto("/")
    visit.page.locator("#map").scroll_into_view_if_needed()
    visit.page.locator("#map-notice", has_text="cannot be reached").wait_for()
    visit.page.locator("#map-list summary").click()
    visit.page.locator("#map-list li", has_text="cannot be reached").wait_for()
    visit.page.get_by_role("link", name="Where does Kazakhstan prospect?").click()
    visit.page.locator("#answer", has_text="cannot be reached").wait_for()
    visit.page.get_by_role("combobox").fill("Kutessay")
    visit.page.locator(".search-said", has_text="cannot be reached").wait_for()
    # The browser itself complains of requests that come to nothing.
    visit.complaints = [words for words in visit.complaints if "ERR_FAILED" not in words]


def test_search_finds_a_name_in_cyrillic(watched: Visit) -> None:
    visit = watched("/")
    field = visit.page.get_by_role("combobox")
    field.fill("Кундыбай")
    option = visit.page.get_by_role("option", name="Kundybai")
    option.wait_for()
    assert "Kazakhstan" in option.inner_text()
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    visit.page.locator("#card h3", has_text="Kundybai").wait_for()
    assert visit.page.url.endswith("#deposits/kundybai")
    visit.map_layers()
    middle = visit.page.evaluate("document.getElementById('map').map.getCenter().toArray()")
    assert middle == pytest.approx([60.83, 51.99], abs=0.2)


def test_search_says_when_there_is_nothing(watched: Visit) -> None:
    visit = watched("/")
    visit.page.get_by_role("combobox").fill("Xanadu-7")
    visit.page.get_by_text("No deposit has a matching name.").wait_for()
    visit.page.get_by_role("combobox").fill("%%%")
    visit.until("() => !document.querySelector('.search-said').textContent")


@pytest.mark.parametrize("width", [390, 1000])
def test_a_card_has_an_address(watched: Visit, width: int) -> None:
    visit = watched("/#deposits/kutessay-ii", width=width)
    visit.page.locator("#card h3", has_text="Kutessay II").wait_for()
    assert visit.map_layers()["chosen"] == 1
    differ = visit.page.locator("#card .differ")
    assert "Sources disagree on 6 questions" in differ.inner_text()
    tonnage = differ.get_by_role("link", name="Kutessay II tonnage").get_attribute("href")
    assert tonnage == "/disagreements/kut-tonnage/"
    visit.page.get_by_role("button", name="Close", exact=True).click()
    assert "#" not in visit.page.url
    assert "chosen" not in visit.map_layers()


def test_a_question_shows_its_live_answer(watched: Visit) -> None:
    visit = watched("/")
    visit.page.get_by_role("link", name="Where does Kazakhstan prospect?").click()
    answer = visit.page.locator("#answer")
    answer.get_by_text("13 records").wait_for()
    text = answer.inner_text()
    assert "/api/v1/prospecting-objects/?country=KZ" in text
    assert "12 objects, not named by their source" in text and "×12" in text
    assert "ms" in answer.locator(".measure").inner_text()
    assert visit.page.locator(".questions a[aria-current]").count() == 1


def test_an_answer_says_what_has_no_place(watched: Visit) -> None:
    visit = watched("/")
    visit.page.get_by_role("link", name="Which have coordinates in Central Asia?").click()
    visit.page.locator("#answer .left-out", has_text="no location").wait_for()


def test_every_question_is_answered(watched: Visit) -> None:
    visit = watched("/", reduced_motion="reduce")
    for link in visit.page.locator("a[data-asks]").all():
        question = link.get_attribute("data-question")
        link.click()
        visit.page.locator("#answer h3", has_text=question).wait_for()
        assert visit.page.locator("#answer .measure").is_visible(), question


def test_the_address_can_be_copied(watched: Visit) -> None:
    visit = watched("/", permissions=["clipboard-read", "clipboard-write"])
    visit.page.get_by_role("link", name="Which deposit is called Кундыбай?").click()
    visit.page.get_by_role("button", name="Copy the URL").click()
    visit.page.get_by_text("Copied").wait_for()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{visit.site}/api/v1/deposits/?search=%D0%9A%D1%83%D0%BD%D0%B4%D1%8B%D0%B1%D0%B0%D0%B9"


def test_one_can_leaf_through_disagreements(watched: Visit) -> None:
    visit = watched("/")
    before = visit.page.locator("#disagreement h2").inner_text()
    visit.page.locator("#disagreement a[rel=next]").click()
    visit.until("was => document.querySelector('#disagreement h2').innerText !== was", before)
    visit.page.locator("#disagreement a[rel=prev]").click()
    visit.until("was => document.querySelector('#disagreement h2').innerText === was", before)


def test_nothing_is_wider_than_the_window(watched: Visit) -> None:
    visit = watched("/", width=360)
    visit.map_layers()
    visit.page.locator("#answer").scroll_into_view_if_needed()
    visit.page.locator("#answer .measure").wait_for()
    visit.page.get_by_role("combobox").fill("ku")
    visit.page.get_by_role("option").first.wait_for()
    assert visit.too_wide() == []


def test_the_page_reads_without_script(watched: Visit) -> None:
    visit = watched("/", java_script_enabled=False)
    text = visit.page.locator("main").inner_text()
    assert "have coordinates stated by a source" in text
