"""The suites here read the seed."""

from tests.seeded import on_seed  # noqa: F401
