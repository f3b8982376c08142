"""The clients ask the seed."""

from tests.seeded import on_seed  # noqa: F401
