"""The tour and the guides are asked of the seed, the guides of a running service."""

from tests.explorer.browser.conftest import site  # noqa: F401
from tests.seeded import on_seed  # noqa: F401
