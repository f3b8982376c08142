"""Coordinates that were written in another datum than WGS 84 without saying so: all rows are off in one direction.

A datum shifts places by 30 to 300 m. No row alone shows it; rows about places that the registry has from elsewhere do, if the
distances to them vanish when the coordinates are read in that datum.
"""

import math
from collections.abc import Sequence
from statistics import median

from imports.plan.steps import Work
from registry.geo.systems import known_system

RULE = "datum-shifted"
#: Datums of maps before GPS, by the number that EPSG gives to their longitudes and latitudes.
_DATUMS = (
    *(4284, 4200, 4267, 4230, 4202, 4203, 4222, 4209, 4210, 4201),
    *(4301, 4214, 4610, 4240, 4618, 4248, 4225, 4277, 4314, 4272),
)
#: So many places must show it, in metres from and to which a datum shifts.
_AT_LEAST, _FROM_M, _TO_M, _MOST = 5, 25, 1_000, 2_000
#: Share of the distance that may remain.
_REST = 0.4
_DEGREE_M = 111_320.0

_Pair = tuple[int, int, float, float, float, float]


def find_datum(work: Work) -> None:
    """Report the datum in which the coordinates seem to be written, as an offer for all rows of the file."""
    if work.table.located_by != "location" or work.edits:
        return
    pairs: list[_Pair] = work.ask(
        """
        SELECT * FROM (
            SELECT i.row_id, i.line, ST_X(i.import_point), ST_Y(i.import_point), ST_X(d.location), ST_Y(d.location)
            FROM import_incoming i JOIN registry_importrow r ON r.id = i.row_id
            JOIN (SELECT row_id, record_id FROM import_matched WHERE last_row IS NULL
                UNION SELECT p.row_id, s.id FROM registry_importproblem p JOIN {table} s ON s.slug = p.value
                WHERE p.run_id = {run} AND p.rule = 'probable-match') m ON m.row_id = i.row_id
            JOIN {table} d ON d.id = m.record_id
            WHERE i.import_point IS NOT NULL AND d.location IS NOT NULL AND r.mapped->>'source_srid' IS NULL
                AND ST_DWithin(geography(i.import_point), geography(d.location), {most_m})) p
        ORDER BY 2 LIMIT {most}
        """,
        most_m=_TO_M,
        most=_MOST,
    )
    before = _distance(pairs, [p[2] for p in pairs], [p[3] for p in pairs]) if len(pairs) >= _AT_LEAST else 0
    if before < _FROM_M:
        return
    after, srid = min((_read_as(pairs, srid), srid) for srid in _DATUMS)
    system = known_system(srid)
    if after > _REST * before or system is None:
        return
    work.problem(
        """
        SELECT {row}::bigint, {line}::bigint, {rule}, 'location', '', {message}, {fix}, false
        """,
        row=pairs[0][0],
        line=pairs[0][1],
        rule=RULE,
        message=f"{len(pairs)} places of the file are about {before:.0f} m from where the registry has them, in one direction.",
        fix=f"Read as {system.name} (EPSG:{srid}) they are {after:.0f} m from there: read all coordinates of the file so.",
    )
    work.do(
        "UPDATE registry_importproblem SET offer = jsonb_build_object('srid', {srid}::int)"
        " WHERE run_id = {run} AND rule = {rule}",
        srid=srid,
        rule=RULE,
    )


def _read_as(pairs: Sequence[_Pair], srid: int) -> float:
    """Return how far the places are from those of the registry if they are read in a datum; infinite where it is not in use."""
    system = known_system(srid)
    if system is None or not all(system.holds(p[2], p[3]) for p in pairs):
        return math.inf
    return _distance(pairs, *system.to_wgs84([p[2] for p in pairs], [p[3] for p in pairs]))


def _distance(pairs: Sequence[_Pair], xs: Sequence[float], ys: Sequence[float]) -> float:
    return median(
        math.hypot((p[4] - x) * math.cos(math.radians(y)), p[5] - y) * _DEGREE_M for p, x, y in zip(pairs, xs, ys, strict=True)
    )


def read_in_datum(work: Work, srid: int) -> None:
    """Convert the places of all rows of the file from a datum to WGS 84."""
    system = known_system(srid)
    rows = work.ask("""
        SELECT id, (mapped->'location'->>0)::float8, (mapped->'location'->>1)::float8 FROM registry_importrow
        WHERE run_id = {run} AND jsonb_typeof(mapped->'location') = 'array' AND mapped->>'source_srid' IS NULL
    """)
    if system is None or not rows:
        return
    xs, ys = system.to_wgs84([x for _, x, _ in rows], [y for _, _, y in rows])
    work.do(
        """
        UPDATE registry_importrow t SET mapped = t.mapped || jsonb_build_object('source_srid', {srid}::int, 'location',
            jsonb_build_array(round(m.x::numeric, 9), round(m.y::numeric, 9)))
        FROM unnest({ids}::bigint[], {xs}::float8[], {ys}::float8[]) AS m(id, x, y) WHERE t.id = m.id
        """,
        srid=srid,
        ids=[key for key, _, _ in rows],
        xs=list(xs),
        ys=list(ys),
    )
