"""What the tests of imports share."""

from tests.imports.reading import opens, reads, terms  # noqa: F401 - fixtures
from tests.seeded import seeded_database  # noqa: F401 - a fixture
