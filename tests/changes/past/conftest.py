"""The suites here read the seed."""

from tests.seeded import on_seed, seeded_database  # noqa: F401
