"""Shapes on the globe cut open at the 180th meridian, so that they can be drawn on a plane."""

import struct
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from django.contrib.gis.geos import GEOSGeometry, Polygon

#: Longitude, latitude, longitude, … in degrees; the last point repeats the first.
Ring: TypeAlias = "array[float]"


def crosses(ring: Ring) -> bool:
    """Return whether some side of a ring leaps from one edge of the map to the other."""
    longitudes = ring[0::2]
    return any(abs(b - a) > 180 for a, b in pairwise(longitudes))


def planar(rings: list[Ring]) -> list[bytes]:
    """Cut a polygon (outer ring, then holes) at the 180th meridian; give the pieces as well-known binary."""
    unrolled = [_unrolled(ring) for ring in rings]
    middle = _middle(unrolled[0])
    holes = [_shifted(hole, round((middle - _middle(hole)) / 360) * 360) for hole in unrolled[1:]]
    whole = GEOSGeometry(memoryview(polygon_wkb([unrolled[0], *holes]))).make_valid()
    pieces = []
    for turn in (-360, 0, 360):
        for piece in polygons_of(whole.intersection(Polygon.from_bbox((turn - 180, -90, turn + 180, 90)))):
            drawn = [array("d", (c for point in ring.coords for c in point)) for ring in piece]
            pieces.append(polygon_wkb([_shifted(ring, -turn) for ring in drawn]))
    return pieces


def polygon_wkb(rings: list[Ring]) -> bytes:
    """Return a polygon as little-endian well-known binary, which is quicker than a GEOS call per point."""
    body = b"".join(struct.pack("<I", len(ring) // 2) + ring.tobytes() for ring in rings)
    return struct.pack("<BII", 1, 3, len(rings)) + body


def polygons_of(shape: GEOSGeometry) -> Iterator[Polygon]:
    """Go through the polygons of any geometry; points and lines are left out."""
    if isinstance(shape, Polygon):
        if not shape.empty:
            yield shape
    elif shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
        for part in shape:  # type: ignore[attr-defined]
            yield from polygons_of(part)


def _unrolled(ring: Ring) -> Ring:
    """Let longitudes run on beyond 180 degrees; a ring around a pole is closed over the pole."""
    turn = 0.0
    unrolled = ring[:2]
    for before, longitude, latitude in zip(ring[0:-2:2], ring[2::2], ring[3::2], strict=True):
        if abs(longitude - before) > 180:
            turn += 360 if longitude < before else -360
        unrolled.extend((longitude + turn, latitude))
    if turn:
        pole = 90.0 if sum(ring[1::2]) > 0 else -90.0
        unrolled.extend((unrolled[-2], pole, unrolled[0], pole, unrolled[0], unrolled[1]))
    return unrolled


def _shifted(ring: Ring, degrees: float) -> Ring:
    shifted = ring[:]
    for i in range(0, len(shifted), 2):
        shifted[i] += degrees
    return shifted


def _middle(ring: Ring) -> float:
    return (min(ring[0::2]) + max(ring[0::2])) / 2
