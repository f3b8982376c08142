"""Make the base map of the pages: the world's countries, their borders and their labels, small enough for a web page.

Run: python scripts/basemap.py. Needs npm, which fetches the package from wherever it is set to, and the registry's own
Python environment. The shapes are Natural Earth's of 1:50m, drawn from the same package as `fixtures/boundaries.topojson`
(1:10m). The fixture has only countries of ISO 3166; a map also needs the rest (Kosovo, Somaliland, …), or it shows sea there.
"""

import json
import logging
import math
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from django.contrib.gis.geos import LineString, MultiPolygon  # noqa: E402
from django.contrib.gis.geos import Point as GeosPoint  # noqa: E402

from registry.seeding.boundaries import shapes_by_id  # noqa: E402
from scripts.boundaries import PACKAGE, VERSION, arcs_of, steps  # noqa: E402
from scripts.territories import absolute, parts, without_degenerate_rings  # noqa: E402

TARGET = ROOT / "registry" / "static" / "registry" / "map"
COUNTRIES = ROOT / "fixtures" / "reference" / "countries.yaml"
#: How far a line may move, in degrees: two pixels at zoom 5; twice as far where the lines of the globe draw together.
TOLERANCE, POLAR_LATITUDE = 0.055, 60
#: The registry began with Central Asia; its borders are drawn finer.
FINER = {"398", "417", "762", "795", "860"}
FINER_TOLERANCE = 0.012
#: Smaller islands, in square degrees (one is 12,000 km² at the equator), are left out of countries that have a larger part.
SMALLEST_ISLAND = 0.08
#: Positions are whole hundredths of a degree.
GRID = 100
#: A name of more letters gives way to a shorter one.
LONGEST_NAME = 14
#: Languages of the pages besides English; a label in them has the same place and zoom.
LANGUAGES = ("ru",)
#: Width of a letter of a label, and of a tile, in pixels.
LETTER_PX, TILE_PX = 7.0, 512

Points = list[tuple[int, int]]


def fetch() -> dict[str, Any]:
    """Fetch the pinned package and read the countries of 1:50m from it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            file = archive.extractfile("package/countries-50m.json")
            assert file is not None
            return cast(dict[str, Any], json.load(file))


def cards(topology: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Give ISO code and a name short enough for a map of each country by its M49 code."""
    import yaml

    theirs = {g.get("id"): g["properties"]["name"] for g in topology["objects"]["countries"]["geometries"]}
    found = {}
    for card in yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))["countries"]:
        names = [card["name"], *(n["text"] for n in card["names"] if n["language"] == "en"), theirs.get(card["m49"], "")]
        short = [n for n in names if len("USA") < len(n) and not set(n) & set(".(,")]
        fits = len(card["name"]) <= LONGEST_NAME and card["name"] in short
        found[card["m49"]] = card["slug"], card["name"] if fits else min(short, key=len, default=card["name"])
    return found


def translated() -> dict[str, dict[str, str]]:
    """Give the shortest name of each country in the other languages of the pages, by its M49 code."""
    import yaml

    found: dict[str, dict[str, str]] = {}
    for card in yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))["countries"]:
        for language in LANGUAGES:
            names = [n["text"] for n in card["names"] if n["language"] == language]
            if whole := [name for name in names if not set(name) & set(".(,")] or names:
                found.setdefault(card["m49"], {})[language] = min(whole, key=len)
    return found


