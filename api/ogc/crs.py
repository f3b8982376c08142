"""The coordinate reference systems of responses and of shapes in requests.

Three cover the world: WGS 84 in both axis orders and Web Mercator. The others are those of maps of Central Asia: UTM zones
38–45, and Pulkovo 1942 with its Gauss–Krüger zones 8–15. A collection offers one of these only while all its records lie
within its area of use (see `api.ogc.extents`). Axes are in the order of the EPSG register.
"""

from collections.abc import Collection
from dataclasses import dataclass

from api.errors import BadParameter
from api.filters.parameters import nearest
from api.query.projections import Projection

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Crs:
    """A system: its URI, its name, and how geometry is written in it (None: as it is stored)."""

    uri: str
    title: str
    projection: Projection | None

    @property
    def flipped(self) -> bool:
        """Return whether latitude or northing is the first axis."""
        return self.projection is not None and self.projection.flipped

    @property
    def srid(self) -> int:
        """Return the EPSG code of its datum and projection."""
        return 4326 if self.projection is None else self.projection.srid

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Return where it can be used: west, south, east, north in WGS 84."""
        return (self.projection and self.projection.area) or WORLD

    def covers(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether a box (west, south, east, north in WGS 84) lies within the area of use."""
        west, south, east, north = self.area
        return west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north


def _zone(srid: int, title: str, meridian: int, flipped: bool) -> Crs:
    # Three zones on either side: maps extend beyond their zone, but far from it the projection is useless.
    area = (meridian - 21.0, 0.0, min(meridian + 21.0, 180.0), 84.0)
    return Crs(f"{_EPSG}{srid}", title, Projection(srid, flipped, 3, area))


ALL: dict[str, Crs] = {
    crs.uri: crs
    for crs in (
        Crs(CRS84, "WGS 84, longitude first", None),
        Crs(f"{_EPSG}4326", "WGS 84, latitude first", Projection(4326, True, 7)),
        Crs(f"{_EPSG}3857", "Web Mercator", Projection(3857, False, 3)),
        Crs(f"{_EPSG}4284", "Pulkovo 1942, latitude first", Projection(4284, True, 7, (19.0, 35.0, 180.0, 82.0))),
        *(_zone(32600 + zone, f"WGS 84 / UTM zone {zone}N", 6 * zone - 183, False) for zone in range(38, 46)),
        *(_zone(28400 + zone, f"Pulkovo 1942 / Gauss–Krüger zone {zone}", 6 * zone - 3, True) for zone in range(8, 16)),
    )
}


def read_crs(parameter: str, given: str, offered: Collection[Crs]) -> Crs:
    """Find an offered system by its URI, with or without angle brackets, or by a short name such as EPSG:4326.

    Raises BadParameter, which lists the offered systems.
    """
    text = given.strip().removeprefix("<").removesuffix(">").replace("https://", "http://", 1)
    head, _, code = text.rpartition(":")
    if head.upper() in ("EPSG", "URN:OGC:DEF:CRS:EPSG:", "URN:OGC:DEF:CRS:EPSG"):
        text = f"{_EPSG}{code}"
    elif text.upper() in ("CRS84", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84"):
        text = CRS84
    for crs in offered:
        if crs.uri == text:
            return crs
    uris = [crs.uri for crs in offered]
    if text not in ALL:
        raise BadParameter(
            f"“{given[:100]}” is not a coordinate reference system of this collection.{nearest(text, uris)}", parameter, uris
        )
    west, south, east, north = ALL[text].area
    raise BadParameter(
        f"{ALL[text].title} can be used from {west:g} to {east:g} longitude and {south:g} to {north:g} latitude;"
        " this collection has records elsewhere, or none with a location.",
        parameter,
        uris,
    )
