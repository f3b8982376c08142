"""What the tests of the pages share: they run over the seed."""

from tests.explorer.conftest import queries, reader  # noqa: F401
from tests.seeded import on_seed  # noqa: F401