def thinned(arc: list[list[int]], transform: dict[str, list[float]], tolerance: float) -> Points:
    """Leave out the points of an arc that a map of the world does not show, and bring the others onto the grid."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    line: Any = LineString([(x * kx + dx, y * ky + dy) for x, y in absolute(arc)])
    polar = min(abs(y) for _, y in line.coords) > POLAR_LATITUDE
    points: Points = []
    for x, y in line.simplify(tolerance * (2 if polar else 1)).coords:
        point = round(x * GRID), round(y * GRID)
        if not points or point != points[-1]:
            points.append(point)
    return points


def area(ring: list[int], arcs: dict[int, Points]) -> float:
    """Give the area of a ring in square degrees."""
    points = [point for n in ring for point in (arcs[n] if n >= 0 else arcs[~n][::-1])]
    return abs(sum(a * d - b * c for (a, b), (c, d) in zip(points, points[1:] + points[:1], strict=True))) / 2 / GRID**2


def generalise(topology: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[int, Points]]:
    """Thin out the arcs, and leave out small islands; but of every country the largest part stays, however small it is."""
    transform, geometries = topology["transform"], topology["objects"]["countries"]["geometries"]
    finer = {n for g in geometries if g["id"] in FINER for n in arcs_of(g)}
    coast = {n for n, ids in owners(geometries).items() if len(ids) == 1}
    fine = {n: thinned(arc, transform, 0) for n, arc in enumerate(topology["arcs"])}
    arcs = {n: thinned(arc, transform, FINER_TOLERANCE if n in finer else TOLERANCE) for n, arc in enumerate(topology["arcs"])}
    kept = []
    for geometry in geometries:
        islands = sorted(parts(geometry), key=lambda polygon: -area(polygon[0], fine))
        for polygon in islands:
            # An exclave is no island: without it, there would be a hole in its neighbour.
            needed = polygon is islands[0] or not {n if n >= 0 else ~n for n in polygon[0]} <= coast
            if needed and area(polygon[0], arcs) < SMALLEST_ISLAND:
                arcs |= {n: fine[n] for n in (n if n >= 0 else ~n for n in polygon[0])}
            if needed or area(polygon[0], arcs) > SMALLEST_ISLAND:
                kept.append({**geometry, "type": "Polygon", "arcs": polygon})
    lengths = {n: len(points) for n, points in arcs.items()}
    return [g for g in (without_degenerate_rings(g, lengths) for g in kept) if g["arcs"]], arcs


def drawn(geometries: list[dict[str, Any]], arcs: dict[int, Points]) -> dict[str, MultiPolygon]:
    """Join the arcs to shapes by id, cut at the 180th meridian."""
    grid = {"scale": [1 / GRID, 1 / GRID], "translate": [0, 0]}
    steps_of = [steps(arcs[n]) for n in range(len(arcs))]
    return shapes_by_id({"transform": grid, "arcs": steps_of, "objects": {"countries": {"geometries": geometries}}})


def owners(geometries: list[dict[str, Any]]) -> dict[int, set[str]]:
    """Say which shapes each arc belongs to."""
    found: dict[int, set[str]] = defaultdict(set)
    for geometry in geometries:
        for n in arcs_of(geometry):
            found[n].add(geometry["id"])
    return found


def borders(geometries: list[dict[str, Any]], arcs: dict[int, Points]) -> dict[str, list[Points]]:
    """Give the lines that two shapes share; one beside a shape without an ISO code is `disputed`. Coasts are no borders."""
    lines: dict[str, list[Points]] = {"border": [], "disputed": []}
    for n, ids in owners(geometries).items():
        if len(ids) > 1:
            lines["border" if all(i.isdigit() for i in ids) else "disputed"] += split(arcs[n])
    return lines


def split(points: Points) -> Iterator[Points]:
    """Cut a line where it leaps over the 180th meridian, lest it be drawn across the whole map."""
    part = points[:1]
    for before, point in pairwise(points):
        if abs(point[0] - before[0]) > 180 * GRID:
            yield from [part] if len(part) > 1 else []
            part = []
        part.append(point)
    yield from [part] if len(part) > 1 else []


def degrees(point: tuple[int, int]) -> list[float]:
    """Give a position of the grid in degrees; whole ones without their “.0”, which is a twentieth of the file."""
    return [n // GRID if n % GRID == 0 else n / GRID for n in point]


def rounded(shape: Any) -> list[list[list[list[float]]]]:
    """Give the coordinates of a shape; outer rings run against the clock (RFC 7946)."""
    polygons = []
    for polygon in shape:
        rings = []
        for number, ring in enumerate(polygon):
            points = [degrees((round(x * GRID), round(y * GRID))) for x, y in ring.coords]
            rings.append(points if ring.is_counterclockwise == (number == 0) else points[::-1])
        polygons.append(rings)
    return polygons


def label(shape: MultiPolygon, name: str, others: dict[str, str]) -> dict[str, Any]:
    """Place a label where the largest part is widest, and say from which zoom on it fits; `others` are its translations."""
    largest = max(shape, key=lambda polygon: polygon.area)
    west, south, east, north = largest.extent
    best, at = -1.0, largest.point_on_surface
    for row in range(1, 24):
        for column in range(1, 24):
            point = GeosPoint(west + (east - west) * column / 24, south + (north - south) * row / 24, srid=4326)
            if not largest.contains(point):
                continue
            # Letters run from west to east, so room on either side counts for more than room above and below.
            level: Any = LineString((west - 1, point.y), (east + 1, point.y), srid=4326).intersection(largest)
            chord = next((c for c in ([level] if level.geom_type == "LineString" else level) if c.distance(point) < 1e-6), None)
            if chord is None:
                continue
            x0, _, x1, _ = chord.extent
            room = min(point.x - x0, x1 - point.x, 4 * largest.boundary.distance(point))
            if room > best:
                best, at = room, point
    room = max(best, (east - west) / 4)
    zoom = math.log2(len(name) * LETTER_PX * 360 / (TILE_PX * 2 * room * 1.15))
    properties = {"name": name, **others, "zoom": round(max(1.0, min(7.0, zoom)), 1)}
    return feature({"type": "Point", "coordinates": [round(at.x, 2), round(at.y, 2)]}, properties)


def feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Give a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(name: str, features: list[dict[str, Any]]) -> None:
    """Write a feature collection, one feature to a line."""
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in features)
    path = TARGET / name
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(features)} features, {path.stat().st_size:,} bytes")


def main() -> None:
    """Write the three files, and say what is in them."""
    logging.getLogger("django.contrib.gis").setLevel(logging.CRITICAL)
    topology = fetch()
    known = cards(topology)
    for geometry in topology["objects"]["countries"]["geometries"]:
        # What Natural Earth draws apart, but ISO 3166 does not list, goes by its name.
        geometry.setdefault("id", geometry["properties"]["name"])
    geometries, arcs = generalise(topology)
    shapes = dict(sorted(drawn(geometries, arcs).items()))
    countries = {code: known.get(code, (None, code)) for code in shapes}
    write(
        "world.json",
        [
            feature(
                {"type": "MultiPolygon", "coordinates": rounded(shape)},
                dict(zip(("iso2", "name"), countries[code], strict=True)),
            )
            for code, shape in shapes.items()
        ],
    )
    lines = borders(geometries, arcs)
    write(
        "borders.json",
        [
            feature({"type": "MultiLineString", "coordinates": [[degrees(p) for p in line] for line in found]}, {"kind": kind})
            for kind, found in lines.items()
        ],
    )
    others = translated()
    named = [label(shape, countries[code][1], others.get(code, {})) for code, shape in shapes.items() if code != "010"]
    write("labels.json", sorted(named, key=lambda one: one["properties"]["zoom"]))
    print(f"without an ISO code: {', '.join(name for iso2, name in countries.values() if iso2 is None)}")
    print(f"without a shape of their own: {', '.join(sorted(name for code, (_, name) in known.items() if code not in shapes))}")


if __name__ == "__main__":
    main()
