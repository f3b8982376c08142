"""Cut the disputed areas out of the country shapes, along the claim lines of Natural Earth.

The lines are those of the layer “Breakaway, Disputed Areas (boundary lines)” of Natural Earth 4.1.0, the release that the
country shapes are of, and the provinces those of its layer “States, Provinces”. Both come from the world map of QGIS, which
Debian packages.
"""

import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import MultiPolygon, Point, Polygon, box, from_wkb
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, polygonize, unary_union

PACKAGE, VERSION = "qgis-common", "3.22.16+dfsg-1"
MAP = "usr/share/qgis/resources/data/world_map.gpkg"
#: Degrees by which a claim line is drawn on at its ends, so that it reaches the generalised border.
BEYOND = 0.18
#: Degrees within which a claim line may be generalised, about as much as a border.
TOLERANCE = 0.004
#: Bytes of the envelope in a GeoPackage geometry, by the number in its flags.
_ENVELOPES = (0, 32, 48, 48, 64)


@dataclass(frozen=True)
class Area:
    """A disputed area: the parts of a country's shape at some points, once the claim lines have cut it."""

    #: M49 code of the country whose shape it is cut from.
    country: str
    #: Points (longitude, latitude), one in each part; without any, the smallest part, or the whole where nothing cuts it.
    at: tuple[tuple[float, float], ...]
    #: Numbers of the claim lines in the layer.
    lines: tuple[int, ...] = ()
    #: Parts of the country's shape that lie in this box: west, south, east, north.
    within: tuple[float, float, float, float] | None = None
    #: Names of provinces, instead of claim lines.
    provinces: tuple[str, ...] = ()


#: Slug → what it consists of.
AREAS: dict[str, tuple[Area, ...]] = {
    "crimea": (Area("643", ((34.2, 45.2),)),),
    "donetsk-kherson-luhansk-zaporizhzhia": (Area("804", (), provinces=("Donets'k", "Luhans'k", "Zaporizhzhya", "Kherson")),),
    "southern-kuril-islands": (Area("643", (), within=(145.2, 43.2, 149.4, 45.7)),),
    "transnistria": (Area("498", ((29.6, 46.9),), lines=(7,)),),
    "abkhazia": (Area("268", ((41.0, 43.0),), lines=(8,)),),
    "south-ossetia": (Area("268", ((43.95, 42.3),), lines=(9,)),),
    "golan-heights": (Area("376", ((35.78, 33.0), (35.68, 33.28)), lines=(22, 39)),),
    "western-sahara": (Area("504", ((-13.0, 26.0),), lines=(33,)), Area("732", ())),
    "azad-kashmir-and-gilgit-baltistan": (Area("586", ((74.3, 35.9), (73.6, 34.3)), lines=(16, 26, 27, 28, 36)),),
    "jammu-and-kashmir-and-ladakh": (Area("356", ((74.8, 34.1), (77.58, 34.16)), lines=(23, 24)),),
    "aksai-chin": (Area("156", ((79.3, 35.2),), lines=(21,)),),
    "shaksgam-valley": (Area("156", ((76.7, 36.0),), lines=(15,)),),
    "demchok": (Area("356", (), lines=(35,)),),
    "spiti-and-nelang": (
        Area("356", (), lines=(14,)),
        Area("356", (), lines=(12,)),
        Area("356", (), lines=(13,)),
    ),
    "arunachal-pradesh": (Area("356", ((94.5, 28.2),), lines=(20,)),),
    "doklam": (Area("064", (), lines=(5,)),),
    "northern-bhutan": (Area("064", ((90.2, 28.25),), lines=(34,)),),
    "abyei": (Area("729", ((28.4, 9.8),), lines=(25,)),),
    "ilemi-triangle": (Area("404", ((35.3, 4.9),), lines=(17, 18, 19)),),
    "essequibo": (Area("328", ((-59.5, 6.0),), lines=(31,)),),
    "tigri": (Area("328", ((-57.6, 2.5),), lines=(10,)),),
    "upper-maroni": (Area("254", ((-54.2, 2.7),), lines=(11,)),),
    "southern-belize": (Area("084", ((-88.8, 16.7),), lines=(30,)),),
}


