"""A page in a browser, with an eye on what it asks for and complains of."""

import time
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20
#: Widths of windows, from the narrowest telephone on.
WIDTHS = (320, 360, 390, 540, 768, 1024, 1600)
#: What the driver of a machine without a graphics card says of itself.
_DRIVER = ("GL Driver Message", "GPU stall")


class Watched:
    """A page whose console and requests are kept."""

    def __init__(self, context: Any, site: str) -> None:
        """Open an empty page in a browser context of its own."""
        self.context, self.site = context, site
        self.complaints: list[str] = []
        self.abroad: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def goto(self, address: str) -> None:
        self.page.goto(self.site + address)

    def close(self) -> None:
        self.context.close()

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in _DRIVER):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.site).netloc:
            self.abroad.append(request.url)

    def until(self, script: str, given: Any = None) -> None:
        """Wait until a function of JavaScript gives true; Playwright's own way needs `eval`, which our policy forbids."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.page.evaluate(script, given):
            assert time.monotonic() < end, f"it never came true: {script}"
            time.sleep(0.05)

    def too_wide(self, widths: tuple[int, ...] = WIDTHS) -> list[int]:
        """Give the widths of the window, in pixels, at which the page is wider than it."""
        wide = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.wait_for_timeout(100)
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(width)
        return wide

    def map_layers(self) -> dict[str, int]:
        """Wait until the map stands still, and count what it shows layer by layer."""
        self.page.locator("#map").scroll_into_view_if_needed()
        self.until("() => document.getElementById('map').map?.loaded()")
        self.until("() => !document.getElementById('map').map.isMoving()")
        return dict(
            self.page.evaluate(
                """async () => {
                    const { map } = document.getElementById("map");
                    if (!map.areTilesLoaded()) await map.once("idle");
                    await new Promise((resolve) => setTimeout(resolve, 300));
                    const counts = {};
                    for (const { layer } of map.queryRenderedFeatures()) counts[layer.id] = (counts[layer.id] ?? 0) + 1;
                    return counts;
                }"""
            )
        )
