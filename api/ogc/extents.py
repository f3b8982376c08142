"""The extent of a collection in space and time, and the systems that cover it; cached until the data change."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent as Corners
from django.db.models import Max, Min

from api.database.version import VersionedCache
from api.ogc.crs import ALL, CRS84, WORLD, Crs
from api.query.composed import records
from api.resources.resource import Resource

_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_cache = VersionedCache(100)


@dataclass(frozen=True)
class Extent:
    """A box in degrees of WGS 84, and the texts of a first and a last date; None where nothing is known."""

    box: tuple[float, float, float, float] | None
    first: str | None
    last: str | None

    def document(self) -> dict[str, Any]:
        """Return it as a collection describes it."""
        found: dict[str, Any] = {}
        if self.box:
            found["spatial"] = {"bbox": [[round(corner, 7) for corner in self.box]], "crs": CRS84}
        if self.first or self.last:
            start = self.first and f"{self.first}-01-01"[:10]
            found["temporal"] = {"interval": [[start and f"{start}T00:00:00Z", None]], "trs": _GREGORIAN}
        return found


def extent_of(resource: Resource) -> Extent:
    """Return the extent of the published records."""
    return _cache.get(resource.name, lambda: _read(resource))


def systems_of(resource: Resource) -> tuple[Crs, ...]:
    """List the systems of a collection: those whose area of use holds every record.

    A collection without any location has the world-wide ones: the first location could be anywhere.
    """
    box = extent_of(resource).box or WORLD
    return tuple(crs for crs in ALL.values() if crs.covers(box))


def _read(resource: Resource) -> Extent:
    wanted: dict[str, Any] = {"box": Corners(resource.geometry)} if resource.geometry else {}
    if resource.period:
        wanted |= {"first": Min(resource.period[0]), "last": Max(resource.period[1])}
    found = records(resource).order_by().aggregate(**wanted) if wanted else {}
    return Extent(found.get("box"), found.get("first"), found.get("last"))
