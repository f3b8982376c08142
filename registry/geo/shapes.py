"""Points and outlines typed or pasted as text: coordinates in any common notation, WKT or GeoJSON."""

import json
import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Point, Polygon, WKTReader
from django.utils.translation import gettext, gettext_noop, ngettext

from registry.geo.coordinates import Coordinates, CoordinatesError, Entered, read_coordinates
from registry.geo.corners import read_corners
from registry.geo.written import plain

#: More vertices than the finest boundaries of a country have.
MOST_VERTICES = 200_000
_DEEPEST = 12
HALF_TURN = gettext_noop(
    "an edge goes half around the Earth or more: add vertices along it, and part an outline that crosses longitude 180."
)
_WKT = re.compile(r"(?:SRID=(\d{1,6});)?\s*((?:MULTI)?(?:POINT|POLYGON))\s*(?:(?:ZM?|M)\s*)?(?:\(|EMPTY)[-+0-9.eE,()\s]*", re.I)


@dataclass(frozen=True)
class Shape:
    """A geometry in degrees of WGS 84, and how its text was understood."""

    geometry: GEOSGeometry
    understood: str
    coordinates: Coordinates | None = None
    entered: Entered = Entered.PRINTED
    #: The area that a table of corners prints with them.
    declared_area_km2: float | None = None


def read_point(text: str, srid: int | None = None) -> Shape:
    """Read one point, in the system that its source states.

    Raises CoordinatesError with a sentence for the person who typed it.
    """
    geometry, entered = _written(text)
    if geometry is None:
        found = read_coordinates(text, srid)
        return Shape(_sound(Point(found.longitude, found.latitude, srid=4326)), found.in_words, found, found.entered)
    if geometry.geom_type == "MultiPoint" and len(geometry) == 1:
        geometry = geometry[0]
    if geometry.geom_type != "Point":
        raise CoordinatesError(
            gettext("This is a %(geom_type)s; a single point is needed here.") % {"geom_type": geometry.geom_type}
        )
    if geometry.empty:
        raise CoordinatesError(gettext("This point is empty."))
    point = _sound(Point(geometry.x, geometry.y, srid=4326))
    return Shape(
        point,
        gettext("latitude %(latitude)s, longitude %(longitude)s") % {"latitude": plain(point.y), "longitude": plain(point.x)},
        entered=entered,
    )


def read_outline(text: str, srid: int | None = None) -> Shape:
    """Read one outline or several, in the system that its source states.

    Raises CoordinatesError with a sentence for the person who typed it.
    """
    geometry, entered = _written(text)
    if geometry is None:
        return _table(text, srid)
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise CoordinatesError(
            gettext("This is a %(geom_type)s; an outline (Polygon or MultiPolygon) is needed here.")
            % {"geom_type": geometry.geom_type}
        )
    polygons: list[Polygon] = [geometry] if isinstance(geometry, Polygon) else list(geometry)
    outline = _sound(MultiPolygon(*(_flat(polygon) for polygon in polygons), srid=4326))
    return Shape(outline, outline_in_words(outline), entered=entered)


def _table(text: str, srid: int | None) -> Shape:
    """Read an outline from a table of its corners."""
    table = read_corners(text, srid)
    if table is None:
        raise CoordinatesError(
            gettext("Paste a table of corners (number, latitude and longitude of each in a line), WKT (POLYGON …) or GeoJSON.")
        )
    outline = _sound(MultiPolygon(*(Polygon(*rings) for rings in table.rings), srid=4326))
    understood = f"{outline_in_words(outline)}, {table.in_words}"
    return Shape(outline, understood, None, Entered.PRINTED, table.declared_area_km2)


def outline_in_words(outline: MultiPolygon) -> str:
    """Describe how large an outline is: its parts, its vertices and where it lies."""
    west, south, east, north = outline.extent
    parts = ngettext("one part", "%(number)s parts", len(outline)) % {"number": len(outline)}
    box = gettext("%(south)s to %(north)s N, %(west)s to %(east)s E") % {
        name: plain(round(value, 4)) for name, value in (("south", south), ("north", north), ("west", west), ("east", east))
    }
    parts_of: list[Any] = list(outline)
    rings = [ring for polygon in parts_of for ring in polygon]
    vertices = sum(len(ring) - 1 for ring in rings)
    return gettext("Outline in %(parts)s, %(vertices)s vertices, %(box)s") % {
        "parts": parts,
        "vertices": f"{vertices:,}",
        "box": box,
    }


def half_turn(outline: Any) -> tuple[float, float] | None:
    """Return where an edge begins that goes half around the Earth or more, of which nobody can say which way it runs."""
    for polygon in outline:
        for ring in polygon:
            for (x, y), (next_x, next_y) in pairwise(ring.coords):
                if abs(next_x - x) >= 180 and not (abs(y) == 90 and y == next_y):
                    return x, y
    return None


def _written(text: str) -> tuple[Any, Entered]:
    """Read WKT or GeoJSON, and how it came to be written; nothing for anything else."""
    text = text.strip()
    if text.startswith("{"):
        return _geojson(text)
    if re.match(r"(SRID=|(MULTI)?(POINT|POLYGON|LINE)|GEOMETRY)", text, re.I):
        return read_wkt(text), Entered.FROM_FILE
    return None, Entered.PRINTED


