"""Make `fixtures/boundaries.topojson`: country shapes of Natural Earth, generalised so that borders stay shared.

Run: python scripts/boundaries.py. Needs npm and apt-get, which fetch the two packages, the registry's own Python environment,
and shapely, which cuts the disputed areas out (`scripts/disputed_areas.py`).
"""

import json
import logging
import math
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shapely import MultiPolygon, from_wkb, union_all  # noqa: E402

from registry.seeding.boundaries import shapes_by_id  # noqa: E402
from scripts.disputed_areas import WorldMap, disputed_areas  # noqa: E402
from scripts.territories import DISPUTED, MIN_RING, Point, absolute, identified, parts, ring_length  # noqa: E402

PACKAGE, VERSION = "world-atlas", "2.0.2"
SOURCE = f"Natural Earth, de facto view (npm {PACKAGE} {VERSION})"
#: The package is made from Natural Earth 4.1.0 (its README), which is of 2018.
DATE = "2018"
#: Borders between countries decide where a deposit lies; coasts are most of the points.
BORDER_TOLERANCE_KM, COAST_TOLERANCE_KM = 0.5, 1.5
LARGEST_CIRCLE_KM = 50.0
KM_PER_DEGREE = 111.32
TARGET = ROOT / "fixtures" / "boundaries.topojson"
COUNTRIES = ROOT / "fixtures" / "reference" / "countries.yaml"


def fetch() -> dict[str, Any]:
    """Fetch the pinned package and read the countries of 1:10m from it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            file = archive.extractfile("package/countries-10m.json")
            assert file is not None
            return cast(dict[str, Any], json.load(file))


def m49_codes() -> set[str]:
    """List the M49 codes of the registry's countries."""
    import yaml

    return {card["m49"] for card in yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))["countries"]}


