"""Explore in a browser: the map, the filters and the address are one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.explorer.browser.watched import Watched


@pytest.mark.browser
def test_filter_share_the_address_and_download(watched: Callable[..., Watched]) -> None:
    visit = watched("/explore/deposits/?commodity=REE", width=1000, height=700)
    page = visit.page
    visit.until("() => document.getElementById('map').map?.loaded()")
    before = page.locator(".count strong").inner_text()
    country = page.locator('.facet a[data-key="country=KG"]')
    if not country.is_visible():
        page.locator('details[data-facet="country-more"] > summary').click()
    country.click()
    visit.until("before => document.querySelector('.count strong').textContent !== before", before)
    assert "country=KG" in page.url
    assert "country=KG" in str(page.get_by_role("link", name="Русский").get_attribute("href")), "in another language too"
    assert page.evaluate("document.activeElement.dataset.key") == "country=KG"
    country.hover()
    colours = "[...document.querySelectorAll('.facet .chosen > a')].map(a => getComputedStyle(a).backgroundColor)"
    assert len(page.evaluate(colours)) == 2
    assert len(set(page.evaluate(colours))) == 1, "a choice stays to be read below the pointer"
    tiles = "document.getElementById('map').map.getSource('records').tiles[0]"
    assert page.evaluate(tiles).endswith("?commodity=REE&country=KG")
    count = page.locator(".count strong").inner_text()

    visit.until("() => !document.getElementById('map').map.isMoving()")
    page.get_by_role("button", name="Draw a box").click()
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert "bbox" not in page.url, "Escape gives up"
    page.get_by_role("button", name="Draw a box").click()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] + 60)
    bottom = page.evaluate("document.getElementById('map').map.getBounds().getSouth()")
    page.mouse.up()
    visit.until("() => location.search.includes('bbox') && !document.querySelector('[aria-busy]')")
    drawn = [float(side) for side in page.locator("#state").get_attribute("data-bbox").split(",")]  # type: ignore[union-attr]
    assert abs(drawn[1] - max(-90, bottom)) < 0.1, "a box that ends below the map ends at its edge"
    page.get_by_text("In a box on the map").click()
    visit.until("() => !location.search.includes('bbox') && !document.querySelector('[aria-busy]')")
    page.go_back()
    visit.until("() => document.querySelector('#state').dataset.bbox !== ''")

    page.get_by_role("button", name="Draw a shape").click()
    for across, down in ((0.4, 0.3), (0.8, 0.3), (0.6, 0.7)):
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.keyboard.press("Enter")
    visit.until("() => location.search.includes('POLYGON') && !document.querySelector('[aria-busy]')")
    assert page.get_by_text("In a shape").is_visible()

    page.goto(visit.site + "/explore/deposits/?commodity=REE&country=KG")
    assert page.locator(".count strong").inner_text() == count
    address = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    assert "commodity=REE&country=KG&format=csv" in str(address)
    assert len(page.request.get(visit.site + str(address)).text().strip().splitlines()) == int(count) + 1

    page.locator(".chart.scatter a").first.dispatch_event("click")
    page.wait_for_url("**/estimates/**")


@pytest.mark.browser
def test_a_map_says_that_it_loads_and_what_it_lacks_and_asks_again(watched: Callable[..., Watched]) -> None:
    visit = watched("/robots.txt")
    page, held, busy = visit.page, list[Any](), False

    def answer(route: Any) -> None:
        if busy:
            route.fulfill(status=503)
        else:
            held.append(route)

    page.route("**/tiles/**", answer)
    visit.goto("/explore/deposits/?commodity=REE")
    note = page.get_by_role("status").filter(has_text="Loading the map…")
    note.wait_for()
    assert page.locator("#map").get_attribute("aria-busy") == "true"
    busy = True
    for route in held:
        route.fulfill(status=503)
    page.locator("#map-note", has_text="the registry is busy").wait_for()
    page.unroute("**/tiles/**")
    page.get_by_role("button", name="Try again").click()
    visit.until("() => document.getElementById('map-note').hidden && !document.querySelector('#map[aria-busy]')")
    assert visit.map_layers().get("cells", 0) + visit.map_layers().get("dots", 0) > 0
    # The browser itself complains of each answer.
    visit.complaints = [words for words in visit.complaints if "503" not in words]
