"""MapLibre draws the vector tiles: records where they are few, cells where they are many."""

from collections.abc import Callable

import pytest

from registry.models import Deposit
from tests.caches import forget_everything
from tests.explorer.browser.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

_DRAW = """() => {
    const { map } = document.getElementById("map");
    map.addSource("tiles", { type: "vector", url: location.origin + "/tiles/registry/tilejson.json" });
    map.addLayer({ id: "tiles", type: "circle", source: "tiles", "source-layer": "deposits", paint: { "circle-radius": 5 } });
    map.jumpTo({ center: [20, 20], zoom: 0 });
}"""
_SHOWN = """(what) => {
    const { map } = document.getElementById("map");
    if (!map.areTilesLoaded() || !map.isSourceLoaded("tiles")) return null;
    return map.queryRenderedFeatures({ layers: ["tiles"] }).map((feature) => feature.properties);
}"""


def drawn(page: Watched) -> list[dict[str, object]]:
    page.map_layers()
    page.page.evaluate(_DRAW)
    page.until(f"() => (({_SHOWN})() ?? []).length > 0")
    return list(page.page.evaluate(_SHOWN))


def test_records(watched: Callable[..., Watched]) -> None:
    shown = {str(properties["slug"]) for properties in drawn(watched("/"))}
    published = Deposit.objects.published().filter(location__isnull=False)
    assert shown == set(published.values_list("slug", flat=True))


def test_cells(watched: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tiles.render.MAX_RECORDS", 0)
    forget_everything()
    shown = drawn(watched("/"))
    assert all("records" in properties and "slug" not in properties for properties in shown)
    forget_everything()
