"""The suites here read the seed, some of them over a running service."""

from tests.explorer.browser.conftest import chromium, site, watched  # noqa: F401
from tests.seeded import on_seed  # noqa: F401
