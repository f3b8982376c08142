"""Country shapes from TopoJSON, in which neighbours share the very points of their border."""

import json
import re
import struct
from array import array
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point

from registry.seeding.antimeridian import Ring, crosses, planar, polygon_wkb, polygons_of

#: Decimals of a degree that are kept: a centimetre; rounding also keeps 180 degrees from becoming 180.00000000000003.
DECIMALS = 7
#: Degrees within which a polygon takes part in a crossing.
NEAR = 1e-6
POLYGONAL = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Boundaries:
    """Shapes by UN M49 code, whose view of the borders they are, and as of when."""

    shapes: dict[str, MultiPolygon]
    source: str
    date: str


def read_boundaries(path: Path) -> Boundaries:
    """Read a TopoJSON file as `scripts/boundaries.py` writes it: ids are M49 codes, `source` and `date` stand at its top."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    return Boundaries(shapes=shapes_by_id(topology), source=topology["source"], date=topology["date"])


def shapes_by_id(topology: dict[str, Any], *, repair: bool = True) -> dict[str, MultiPolygon]:
    """Decode the polygons of a topology; what carries one id becomes one shape, repaired where a ring crosses itself."""
    arcs = [_positions(arc, topology["transform"]) for arc in topology["arcs"]]
    polygons: dict[str, list[bytes]] = defaultdict(list)
    for thing in topology["objects"].values():
        for geometry in thing["geometries"]:
            if geometry.get("id") and geometry["type"] in POLYGONAL:
                for part in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
                    rings = [_ring(indexes, arcs) for indexes in part]
                    polygons[geometry["id"]] += planar(rings) if crosses(rings[0]) else [polygon_wkb(rings)]
    shapes = {code: _multipolygon(parts) for code, parts in polygons.items()}
    return {code: _sound(shape) if repair else shape for code, shape in shapes.items()}


def _positions(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    """Turn quantized steps into degrees: longitude, latitude, longitude, …"""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    x = y = 0
    positions = array("d")
    for step in arc:
        x, y = x + step[0], y + step[1]
        positions.append(round(x * kx + dx, DECIMALS))
        positions.append(round(y * ky + dy, DECIMALS))
    return positions


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Join arcs to a ring; a negative index is an arc run backwards, and joints are kept once."""
    ring = array("d")
    for index in indexes:
        arc = arcs[index] if index >= 0 else _reversed(arcs[~index])
        ring += arc[2:] if ring else arc
    return ring


def _reversed(arc: Ring) -> Ring:
    back = arc[::-1]
    back[0::2], back[1::2] = back[1::2], back[0::2]
    return back


def _multipolygon(polygons: list[bytes]) -> MultiPolygon:
    collected = struct.pack("<BII", 1, 6, len(polygons)) + b"".join(polygons)
    return cast(MultiPolygon, GEOSGeometry(memoryview(collected), srid=4326))


def _sound(shape: MultiPolygon) -> MultiPolygon:
    """Repair a shape that is not valid, and keep its polygons only: polygon by polygon, which is much quicker."""
    if _crossing(shape) is None:
        return shape
    parts = [p for part in shape for p in (polygons_of(part.make_valid()) if _crossing(part) else [part])]
    repaired = MultiPolygon(parts, srid=4326)
    if (place := _crossing(repaired)) is None:
        return repaired
    overlapping = [part for part in parts if part.distance(place) < NEAR]
    apart = [part for part in parts if part.distance(place) >= NEAR]
    joined = polygons_of(MultiPolygon(overlapping).make_valid())
    repaired = MultiPolygon([*apart, *joined], srid=4326)
    return repaired if _crossing(repaired) is None else MultiPolygon(list(polygons_of(repaired.make_valid())), srid=4326)


def _crossing(shape: GEOSGeometry) -> Point | None:
    """Return the first place at which a shape is not valid. GEOS would log each if it were asked for validity alone."""
    found = re.search(r"\[(\S+) (\S+)\]", shape.valid_reason)
    return Point(float(found[1]), float(found[2])) if found else None
