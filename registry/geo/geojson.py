"""The geometries of GeoJSON (RFC 7946, section 3.1), distinguished in one place."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """How a type of geometry is written: its number in well-known binary, and how deeply lists hold its positions."""

    number: int
    depth: int


#: Every type but the collection, which holds geometries and no positions.
FORMS = {
    "Point": Form(1, 0),
    "LineString": Form(2, 1),
    "Polygon": Form(3, 2),
    "MultiPoint": Form(4, 1),
    "MultiLineString": Form(5, 2),
    "MultiPolygon": Form(6, 3),
}
COLLECTION = "GeometryCollection"


def type_of(given: Any) -> str:
    """Name the type of what should be a GeoJSON object; empty if it is none, or its type is not a text."""
    kind = given.get("type") if isinstance(given, dict) else None
    return kind if isinstance(kind, str) else ""
