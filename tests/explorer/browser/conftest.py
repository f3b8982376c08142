"""What the tests in a browser share: a site that holds the seed, Chromium, and pages that are watched."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from config.static import with_static_files
from tests.caches import forget_everything
from tests.explorer.browser.watched import Watched
from tests.seeded import on_seed  # noqa: F401 - fixtures

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="package")
def site(on_seed: None, collected: dict[str, Any], django_db_blocker: Any) -> Iterator[str]:  # noqa: F811
    """Serve the whole product over the seed; not pytest-django's own fixture, which empties the database after each test."""
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock(), override_settings(**collected):
        forget_everything()
        server = LiveServer("localhost", start=False)
        # As in production: not Django's own handler for tests, which knows no hashed names.
        server.thread.static_handler = with_static_files  # type: ignore[assignment]
        server.start()
        yield server.url
        server.stop()
    forget_everything()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    if not shutil.which(CHROMIUM):
        pytest.skip(f"THERE IS NO {CHROMIUM}, so what happens in a browser is not tested")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, in which nothing of Django's ever runs.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
        # Where an event loop runs, Django's connection is another one than elsewhere: nobody else would close it.
        connection.close()


@pytest.fixture
def watched(site: str, chromium: Any) -> Iterator[Callable[..., Watched]]:
    """Open a page of the site and watch it; at the end it must have been quiet, and have asked nobody else.

    The window is small, since a processor draws each pixel of a map.
    """
    opened: list[Watched] = []

    def visit(address: str, *, width: int = 700, height: int = 400, **context: Any) -> Watched:
        page = Watched(chromium.new_context(viewport={"width": width, "height": height}, **context), site)
        opened.append(page)
        page.goto(address)
        return page

    yield visit
    for page in opened:
        page.close()
    for page in opened:
        assert page.complaints == []
        assert page.abroad == []
