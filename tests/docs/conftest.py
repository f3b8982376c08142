"""The tour is asked of the seed."""

from tests.seeded import on_seed  # noqa: F401