class WorldMap:
    """The layers of the world map of QGIS."""

    def __init__(self) -> None:
        """Fetch the pinned package and open the map in it."""
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        subprocess.run(["apt-get", "download", "-q", f"{PACKAGE}={VERSION}"], cwd=folder, check=True)
        subprocess.run(["dpkg", "-x", next(folder.glob("*.deb")), folder], check=True)
        self._database = sqlite3.connect(folder / MAP)

    def lines(self, numbers: Iterable[int]) -> list[BaseGeometry]:
        """Return claim lines by their numbers."""
        found = self._database.execute("SELECT fid, geom FROM disputed_borders").fetchall()
        return [_geometry(blob) for number, blob in found if number in set(numbers)]

    def all_provinces(self) -> list[tuple[str, str, BaseGeometry]]:
        """Return every province: the code of its country (ISO 3166-1 alpha-2), its name, its outline."""
        rows = self._database.execute("SELECT iso_a2, name, geom FROM states_provinces WHERE name <> ''").fetchall()
        return [(country or "", name, _geometry(blob)) for country, name, blob in rows]

    def provinces(self, country: str, names: Iterable[str]) -> BaseGeometry:
        """Return the union of provinces of a country (its ISO 3166-1 alpha-2 code)."""
        rows = self._database.execute("SELECT name, geom FROM states_provinces WHERE iso_a2 = ?", [country]).fetchall()
        found = {name: _geometry(blob) for name, blob in rows}
        missing = set(names) - set(found)
        assert not missing, f"no provinces {missing}; there are {sorted(found)}"
        return unary_union([found[name] for name in names])


def _geometry(blob: bytes) -> BaseGeometry:
    """Read a geometry of a GeoPackage, which has a header before its well-known binary."""
    return from_wkb(blob[8 + _ENVELOPES[blob[3] >> 1 & 7] :])


def disputed_areas(countries: dict[str, BaseGeometry], world: WorldMap) -> dict[str, MultiPolygon]:
    """Cut every area of the list from the shapes of countries by M49 code."""
    return {
        slug: _multipolygon([part for area in areas for part in _parts(area, countries[area.country], world)], slug)
        for slug, areas in AREAS.items()
    }


def _parts(area: Area, country: BaseGeometry, world: WorldMap) -> list[BaseGeometry]:
    if area.provinces:
        return [country.intersection(world.provinces("UA", area.provinces))]
    if area.within:
        frame = box(*area.within)
        return [part for part in country.geoms if frame.contains(part)]
    if not area.at and not area.lines:
        return list(country.geoms)
    pieces = _cut(country, world.lines(area.lines)) if area.lines else list(country.geoms)
    return [_piece_at(pieces, place) for place in area.at] or [min(pieces, key=lambda piece: piece.area)]


def _cut(country: BaseGeometry, lines: list[BaseGeometry]) -> list[Polygon]:
    """Cut a shape along lines that are drawn on at their ends."""
    joined = linemerge([part for line in lines for part in _each(line.simplify(TOLERANCE))])
    drawn_on = [_drawn_on(line) for line in _each(joined)]
    near = [part for part in country.geoms if any(part.intersects(line) for line in drawn_on)]
    return [
        piece
        for part in near
        for piece in polygonize(unary_union([part.boundary, *drawn_on]))
        if part.contains(piece.representative_point())
    ]


def _each(geometry: Any) -> list[Any]:
    """List the parts of a geometry that may be single."""
    return list(getattr(geometry, "geoms", [geometry]))


def _drawn_on(line: BaseGeometry) -> BaseGeometry:
    """Draw a line on at both ends, in the direction in which it ends."""
    points = list(line.coords)
    ends = [_beyond(points[1], points[0]), _beyond(points[-2], points[-1])]
    return type(line)([ends[0], *points, ends[1]])


def _beyond(before: tuple[float, ...], end: tuple[float, ...]) -> tuple[float, float]:
    dx, dy = end[0] - before[0], end[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return end[0] + dx / length * BEYOND, end[1] + dy / length * BEYOND


def _piece_at(pieces: list[Any], place: tuple[float, float]) -> Any:
    """Return the piece at a point; the pieces overlap nowhere."""
    found = [piece for piece in pieces if piece.contains(Point(place))]
    assert len(found) == 1, f"{len(found)} of {len(pieces)} pieces at {place}"
    return found[0]


def _multipolygon(parts: list[BaseGeometry], slug: str) -> MultiPolygon:
    united = unary_union(parts)
    polygons = [polygon for polygon in _each(united) if polygon.geom_type == "Polygon" and polygon.area > 1e-6]
    assert polygons, slug
    return MultiPolygon(polygons)