def steps(points: list[Point]) -> list[list[int]]:
    """Turn points into steps again."""
    return [list(points[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(points))]


def marks(points: list[Point], transform: dict[str, list[float]], tolerance_km: float) -> set[int]:
    """Mark the points that lie beyond the tolerance of the line (Douglas-Peucker), in kilometres at the arc's latitude."""
    if len(points) < 3:
        return set(range(len(points)))
    (kx, ky), (_, dy) = transform["scale"], transform["translate"]
    middle = math.radians(sum(y for _, y in points) / len(points) * ky + dy)
    fx, fy = kx * KM_PER_DEGREE * max(math.cos(middle), 0.01), ky * KM_PER_DEGREE
    line = [(x * fx, y * fy) for x, y in points]
    last = len(line) - 1
    keep = {0, last}
    if points[0] == points[-1]:
        far = max(range(last), key=lambda i: math.dist(line[0], line[i]))
        third = max(range(last), key=lambda i: _distance(line[i], line[0], line[far]))
        keep |= {far, third}
    ends = sorted(keep)
    todo = list(pairwise(ends))
    while todo:
        first, end = todo.pop()
        if end - first < 2:
            continue
        far = max(range(first + 1, end), key=lambda i: _distance(line[i], line[first], line[end]))
        if _distance(line[far], line[first], line[end]) > tolerance_km:
            keep.add(far)
            todo += [(first, far), (far, end)]
    return keep


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Give the distance of a point from a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
    return math.dist(p, (a[0] + t * dx, a[1] + t * dy))


def arcs_of(geometry: dict[str, Any]) -> set[int]:
    """List the arcs of a geometry, whichever way they run."""
    return {a if a >= 0 else ~a for polygon in parts(geometry) for ring in polygon for a in ring}


def generalise(topology: dict[str, Any], geometries: list[dict[str, Any]]) -> dict[int, list[Point]]:
    """Generalise every arc that is used, less around the places where a shape would then cross itself."""
    transform = topology["transform"]
    original = {n: absolute(topology["arcs"][n]) for g in geometries for n in arcs_of(g)}
    used = Counter(n for g in geometries for n in arcs_of(g))
    tolerance = {n: BORDER_TOLERANCE_KM if used[n] > 1 else COAST_TOLERANCE_KM for n in original}
    kept = {n: marks(points, transform, tolerance[n]) for n, points in original.items()}
    lengths = {n: len(marked) for n, marked in kept.items()}
    for ring in (ring for g in geometries for polygon in parts(g) for ring in polygon):
        if ring_length(ring, lengths) < MIN_RING:
            kept |= {n: set(range(len(original[n]))) for n in (a if a >= 0 else ~a for a in ring)}
    for geometry in geometries:
        _uncross(geometry, original, kept, transform)
    return {n: [original[n][i] for i in sorted(marked)] for n, marked in kept.items()}


def _uncross(
    geometry: dict[str, Any], original: dict[int, list[Point]], kept: dict[int, set[int]], transform: dict[str, list[float]]
) -> None:
    """Give a shape its points back around each place where it crosses itself, in ever wider circles."""
    radius_km: dict[tuple[float, float], float] = {}
    while at := crossing(geometry, {n: [original[n][i] for i in sorted(kept[n])] for n in arcs_of(geometry)}, transform):
        place = (round(at[0], 1), round(at[1], 1))
        radius_km[place] = radius_km.get(place, 1.5) * 2
        if radius_km[place] > LARGEST_CIRCLE_KM:
            return  # The package's own shape crosses itself here; the reader repairs it.
        (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
        fx, fy = KM_PER_DEGREE * math.cos(math.radians(at[1])), KM_PER_DEGREE
        for n in arcs_of(geometry):
            kept[n] |= {
                i
                for i, (x, y) in enumerate(original[n])
                if math.hypot((x * kx + dx - at[0]) * fx, (y * ky + dy - at[1]) * fy) < radius_km[place]
            }


def crossing(
    geometry: dict[str, Any], arcs: dict[int, list[Point]], transform: dict[str, list[float]]
) -> tuple[float, float] | None:
    """Give the first place at which a shape, drawn with the given arcs, crosses itself."""
    number = {old: new for new, old in enumerate(sorted(arcs))}
    shapes = shapes_by_id(
        {
            "transform": transform,
            "arcs": [steps(arcs[old]) for old in sorted(arcs)],
            "objects": {"one": {"geometries": [{**geometry, "arcs": renumbered(geometry["arcs"], number)}]}},
        },
        repair=False,
    )
    found = re.search(r"\[(\S+) (\S+)\]", shapes[geometry["id"]].valid_reason)
    return (float(found[1]), float(found[2])) if found else None


def renumbered(value: Any, number: dict[int, int]) -> Any:
    """Give nested lists of arc numbers, counted again."""
    if isinstance(value, list):
        return [renumbered(v, number) for v in value]
    return number[value] if value >= 0 else ~number[~value]


def _united(
    shapes: list[dict[str, Any]], transform: dict[str, list[float]], arcs: list[list[list[int]]]
) -> list[dict[str, Any]]:
    """Make one shape of those of one country; where they touch, what was a border between them goes."""
    by_id: dict[str, list[dict[str, Any]]] = {}
    for shape in shapes:
        by_id.setdefault(shape["id"], []).append(shape)
    found = []
    for code, pieces in by_id.items():
        whole = {**pieces[0], "arcs": [polygon for part in pieces for polygon in part["arcs"]]}
        if len(pieces) > 1:
            alone = [_decoded({**part, "id": code}, transform, arcs) for part in pieces]
            if any(one.intersects(other) for one, other in combinations(alone, 2)):
                whole["arcs"] = quantized(_multi(union_all(alone)), transform, arcs)
        found.append(whole)
    return found


def _decoded(shape: dict[str, Any], transform: dict[str, list[float]], arcs: list[list[list[int]]]) -> Any:
    decoded = shapes_by_id({"transform": transform, "arcs": arcs, "objects": {"one": {"geometries": [shape]}}})
    return from_wkb(bytes(decoded[shape["id"]].wkb))


def _multi(shape: Any) -> Any:
    return shape if hasattr(shape, "geoms") else MultiPolygon([shape])


def quantized(area: Any, transform: dict[str, list[float]], arcs: list[list[list[int]]]) -> list[list[list[int]]]:
    """Add the rings of a shape as arcs of their own, on the grid of the topology, and return their numbers."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    polygons = []
    for polygon in area.geoms:
        rings = []
        for ring in (polygon.exterior, *polygon.interiors):
            points = [(round((x - dx) / kx), round((y - dy) / ky)) for x, y in ring.coords]
            points = [point for n, point in enumerate(points) if not n or point != points[n - 1]]
            if len(points) >= MIN_RING:
                rings.append([len(arcs)])
                arcs.append(steps(points))
        if rings:
            polygons.append(rings)
    return polygons


def main() -> None:
    """Write the file, and say what is in it and what is not."""
    logging.getLogger("django.contrib.gis").setLevel(logging.CRITICAL)
    topology = fetch()
    ours = m49_codes()
    geometries = [g for g in identified(topology) if g["id"] in ours or g["id"] in DISPUTED.values()]
    ids = {g["properties"]["name"] for g in geometries}
    left_out = sorted(
        name for g in topology["objects"]["countries"]["geometries"] if (name := g["properties"]["name"]) not in ids
    )
    generalised = generalise(topology, geometries)
    number = {old: new for new, old in enumerate(sorted(generalised))}
    arcs = [steps(generalised[old]) for old in sorted(generalised)]
    drawn = [{**g, "arcs": renumbered(g["arcs"], number)} for g in geometries]
    objects: dict[str, list[dict[str, Any]]] = {
        "countries": _united([g for g in drawn if g["id"] in ours], topology["transform"], arcs),
        "disputed_areas": [{**g, "properties": {}} for g in drawn if g["id"] not in ours],
    }
    written = {
        "type": "Topology",
        "source": SOURCE,
        "date": DATE,
        "note": "Shapes of 1:10m, generalised by scripts/boundaries.py to "
        f"{BORDER_TOLERANCE_KM:g} km at borders and {COAST_TOLERANCE_KM:g} km at coasts; id = UN M49, or the slug of a"
        " disputed area.",
        "left_out": left_out,
        "without_shape": sorted(ours - {g["id"] for g in geometries}),
        "bbox": topology["bbox"],
        "transform": topology["transform"],
        "objects": {name: {"type": "GeometryCollection", "geometries": listed} for name, listed in objects.items()},
        "arcs": arcs,
    }
    countries = {code: from_wkb(bytes(shape.wkb)) for code, shape in shapes_by_id(written).items()}
    for slug, area in disputed_areas(countries, WorldMap()).items():
        cut = {"type": "MultiPolygon", "id": slug, "properties": {}, "arcs": quantized(area, topology["transform"], arcs)}
        objects["disputed_areas"].append(cut)
    TARGET.write_text(json.dumps(written, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    points = sum(len(arc) for arc in arcs)
    print(f"{TARGET.relative_to(ROOT)}: {len(geometries)} shapes, {points:,} points, {TARGET.stat().st_size:,} bytes")
    print(f"left out, since they have no ISO 3166 code: {', '.join(left_out)}")
    print(f"countries without a shape: {', '.join(written['without_shape'])}")


if __name__ == "__main__":
    main()
