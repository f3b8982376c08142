"""`near`: a position, and how far from it records may lie."""

import math
from typing import Any

from django.db.models import F, FloatField, QuerySet

from api.database.bound import Bound, Condition
from api.filters.clauses import Clause

#: The shortest radius of the Earth, and the shortest degree of a meridian: what is computed by them is wide enough.
_RADIUS_M, _DEGREE_M = 6_335_000.0, 110_500.0
_SIDES = ("west", "south", "east", "north")


def near(column: str, longitude: float, latitude: float, radius_m: float | None = None) -> Clause:
    """Look around a position, within a radius if one is given."""
    values = {"near.x": longitude, "near.y": latitude}
    if radius_m is None:
        return Clause(("near", False), _all, values)
    box = dict(zip(_SIDES, surrounding(longitude, latitude, radius_m), strict=True))
    envelope = Condition(
        "(%s && ST_MakeEnvelope(%s, %s, %s, %s, 4326))",
        F(column),
        *(Bound(f"near.{side}", "float8", FloatField()) for side in _SIDES),
    )
    values |= {"radius_m": radius_m} | {f"near.{side}": box[side] for side in _SIDES}
    return Clause(("near", True), _all, values, reach=lambda rows: rows.filter(envelope))


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def surrounding(longitude: float, latitude: float, radius_m: float) -> tuple[float, float, float, float]:
    """Return a box that holds all within a radius: west, south, east, north; all longitudes over a pole or the antimeridian."""
    south, north = latitude - radius_m / _DEGREE_M, latitude + radius_m / _DEGREE_M
    angle = radius_m / _RADIUS_M
    west, east = -180.0, 180.0
    if south > -89 and north < 89 and angle < math.pi / 2:
        # Where meridians touch the circle, which is not where it is widest in kilometres.
        away = 1.01 * math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(latitude)))))
        if longitude - away > -180 and longitude + away < 180:
            west, east = longitude - away, longitude + away
    return west, max(-90.0, south), east, min(90.0, north)
