"""The coordinate reference systems that answers come in and questions may be asked in.

WGS 84 both ways round, the web's Mercator, and what maps of Central Asia are drawn in: UTM zones 38–45, and Pulkovo 1942 with
its Gauss–Krüger zones 8–15. Axes follow each other as the EPSG register has them: latitude or northing first where it says so.
"""

from dataclasses import dataclass

from api.errors import BadParameter
from api.query.parameters import nearest
from api.query.projections import Projection

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class Crs:
    """A system by its URI, a name for people, and how geometry is written in it; None as it is stored."""

    uri: str
    title: str
    projection: Projection | None

    @property
    def flipped(self) -> bool:
        """Tell whether latitude or northing comes first."""
        return self.projection is not None and self.projection.flipped

    @property
    def srid(self) -> int:
        """Give the EPSG number of its datum and projection."""
        return 4326 if self.projection is None else self.projection.srid


def _zone(srid: int, title: str, meridian: int, flipped: bool) -> Crs:
    # Three zones on either side: maps reach over their zone's edge, but far away the projection is of no use to anybody.
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


def read_crs(parameter: str, given: str) -> Crs:
    """Find a system by its URI, with or without angle brackets, or in short as EPSG:4326; raises BadParameter."""
    text = given.strip().removeprefix("<").removesuffix(">").replace("https://", "http://", 1)
    head, _, code = text.rpartition(":")
    if head.upper() in ("EPSG", "URN:OGC:DEF:CRS:EPSG:", "URN:OGC:DEF:CRS:EPSG"):
        text = f"{_EPSG}{code}"
    elif text.upper() in ("CRS84", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84"):
        text = CRS84
    found = ALL.get(text)
    if found is None:
        raise BadParameter(f"“{given[:100]}” is none of the systems here.{nearest(text, ALL)}", parameter, list(ALL))
    return found
