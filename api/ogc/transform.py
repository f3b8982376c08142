"""Boxes and shapes of a request, transformed from their CRS to WGS 84 before the query runs.

Far outside of its area of use a projection is no one-to-one mapping: the image of a box would cross itself. So a box is cut to
the area, and a shape that reaches beyond it is an error.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from api.cql2.tree import Box, Geometry
from api.database.connection import fetch
from api.errors import BadParameter
from api.filters.parameters import number
from api.ogc.crs import Crs
from api.query import shapes
from registry.sql import Sql, sql

#: A side of a box becomes this many segments: a straight line in one system is curved in another.
_STEPS = 128
#: Degrees between the points of the outline of an area of use.
_AREA_STEP = 0.5
_BEYOND = "{} extends beyond the area in which {} can be used: {:g} to {:g} longitude, {:g} to {:g} latitude."


@dataclass(frozen=True)
class Area:
    """Where a system can be used, in its own coordinates, easting first: a polygon (hexadecimal EWKB) and its bounds."""

    outline: str
    bounds: tuple[float, float, float, float]


def drawing(crs: Crs, parameter: str = "filter") -> Any:
    """Return the function that turns a shape of a filter into hexadecimal EWKB; it raises BadParameter."""

    def draw(shape: Geometry | Box) -> str:
        if isinstance(shape, Box):
            return box_of(crs, parameter, shape.bounds)
        return in_wgs84(crs, parameter, shapes.from_geojson(parameter, _document(shape)))

    return draw


def box_of(crs: Crs, parameter: str, bounds: tuple[float, ...]) -> str:
    """Return a box of four numbers, or six with heights, as hexadecimal EWKB; raises BadParameter."""
    first, second, third, fourth = bounds if len(bounds) == 4 else (*bounds[:2], *bounds[3:5])
    west, south, east, north = (second, first, fourth, third) if crs.flipped else (first, second, third, fourth)
    if crs.srid == 4326:
        return shapes.box_shape(shapes.box(parameter, f"{west!r},{south!r},{east!r},{north!r}"))
    if west > east or south > north:
        raise BadParameter("The lower corner of the box must come before the upper corner.", parameter)
    area = _area(crs)
    west, south = max(west, area.bounds[0]), max(south, area.bounds[1])
    east, north = min(east, area.bounds[2]), min(north, area.bounds[3])
    if west > east or south > north:
        raise BadParameter(_beyond("The box", crs), parameter)
    side = max(east - west, north - south) / _STEPS or 1.0
    # A box without width or height is a line or a point. What is left of it within the area goes to WGS 84, where rounding
    # must not carry it over the edge.
    found = fetch(
        sql(
            """
        SELECT ST_AsBinary(ST_Intersection(ST_Transform(ST_Segmentize(part, {side}), 4326), {area}))
        FROM (SELECT ST_Intersection(ST_Envelope(ST_SetSRID(ST_MakeLine(ST_Point({west}, {south}), ST_Point({east}, {north})),
            {srid})), {outline}::geometry) AS part) cut WHERE NOT ST_IsEmpty(part)""",
            side=side,
            area=_envelope(crs),
            west=west,
            south=south,
            east=east,
            north=north,
            srid=crs.srid,
            outline=area.outline,
        )
    )
    if not found:
        raise BadParameter(_beyond("The box", crs), parameter)
    return shapes.checked(parameter, GEOSGeometry(memoryview(bytes(found[0][0]))))


def in_wgs84(crs: Crs, parameter: str, geometry: GEOSGeometry) -> str:
    """Transform a shape to WGS 84, longitude first, and check it; raises BadParameter."""
    if crs.projection is None:
        return shapes.checked(parameter, geometry)
    given = sql("{shape}::geometry", shape=geometry.hex.decode())
    flipped = sql("ST_FlipCoordinates({shape})", shape=given) if crs.flipped else given
    shape = sql("ST_SetSRID({shape}, {srid})", shape=flipped, srid=crs.srid)
    if crs.srid == 4326:
        ((found,),) = fetch(sql("SELECT ST_AsBinary({shape})", shape=shape))
        return shapes.checked(parameter, GEOSGeometry(memoryview(bytes(found))))
    if not geometry.valid:
        raise BadParameter(f"The shape is not valid: {geometry.valid_reason}.", parameter)
    ((found,),) = fetch(
        sql(
            "SELECT ST_AsBinary(CASE WHEN ST_CoveredBy(g, {outline}::geometry) THEN ST_Transform(g, 4326) END)"
            " FROM (SELECT {shape} AS g) t",
            outline=_area(crs).outline,
            shape=shape,
        )
    )
    if found is None:
        raise BadParameter(_beyond("The shape", crs), parameter)
    return shapes.checked(parameter, GEOSGeometry(memoryview(bytes(found))))


@cache
def _area(crs: Crs) -> Area:
    """Return the area of use in the system's own coordinates; PROJ gives the same for as long as the process lives."""
    ((outline, *bounds),) = fetch(
        sql(
            "SELECT ST_AsHEXEWKB(g), ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g)"
            " FROM (SELECT ST_Transform(ST_Segmentize({area}, {step}), {srid}) AS g) t",
            area=_envelope(crs),
            step=_AREA_STEP,
            srid=crs.srid,
        )
    )
    west, south, east, north = bounds
    return Area(outline, (west, south, east, north))


def _envelope(crs: Crs) -> Sql:
    """Compose the area of use in WGS 84."""
    west, south, east, north = crs.area
    return sql("ST_MakeEnvelope({w}, {s}, {e}, {n}, 4326)", w=west, s=south, e=east, n=north)


def _beyond(what: str, crs: Crs) -> str:
    west, south, east, north = crs.area
    return _BEYOND.format(what, crs.title, west, east, south, north)


def read_bbox(crs: Crs, given: str) -> tuple[float, ...]:
    """Read the four or six numbers of `bbox`; raises BadParameter."""
    parts = given.split(",")
    if len(parts) not in (4, 6):
        raise BadParameter("The box must be its lower and its upper corner: four numbers, or six with heights.", "bbox")
    return tuple(number("bbox", part) for part in parts)


def _document(shape: Geometry) -> dict[str, Any]:
    if shape.kind == "GeometryCollection":
        return {"type": shape.kind, "geometries": [_document(member) for member in shape.coordinates]}
    return {"type": shape.kind, "coordinates": shape.coordinates}
