"""Coordinate reference systems: what a text calls them, and the way from each to WGS 84."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError

WGS84 = 4326
PULKOVO_1942, PULKOVO_1995 = 4284, 4200
#: What else means degrees of WGS 84, longitude first.
SAME = {WGS84, 4979}
#: The first and the last number that EPSG gives to a system.
NUMBERS = range(1024, 1_000_000)
#: From coordinates (x, y) of a system to longitudes and latitudes.
Projection: TypeAlias = Callable[[Sequence[float], Sequence[float]], tuple[Sequence[float], Sequence[float]]]

#: How texts call a datum, Latin letters that look like Cyrillic ones included → its EPSG number.
_DATUMS = (
    (r"WGS[\s\-_]*(?:19)?84", WGS84),
    (r"(?:[СC][КK]|SK|S)[\s\-‑–]*42(?![\d°.,])|(?:Pulkovo|Пулково)[\s\-‑–]*(?:19)?42", PULKOVO_1942),
    (r"(?:[СC][КK]|SK)[\s\-‑–]*95(?![\d°.,])|(?:Pulkovo|Пулково)[\s\-‑–]*(?:19)?95", PULKOVO_1995),
)
_NAMED = re.compile("|".join(f"(?P<d{srid}>{pattern})" for pattern, srid in _DATUMS) + r"|EPSG\s*:?\s*(?P<epsg>\d{4,6})", re.I)
_EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class System:
    """A system of longitudes and latitudes, or of eastings and northings."""

    srid: int
    name: str
    is_projected: bool
    #: EPSG number of the longitudes and latitudes of its datum.
    datum: int
    #: Whether its X is the northing, as east of the Elbe.
    x_is_north: bool
    #: West, south, east and north of the area for which it is meant.
    area: tuple[float, float, float, float]
    to_wgs84: Projection
    to_datum: Projection

    def place(self, x: float, y: float) -> tuple[float, float, float]:
        """Return longitude and latitude in WGS 84, and by how many metres they differ from those of the system's datum."""
        (longitude,), (latitude,) = self.to_wgs84([x], [y])
        (own_longitude,), (own_latitude,) = self.to_datum([x], [y])
        if not all(map(math.isfinite, (longitude, latitude, own_longitude, own_latitude))):
            raise CoordinatesError(
                gettext("These coordinates are outside the area for which %(name)s is defined.") % {"name": self.name}
            )
        return longitude, latitude, _metres(longitude, latitude, own_longitude, own_latitude)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a position is in or near the area of the system."""
        (longitude,), (latitude,) = self.to_wgs84([x], [y])
        west, south, east, north = self.area
        # An area that crosses the antimeridian ends west of where it begins.
        across = longitude >= west - 3 or longitude <= east + 3 if west > east else west - 3 <= longitude <= east + 3
        return across and south - 3 <= latitude <= north + 3


def take_datum(text: str) -> tuple[str, int | None]:
    """Take the name of a datum, or an EPSG number, out of a text: “42°40′ 76°10′ (Pulkovo 1942)”, “СК-42”, “EPSG:28413”."""
    found = list(_NAMED.finditer(text))
    numbers = {_number_of(match) for match in found}
    if len(numbers) > 1:
        names = " and ".join(f"“{match[0].strip()}”" for match in found[:3])
        raise CoordinatesError(gettext("The text names %(names)s; keep one of them.") % {"names": names})
    for match in reversed(found):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return re.sub(r"\(\s*\)", " ", text), numbers.pop() if numbers else None


def _number_of(match: re.Match[str]) -> int:
    return int(match["epsg"]) if match["epsg"] else next(srid for _, srid in _DATUMS if match[f"d{srid}"])


def system_of(srid: int) -> System:
    """Return the system of an EPSG number; raises CoordinatesError for one that is not known."""
    found = known_system(srid)
    if found is None:
        raise CoordinatesError(
            gettext(
                "EPSG:%(srid)s is not a system of longitudes and latitudes, or of eastings and northings, that is known here."
            )
            % {"srid": srid}
        )
    return found


@lru_cache(maxsize=64)
def known_system(srid: int) -> System | None:
    """Return the system of an EPSG number; None if there is none, or it is not one of positions on the ground."""
    import pyproj
    from pyproj.exceptions import ProjError
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

    set_network_enabled(active=False)
    if srid not in NUMBERS:
        return None
    try:
        system = pyproj.CRS.from_epsg(srid)
        own = system.geodetic_crs
        if not (system.is_geographic or system.is_projected) or own is None:
            return None
        to_wgs84 = pyproj.Transformer.from_crs(system, pyproj.CRS.from_epsg(WGS84), always_xy=True)
        to_datum = pyproj.Transformer.from_crs(system, own, always_xy=True)
    except ProjError:
        return None
    axis = next((one for one in system.axis_info if one.abbrev.upper() == "X"), None)
    return System(
        srid,
        system.name,
        system.is_projected,
        own.to_epsg() or 0,
        axis is not None and axis.direction == "north",
        system.area_of_use.bounds if system.area_of_use else (-180, -90, 180, 90),
        _through(to_wgs84),
        _through(to_datum),
    )


def _through(transformer: object) -> Projection:
    def project(xs: Sequence[float], ys: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        longitudes, latitudes = transformer.transform(list(xs), list(ys))  # type: ignore[attr-defined]
        return longitudes, latitudes

    return project


def _metres(x: float, y: float, other_x: float, other_y: float) -> float:
    """Return the distance of two positions close to each other, on a sphere."""
    north = math.radians(y - other_y)
    east = math.radians((x - other_x + 540) % 360 - 180) * math.cos(math.radians((y + other_y) / 2))
    return _EARTH_M * math.hypot(north, east)
