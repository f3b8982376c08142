"""The caches of the service: a test's transaction never commits, so the data version does not move with its changes."""

from api.database import version
from api.filters import lookups
from api.http import cache
from api.ogc import extents
from api.query import facets, rows
from api.tiles import extents as tile_extents


def forget_everything() -> None:
    """Empty them all."""
    version.forget()
    lookups._cache.forget()
    extents._cache.forget()
    tile_extents._remembered.forget()
    rows._unlocated.forget()
    facets._remembered.forget()
    cache.bodies.version = -1
