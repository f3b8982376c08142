"""The seed's countries and commodities are compared with."""

from tests.seeded import on_seed  # noqa: F401