def read_wkt(text: str) -> GEOSGeometry:
    """Read a point, an outline or several of them; raises CoordinatesError for anything else."""
    found = _WKT.fullmatch(text)
    if found is None:
        raise CoordinatesError(
            gettext("This WKT cannot be read; write POINT (lon lat), POLYGON ((…)) or MULTIPOLYGON (((…))).")
        )
    if found[1] not in (None, "4326"):
        raise CoordinatesError(
            gettext("Coordinates are kept in WGS 84 (SRID 4326), not in SRID %(found)s; convert them first.")
            % {"found": found[1]}
        )
    if text.count(",") > MOST_VERTICES:
        raise CoordinatesError(
            gettext("This shape has more than %(most_vertices)s vertices.") % {"most_vertices": f"{MOST_VERTICES:,}"}
        )
    try:
        return WKTReader().read(text[found.start(2) :])
    except (GEOSException, ValueError, OverflowError) as error:
        raise CoordinatesError(
            gettext("This WKT cannot be read: check its brackets, and that each ring ends where it begins.")
        ) from error


def _geojson(text: str) -> tuple[GEOSGeometry, Entered]:
    """Read GeoJSON; a feature that was drawn on a map says so in its properties."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CoordinatesError(gettext("This is not JSON; copy the whole GeoJSON, from the first { to the last }.")) from error
    entered = Entered.FROM_FILE
    for _ in range(_DEEPEST):
        if not isinstance(value, dict):
            break
        if value.get("type") == "FeatureCollection":
            features = value.get("features")
            if not isinstance(features, list) or len(features) != 1:
                raise CoordinatesError(gettext("The FeatureCollection must contain exactly one feature."))
            value = features[0]
        elif value.get("type") == "Feature":
            properties = value.get("properties")
            if isinstance(properties, dict) and properties.get("entered") == Entered.ON_MAP:
                entered = Entered.ON_MAP
            value = value.get("geometry")
        else:
            return _from_members(value), entered
    raise CoordinatesError(gettext("This GeoJSON has no geometry."))


def _from_members(value: dict[str, Any]) -> GEOSGeometry:
    kind, coordinates = value.get("type"), value.get("coordinates")
    try:
        if kind == "Point":
            return Point(*_pair(coordinates))
        if kind == "Polygon":
            return _polygon(coordinates)
        if kind == "MultiPolygon":
            return MultiPolygon([_polygon(polygon) for polygon in coordinates])  # type: ignore[union-attr]
    except CoordinatesError:
        raise
    except (TypeError, ValueError, OverflowError, AttributeError, GEOSException, IndexError, KeyError) as error:
        why = f": {error}" if str(error).startswith("LinearRing") else ""
        raise CoordinatesError(
            gettext("The coordinates of this GeoJSON do not have the form of a %(kind)s%(why)s.") % {"kind": kind, "why": why}
        ) from error
    raise CoordinatesError(
        gettext("GeoJSON of type %(kind)s cannot be used here; a Point, Polygon or MultiPolygon can.")
        % {"kind": str(kind)[:40]}
    )


def _polygon(rings: Any) -> Polygon:
    read = [[_pair(position) for position in ring] for ring in rings]
    if sum(map(len, read)) > MOST_VERTICES:
        raise CoordinatesError(
            gettext("This shape has more than %(most_vertices)s vertices.") % {"most_vertices": f"{MOST_VERTICES:,}"}
        )
    if any(len(ring) > 2 and ring[0] != ring[-1] for ring in read):
        raise CoordinatesError(gettext("A ring must be closed: repeat its first position at its end."))
    return Polygon(*read)


def _pair(position: Any) -> tuple[float, float]:
    """Take longitude and latitude, and leave out a height."""
    longitude, latitude = position[:2]
    if isinstance(longitude, bool) or isinstance(latitude, bool) or isinstance(longitude, str) or isinstance(latitude, str):
        raise TypeError("a position must consist of numbers")
    pair = float(longitude), float(latitude)
    if not all(map(math.isfinite, pair)):
        raise CoordinatesError(gettext("A coordinate is not a finite number."))
    return pair


def _flat(polygon: Any) -> Polygon:
    """Leave out heights."""
    return Polygon(*([(position[0], position[1]) for position in ring.coords] for ring in polygon))


def _sound(geometry: Any) -> Any:
    """Reject what the database would refuse, as text."""
    if geometry.empty:
        raise CoordinatesError(gettext("This shape is empty."))
    west, south, east, north = geometry.extent
    if not all(map(math.isfinite, (west, south, east, north))):
        raise CoordinatesError(gettext("A coordinate is not a finite number."))
    if south < -90 or north > 90 or west < -180 or east > 180:
        raise CoordinatesError(
            gettext(
                "Coordinates are outside the range of WGS 84: first longitude from −180 to 180, then latitude from −90 to 90."
            )
        )
    if isinstance(geometry, Point) and (geometry.x, geometry.y) == (0, 0):
        raise CoordinatesError(gettext("The point (0, 0) means a missing location in many data sets, and is not accepted."))
    if not geometry.valid:
        raise CoordinatesError(
            gettext("This outline is not valid: %(valid_reason)s.") % {"valid_reason": geometry.valid_reason}
        )
    if isinstance(geometry, MultiPolygon) and (begin := half_turn(geometry)):
        raise CoordinatesError(
            gettext("From %(plain)s, %(plain2)s %(half_turn)s")
            % {"plain": plain(begin[1]), "plain2": plain(begin[0]), "half_turn": gettext(HALF_TURN)}
        )
    return geometry
