"""A registry of more than 5,000 deposits: the map, its list and its links hold every one of them."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import transaction

from registry.models import Deposit
from tests.caches import forget_everything
from tests.databases import clone, database
from tests.explorer.browser.watched import Watched
from tests.scattered import scatter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
Visit = Callable[..., Watched]

_WORLD = """() => {
    const { map } = document.getElementById("map");
    map.jumpTo({ center: [0, 0], zoom: 0 });
}"""
_HELD = """() => document.getElementById("map").map.querySourceFeatures("records", { sourceLayer: "deposits" })
    .map(({ properties }) => properties)"""
_CELL = """() => {
    const { map } = document.getElementById("map");
    const { left, top, width, height } = map.getCanvas().getBoundingClientRect();
    const away = ({ x, y }) => Math.hypot(x - width / 2, y - height / 2);
    const cells = map.queryRenderedFeatures({ layers: ["deposits-counts"] });
    const points = cells.map((cell) => map.project(cell.geometry.coordinates));
    const [{ x, y }] = points.sort((a, b) => away(a) - away(b));
    return [x + left, y + top, map.getZoom()];
}"""


@pytest.fixture(scope="module")
def located(site: str, seeded_database: str, django_db_blocker: Any) -> Iterator[int]:
    """Add deposits to a copy of the seed, and give how many have a place."""
    with django_db_blocker.unblock(), clone(seeded_database, f"{seeded_database}_many") as name, database(name):
        with transaction.atomic():
            scatter(5_432)
        forget_everything()
        yield Deposit.objects.published().filter(location__isnull=False).count()
    forget_everything()


def test_the_map_shows_every_deposit(watched: Visit, located: int) -> None:
    visit = watched("/", width=520, height=560)
    visit.map_layers()
    visit.page.evaluate(_WORLD)
    shown = visit.map_layers()
    held = visit.page.evaluate(_HELD)
    assert sum(one.get("records", 1) for one in held) == located > 5_400
    assert shown["deposits-cells"] > 100 and shown["deposits-counts"] > 50
    # The legend counts within the cells too: a cell without a deposit of the group is gone.
    for button in visit.page.locator(".legend button:not([data-group=exploration])").all():
        button.click()
    exploring = sum(1 for one in held if one.get("development_status:exploration"))
    after = visit.map_layers()
    assert 0 < after["deposits-cells"] < shown["deposits-cells"]
    assert after["deposits-cells"] <= exploring * 3, "the world may be drawn beside itself"


def test_a_click_on_a_cell_leads_to_its_deposits(watched: Visit, located: int) -> None:
    visit = watched("/", width=520, height=560)
    visit.map_layers()
    x, y, zoom = visit.page.evaluate(_CELL)
    visit.page.mouse.click(x, y)
    visit.until("zoom => document.getElementById('map').map.getZoom() > zoom + 1", zoom)
    visit.page.evaluate("document.getElementById('map').map.jumpTo({ zoom: 11 })")
    visit.map_layers()
    held = visit.page.evaluate(_HELD)
    assert all("slug" in one for one in held)


def test_the_list_goes_to_its_end(watched: Visit, located: int) -> None:
    visit = watched("/", width=520, height=560)
    visit.page.locator("#map-list summary").click()
    entries, more = visit.page.locator("#map-list li:not(.more)"), visit.page.locator("#map-list .more button")
    while entries.count() < located:
        before = entries.count()
        if before:
            more.click()
        visit.until("n => document.querySelectorAll('#map-list li:not(.more)').length > n", before)
    assert (entries.count(), more.count()) == (located, 0)


def test_the_links_hold_everything(site: str, located: int) -> None:
    page = urlopen(f"{site}/").read().decode()
    (address,) = re.findall(r'<noscript>.*?href="([^"]+)"', page)
    features = json.load(urlopen(site + address.replace("&amp;", "&")))["features"]
    assert len(features) == located
    assert "limit=" not in page
    (table,) = re.findall(r'href="(/api/v1/deposits/export/\?format=csv)"', page)
    assert len(urlopen(site + table).read().splitlines()) == Deposit.objects.published().count() + 1
