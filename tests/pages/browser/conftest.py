"""What the tests of the pages in a browser share."""

from tests.explorer.browser.conftest import chromium, site, watched  # noqa: F401
from tests.seeded import on_seed  # noqa: F401
