"""Boxes and shapes that a question is asked with, brought from their own CRS to WGS 84 before the query runs."""

from typing import Any

import psycopg
from django.contrib.gis.geos import GEOSGeometry

from api.cql2.tree import Box, Geometry
from api.errors import BadParameter
from api.ogc.crs import Crs
from api.query import shapes
from api.query.database import fetch
from api.query.parameters import number

#: A side of a box is followed by this many points, for it is no straight line in another system.
_STEPS = 32


def drawing(crs: Crs, parameter: str = "filter") -> Any:
    """Give the function that turns a shape of a filter into hexadecimal EWKB; it raises BadParameter."""

    def draw(shape: Geometry | Box) -> str:
        if isinstance(shape, Box):
            return box_of(crs, parameter, shape.bounds)
        return in_wgs84(crs, parameter, shapes.from_geojson(parameter, _document(shape)))

    return draw


def box_of(crs: Crs, parameter: str, bounds: tuple[float, ...]) -> str:
    """Give a box of four numbers, or six with heights, as hexadecimal EWKB; raises BadParameter."""
    first, second, third, fourth = bounds if len(bounds) == 4 else (*bounds[:2], *bounds[3:5])
    west, south, east, north = (second, first, fourth, third) if crs.flipped else (first, second, third, fourth)
    if crs.srid == 4326:
        box = shapes.box(parameter, f"{west!r},{south!r},{east!r},{north!r}")
        return shapes.box_shape(box)
    if west > east or south > north:
        raise BadParameter("The lower corner of the box comes first, then the upper one.", parameter)
    side = max(east - west, north - south) / _STEPS
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    if crs.flipped:
        corners = [corner[::-1] for corner in corners]
    flat = west == east or south == north
    document = (
        {"type": "LineString", "coordinates": (corners[0], corners[2])}
        if flat and corners[0] != corners[2]
        else {"type": "Point", "coordinates": corners[0]}
        if flat
        else {"type": "Polygon", "coordinates": [corners]}
    )
    return in_wgs84(crs, parameter, shapes.from_geojson(parameter, document), side)


def in_wgs84(crs: Crs, parameter: str, geometry: GEOSGeometry, side: float = 0.0) -> str:
    """Bring a geometry to WGS 84, longitude first, and check it; raises BadParameter."""
    if crs.projection is None:
        return shapes.checked(parameter, geometry)
    flip = "ST_FlipCoordinates" if crs.flipped else ""
    points = "ST_Segmentize(g, %s)" if side > 0 else "g"
    sql = f"SELECT ST_AsBinary(ST_Transform(ST_SetSRID({flip}({points}), {crs.srid}), 4326)) FROM (SELECT %s::geometry AS g) t"
    try:
        ((found,),) = fetch(sql, [*([side] if side > 0 else []), geometry.hex.decode()])
    except (psycopg.DataError, psycopg.errors.InternalError_):
        raise BadParameter("The coordinates lie outside of where this system can be used.", parameter) from None
    return shapes.checked(parameter, GEOSGeometry(memoryview(bytes(found))))


def read_bbox(crs: Crs, given: str) -> tuple[float, ...]:
    """Read the four or six numbers of `bbox`; raises BadParameter."""
    parts = given.split(",")
    if len(parts) not in (4, 6):
        raise BadParameter("Write the lower corner and the upper corner of the box: four numbers, or six with heights.", "bbox")
    return tuple(number("bbox", part) for part in parts)


def _document(shape: Geometry) -> dict[str, Any]:
    if shape.kind == "GeometryCollection":
        return {"type": shape.kind, "geometries": [_document(member) for member in shape.coordinates]}
    return {"type": shape.kind, "coordinates": shape.coordinates}
