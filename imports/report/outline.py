"""A small map of the world as one path, and the points of a run on it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imports.columns import mapped, point_of
from imports.plan.steps import Work
from registry.sql import identifier

_WORLD = Path(__file__).resolve().parents[2] / "registry" / "static" / "registry" / "map" / "world.json"
#: Degrees: shapes smaller than this are left out, corners closer together are one.
_SMALL, _STEP = 1.2, 0.5
_DOUBTFUL_AT_MOST = 2_000


@dataclass(frozen=True)
class Dot:
    """A point on the map, in the map's units: degrees from the upper left corner."""

    x: float
    y: float
    kind: str
    title: str = ""


@cache
def world_path() -> str:
    """Draw the land of the committed map, coarsely: longitude to the right, latitude upwards, a unit a degree."""
    rings = []
    for country in json.loads(_WORLD.read_text(encoding="utf-8"))["features"]:
        for polygon in country["geometry"]["coordinates"]:
            drawn: list[tuple[float, float]] = []
            for longitude, latitude in polygon[0]:
                point = (round(longitude + 180, 1), round(90 - latitude, 1))
                if not drawn or max(abs(point[0] - drawn[-1][0]), abs(point[1] - drawn[-1][1])) >= _STEP:
                    drawn.append(point)
            width = max(x for x, _ in drawn) - min(x for x, _ in drawn)
            height = max(y for _, y in drawn) - min(y for _, y in drawn)
            if len(drawn) > 3 and max(width, height) >= _SMALL:
                rings.append("M" + "L".join(f"{x:g} {y:g}" for x, y in drawn) + "Z")
    return "".join(rings)


def dots(work: Work) -> list[Dot]:
    """Return the points of a run: the sound ones by cells of a degree, the doubtful and the refused one by one."""
    if not work.table.located_by:
        return []
    outline = "area" if work.table.located_by == "area" else "footprint"
    sound = work.ask(
        """
        SELECT DISTINCT round(ST_X(p)::numeric), round(ST_Y(p)::numeric) FROM (
            SELECT COALESCE(import_point, ST_PointOnSurface({outline})) AS p FROM import_incoming) i
        WHERE ST_X(p) BETWEEN -180 AND 180 AND ST_Y(p) BETWEEN -90 AND 90
        """,
        outline=identifier(outline),
    )
    # In the order of painting: what needs a look lies on top.
    odd = work.ask(
        """
        SELECT DISTINCT ON (p.row_id) ST_X(place), ST_Y(place), CASE WHEN p.is_error THEN 'refused'
                WHEN p.rule = 'probable-match' THEN 'match' ELSE 'doubtful' END,
            'row ' || p.line || ': ' || COALESCE(r.mapped->>'name', r.mapped->>'number', r.value)
        FROM registry_importproblem p JOIN registry_importrow r ON r.id = p.row_id
        CROSS JOIN LATERAL (SELECT COALESCE({point}, ST_PointOnSurface((r.mapped->>{outline})::geometry)) AS place) g
        WHERE p.run_id = {run} AND place IS NOT NULL
            AND (p.is_error OR p.rule IN ('swapped', 'sign-lost', 'digit-lost', 'outside-country', 'probable-match'))
        ORDER BY p.row_id, p.is_error DESC, p.rule = 'probable-match' LIMIT {most}
        """,
        most=_DOUBTFUL_AT_MOST,
        point=point_of("location", mapped("r")),
        outline=outline,
    )
    found = [Dot(float(x) + 180, 90 - float(y), "sound") for x, y in sound]
    for x, y, kind, words in odd:
        if -180 <= x <= 180 and -90 <= y <= 90:
            found.append(Dot(round(x + 180, 2), round(90 - y, 2), kind, words))
    return found
