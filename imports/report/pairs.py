"""Rows and the records that they may be, on a map: each pair joined by a line."""

import math
from dataclasses import dataclass

from imports.columns import mapped, point_of
from imports.plan.steps import Work
from registry.sql import identifier, sql

#: Pairs that an interactive map shows.
MOST = 500
#: Size of the picture of one pair, and the margin around it, in its own units.
WIDTH, HEIGHT, _MARGIN = 240, 120, 34
_DEGREE_KM = 111.32
#: A pair that lies nearer together is drawn as if it were so many kilometres apart.
_LEAST_KM = 0.2

Point = tuple[float, float]


@dataclass(frozen=True)
class Pair:
    """A row of the file and the record that it may be, with both places in degrees."""

    #: Key of the problem that reports it.
    key: int
    line: int
    name: str
    slug: str
    label: str
    row: Point
    record: Point

    @property
    def km(self) -> float:
        """Return how far apart they lie."""
        x, y = self._east_km, self._north_km
        return math.hypot(x, y)

    @property
    def _east_km(self) -> float:
        east = (self.record[0] - self.row[0] + 180) % 360 - 180
        return east * math.cos(math.radians((self.record[1] + self.row[1]) / 2)) * _DEGREE_KM

    @property
    def _north_km(self) -> float:
        return (self.record[1] - self.row[1]) * _DEGREE_KM

    @property
    def _unit(self) -> float:
        """Return units of the picture in one kilometre."""
        wide, high = max(abs(self._east_km), _LEAST_KM), max(abs(self._north_km), _LEAST_KM)
        return min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)

    @property
    def drawn(self) -> tuple[Point, Point]:
        """Return row and record in the units of the picture, around its middle."""
        x, y = self._east_km * self._unit / 2, self._north_km * self._unit / 2
        across, down = WIDTH / 2, HEIGHT / 2
        return (round(across - x, 1), round(down + y, 1)), (round(across + x, 1), round(down - y, 1))

    @property
    def bar(self) -> tuple[float, str]:
        """Return a scale bar: where it ends if it begins at 10, and its length in words."""
        longest = 70 / self._unit
        power = 10 ** math.floor(math.log10(longest))
        km = next(step * power for step in (5, 2, 1) if step * power <= longest)
        return round(10 + km * self._unit, 1), f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"


def pairs_of(work: Work, most: int = MOST) -> list[Pair]:
    """List the probable matches of a run of which both places are known."""
    if not work.table.located_by:
        return []
    outline = "area" if work.table.located_by == "area" else "footprint"
    record = (
        sql("ST_PointOnSurface(d.area)") if outline == "area" else sql("COALESCE(d.location, ST_PointOnSurface(d.footprint))")
    )
    rows = work.ask(
        """
        SELECT p.id, p.line, COALESCE(r.mapped->>'name', r.mapped->>'number', r.value), d.slug, COALESCE({label}, d.slug),
            ST_X(here), ST_Y(here), ST_X(there), ST_Y(there)
        FROM registry_importproblem p JOIN registry_importrow r ON r.id = p.row_id JOIN {table} d ON d.slug = p.value
        CROSS JOIN LATERAL (SELECT COALESCE({point}, ST_PointOnSurface((r.mapped->>{outline})::geometry)) AS here,
            {record} AS there) g
        WHERE p.run_id = {run} AND p.rule = 'probable-match' AND here IS NOT NULL AND there IS NOT NULL
        ORDER BY p.line, p.id LIMIT {most}
        """,
        label=identifier("d", work.table.label) if work.table.label else sql("NULL"),
        point=point_of("location", mapped("r")),
        outline=outline,
        record=record,
        most=most,
    )
    return [Pair(key, line, name, slug, label, (x, y), (to_x, to_y)) for key, line, name, slug, label, x, y, to_x, to_y in rows]
