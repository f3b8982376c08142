"""Geometry that people send: boxes, points, well-known text and GeoJSON, checked before the database sees it."""

import math
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import (
    GeometryCollection,
    GEOSException,
    GEOSGeometry,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    WKTReader,
)

from api.errors import BadParameter
from api.filters.json_text import RepeatedKey, read_json
from api.filters.parameters import number
from registry.geo.geojson import COLLECTION, type_of

#: Bounds on a shape: characters of its text, corners, and levels of brackets.
MAX_SHAPE_BYTES = 1_000_000
MAX_CORNERS = 10_000
#: A map that is panned around the Earth counts on; nobody pans further than this.
MAX_LONGITUDE = 36_000.0


@dataclass(frozen=True)
class Box:
    """Degrees of WGS 84; `west` above `east` means that the box crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses(self) -> bool:
        """Return whether it crosses the antimeridian."""
        return self.west > self.east

    @property
    def flat(self) -> bool:
        """Return whether it has no width or no height."""
        return self.west == self.east or self.south == self.north


def box(name: str, text: str) -> Box:
    """Read `west,south,east,north`, or six numbers with heights, which are not looked at; raises BadParameter.

    Longitudes beyond ±180 are those of a map that was panned around the Earth; a box of 360 degrees or more is the world.
    """
    parts = text.split(",")
    if len(parts) not in (4, 6):
        raise BadParameter("The value must be west,south,east,north in degrees (four numbers, or six with heights).", name)
    numbers = [number(name, part) for part in parts]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    west, east = _around_the_earth(name, west, east)
    if not (-90 <= south <= 90 and -90 <= north <= 90):
        raise BadParameter("Latitudes must be between -90 and 90; the order is west,south,east,north.", name)
    if south > north:
        raise BadParameter("The south of the box is greater than its north.", name)
    return Box(west, south, east, north)


def _around_the_earth(name: str, west: float, east: float) -> tuple[float, float]:
    """Return the sides of a box between -180 and 180 degrees; one that crosses the antimeridian has its west above its east."""
    if max(abs(west), abs(east)) > MAX_LONGITUDE:
        raise BadParameter(f"Longitudes must be between {-MAX_LONGITUDE:,.0f} and {MAX_LONGITUDE:,.0f}.", name)
    if max(abs(west), abs(east)) <= 180:
        return west, east
    if east - west >= 360:
        return -180.0, 180.0
    width = (east - west) % 360
    west = _turned(west)
    east = round(west + width, 9)
    return west, east if east <= 180 else east - 360


def _turned(longitude: float) -> float:
    """Return the same longitude from -180 up to 180."""
    return longitude if -180 <= longitude <= 180 else round((longitude + 180) % 360 - 180, 9)


def box_shape(given: Box) -> str:
    """Return a box as hexadecimal EWKB: in two halves if it crosses the antimeridian, a line or a point if it is flat."""
    if given.crosses:
        east = Box(given.west, given.south, 180.0, given.north)
        west = Box(-180.0, given.south, given.east, given.north)
        halves = [GEOSGeometry(memoryview(bytes.fromhex(box_shape(half)))) for half in (east, west)]
        areas = [half for half in halves if isinstance(half, Polygon)]
        shape: GEOSGeometry = MultiPolygon(*areas) if len(areas) == 2 else GeometryCollection(*halves)
    elif not given.flat:
        shape = Polygon.from_bbox((given.west, given.south, given.east, given.north))
    elif (given.west, given.south) == (given.east, given.north):
        shape = Point(given.west, given.south)
    else:
        shape = LineString((given.west, given.south), (given.east, given.north))
    shape.srid = 4326
    return str(shape.hexewkb.decode())


def position(name: str, text: str) -> tuple[float, float]:
    """Read `longitude,latitude`, with a longitude beyond ±180 as the same place on the Earth; raises BadParameter."""
    parts = text.split(",")
    if len(parts) != 2:
        raise BadParameter("The value must be longitude,latitude in degrees.", name)
    longitude, latitude = (number(name, part) for part in parts)
    if not (abs(longitude) <= MAX_LONGITUDE and -90 <= latitude <= 90):
        raise BadParameter("Latitude must be between -90 and 90; the order is longitude,latitude.", name)
    return _turned(longitude), latitude


def shape(name: str, given: Any) -> str:
    """Read a shape as well-known text or GeoJSON and give it as hexadecimal EWKB; raises BadParameter."""
    if isinstance(given, str):
        text = given.strip()
        if len(text) > MAX_SHAPE_BYTES:
            raise BadParameter("The shape is too large.", name)
        geometry = from_geojson(name, _json(name, text)) if text.startswith("{") else _from_wkt(name, text)
    else:
        geometry = from_geojson(name, given)
    return checked(name, geometry)


def checked(name: str, geometry: GEOSGeometry) -> str:
    """Return a geometry of WGS 84 as hexadecimal EWKB, if it is sound and within bounds; raises BadParameter."""
    if geometry.empty:
        raise BadParameter("The shape is empty.", name)
    if geometry.num_coords > MAX_CORNERS:
        raise BadParameter(f"The shape has more than {MAX_CORNERS:,} vertices.", name)
    west, south, east, north = geometry.extent
    if not all(map(math.isfinite, geometry.extent)) or west < -180 or east > 180 or south < -90 or north > 90:
        raise BadParameter("The shape extends beyond longitude -180 to 180 or latitude -90 to 90 (WGS 84).", name)
    if not geometry.valid:
        raise BadParameter(f"The shape is not valid: {geometry.valid_reason}.", name)
    geometry.srid = 4326
    return str(geometry.hexewkb.decode())


def _json(name: str, text: str) -> Any:
    try:
        return read_json(text)
    except RepeatedKey as error:
        raise BadParameter(f"The shape contains the key “{error.key[:60]}” twice.", name) from None
    except ValueError:
        raise BadParameter("The shape is not valid JSON.", name) from None


def _from_wkt(name: str, text: str) -> GEOSGeometry:
    # GEOS reads nested collections by recursion: brackets are bounded before it sees them.
    if text.count("(") > MAX_CORNERS or _depth(text) > 6:
        raise BadParameter("The shape is nested too deeply.", name)
    try:
        geometry = WKTReader().read(text)
    except (GEOSException, GDALException, ValueError, TypeError):
        raise BadParameter("The shape is neither well-known text, e.g. POLYGON((…)), nor GeoJSON.", name) from None
    return geometry


def _depth(text: str) -> int:
    depth = most = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        most = max(most, depth)
    return most


def _positions(value: Any) -> list[tuple[float, float]]:
    return [_pair(one) for one in value]


def _pair(value: Any) -> tuple[float, float]:
    longitude, latitude, *_ = value
    if isinstance(longitude, bool) or isinstance(latitude, bool):
        raise TypeError
    return float(longitude), float(latitude)


def _polygon(rings: Any) -> Polygon:
    return Polygon(*(LinearRing(_positions(ring)) for ring in rings))


_MAKERS = {
    "Point": lambda c: Point(*_pair(c)),
    "MultiPoint": lambda c: MultiPoint(*(Point(*p) for p in _positions(c))),
    "LineString": lambda c: LineString(_positions(c)),
    "MultiLineString": lambda c: MultiLineString(*(LineString(_positions(line)) for line in c)),
    "Polygon": _polygon,
    "MultiPolygon": lambda c: MultiPolygon(*(_polygon(rings) for rings in c)),
}


def from_geojson(name: str, document: Any) -> GEOSGeometry:
    """Build the geometry from plain numbers; GDAL is not asked to read what a stranger sends."""
    if type_of(document) == "Feature":
        document = document.get("geometry")
    kind = type_of(document)
    if kind == COLLECTION and isinstance(document.get("geometries"), list):
        members = [member for member in document["geometries"] if type_of(member) in _MAKERS]
        if len(members) != len(document["geometries"]):
            raise BadParameter("A GeometryCollection can contain only points, lines and polygons.", name)
        return GeometryCollection(*(from_geojson(name, member) for member in members))
    if kind not in _MAKERS:
        raise BadParameter("The shape is not a GeoJSON geometry.", name, sorted(_MAKERS))
    try:
        return _MAKERS[kind](document["coordinates"])  # type: ignore[no-untyped-call]
    except (GEOSException, KeyError, TypeError, ValueError, IndexError, OverflowError):
        raise BadParameter("The coordinates of the shape cannot be read.", name) from None
