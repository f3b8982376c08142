"""The clients ask the seed."""

from tests.seeded import on_seed, seeded_database  # noqa: F401
