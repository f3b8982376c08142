"""Which shape of Natural Earth is which country or disputed area: territories without a code, and those drawn with another."""

from typing import Any

Point = tuple[int, int]
Box = tuple[float, float, float, float]

#: Shapes without a code → M49 code of the country that they belong to: what it leases out, its bases, its uninhabited islands,
#: and the zone that the United Nations patrol on its behalf.
BELONGS_TO = {
    "Baikonur": "398",
    "USNB Guantanamo Bay": "192",
    "Akrotiri": "826",
    "Dhekelia": "826",
    "Cyprus U.N. Buffer Zone": "196",
    "Coral Sea Is.": "036",
    "Clipperton I.": "250",
    "Ashmore and Cartier Is.": "036",
}
#: Shapes without a code that are disputed areas → slug.
DISPUTED = {
    "Kosovo": "kosovo",
    "N. Cyprus": "northern-cyprus",
    "Somaliland": "somaliland",
    "Siachen Glacier": "siachen-glacier",
    "Spratly Is.": "spratly-islands",
    "Scarborough Reef": "scarborough-reef",
    "Bajo Nuevo Bank": "bajo-nuevo-bank",
    "Serranilla Bank": "serranilla-bank",
}
#: M49 codes of countries that Natural Earth draws as parts of another shape → that shape and the boxes in which they lie.
OVERSEAS: dict[str, tuple[str, tuple[Box, ...]]] = {
    "254": ("France", ((-55, 2, -51, 6),)),
    "312": ("France", ((-62, 15.8, -60.9, 16.6),)),
    "474": ("France", ((-61.3, 14.3, -60.7, 15),)),
    "638": ("France", ((55, -21.5, 56, -20.7),)),
    "175": ("France", ((44.9, -13.1, 45.4, -12.5),)),
    "744": ("Norway", ((10, 74, 36, 81), (-9.5, 70.7, -7.5, 71.4))),
    "074": ("Norway", ((3, -54.7, 3.6, -54.2),)),
    "535": ("Netherlands", ((-68.6, 11.9, -68.1, 12.4), (-63.4, 17.3, -62.8, 17.8))),
    "166": ("Indian Ocean Ter.", ((96.7, -12.4, 97, -11.7),)),
    "162": ("Indian Ocean Ter.", ((105.4, -10.7, 105.8, -10.3),)),
    "772": ("New Zealand", ((-173, -10, -171, -8),)),
}
#: Points of the smallest ring, a triangle that ends where it begins.
MIN_RING = 4


def identified(topology: dict[str, Any]) -> list[dict[str, Any]]:
    """List the shapes, each with the code of its country or the slug of its disputed area as id; those without are left out."""
    lengths = {n: len(arc) for n, arc in enumerate(topology["arcs"])}
    found = []
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        left = without_degenerate_rings(shape, lengths)
        for code, (whole, boxes) in OVERSEAS.items():
            if name == whole:
                inside = [polygon for polygon in left["arcs"] if any(_lies_in(polygon, topology, box) for box in boxes)]
                left = {**left, "arcs": [polygon for polygon in left["arcs"] if polygon not in inside]}
                found.append({**left, "id": code, "arcs": inside})
        found.append({**left, "id": shape.get("id") or BELONGS_TO.get(name) or DISPUTED.get(name)})
    return [shape for shape in found if shape["arcs"] and shape["id"]]


def _lies_in(polygon: list[list[int]], topology: dict[str, Any], box: Box) -> bool:
    """Return whether the outer ring of a polygon begins in a box."""
    first = polygon[0][0]
    x, y = absolute(topology["arcs"][first if first >= 0 else ~first])[0]
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    west, south, east, north = box
    return west <= x * kx + dx <= east and south <= y * ky + dy <= north


def without_degenerate_rings(geometry: dict[str, Any], lengths: dict[int, int]) -> dict[str, Any]:
    """Leave out rings that quantizing has already drawn together to a point or a line."""
    kept = [[ring for ring in polygon if ring_length(ring, lengths) > MIN_RING - 1] for polygon in parts(geometry)]
    return {**geometry, "type": "MultiPolygon", "arcs": [polygon for polygon in kept if polygon]}


def parts(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """List the polygons of a geometry, each a list of rings of arc numbers."""
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def ring_length(ring: list[int], lengths: dict[int, int]) -> int:
    """Count the points of a ring, joints once."""
    return sum(lengths[a if a >= 0 else ~a] - 1 for a in ring) + 1


def absolute(arc: list[list[int]]) -> list[Point]:
    """Sum up the steps of a quantized arc."""
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x, y))
    return points
