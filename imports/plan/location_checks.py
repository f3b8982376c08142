"""Compares locations with the shape of the stated country: those outside it, with the likely fix.

A place outside its stated country is a warning: borders are disputed, and coasts are drawn coarsely. The country is kept.
In a disputed area, a country that is a party to the dispute is no surprise.
"""

import json
from typing import LiteralString

from imports.plan.steps import Work
from registry.sql import Sql, identifier, joined, sql

#: Metres by which a place may miss the shape of its country unremarked: shapes are generalised to 1.5 km at coasts.
TOLERANCE_M = 2_000
#: Fixes are tried for so many rows at most, those by lost digits (there are many of them) for fewer.
_FIXES_FOR, _DIGITS_FOR = 20_000, 2_000
#: Kilometres off from which a fix is looked for: what misses its country by less is a matter of borders and coasts.
_FIXES_FROM_KM, _DIGITS_FROM_KM = 20, 100

#: In the order of likelihood: the rule, what may have happened, and the longitude and latitude that would have been meant, each
#: as so many times the longitude and so many times the latitude of the file.
_FIXES = (
    ("swapped", "Latitude and longitude look swapped", (0, 1), (1, 0)),
    ("sign-lost", "The longitude may have lost its sign", (-1, 0), (0, 1)),
    ("sign-lost", "The latitude may have lost its sign", (1, 0), (0, -1)),
    ("sign-lost", "Both may have lost their sign", (-1, 0), (0, -1)),
    ("swapped", "Latitude and longitude look swapped, and one has lost its sign", (0, 1), (-1, 0)),
    ("swapped", "Latitude and longitude look swapped, and one has lost its sign", (0, -1), (1, 0)),
    ("swapped", "Latitude and longitude look swapped, without their signs", (0, -1), (-1, 0)),
)
#: A figure below ten may have lost a ten, a longitude below a hundred its hundred.
_DIGITS = """
    SELECT f.x AS x, f.y + sign(f.y) * 10 * d AS y FROM generate_series(1, 8) d WHERE abs(f.y) < 10
    UNION SELECT f.x + sign(f.x) * 10 * d, f.y FROM generate_series(1, 17) d WHERE abs(f.x) < 10
    UNION SELECT f.x + sign(f.x) * 100, f.y WHERE abs(f.x) BETWEEN 10 AND 80
"""


def doubt(work: Work) -> None:
    """Record as warnings the places that do not lie in their stated country, with the likely fix."""
    if not work.table.located_by or "country" not in work.table.columns:
        return
    work.do(
        """
        CREATE TEMP TABLE import_doubt ON COMMIT DROP AS
        SELECT i.row_id, i.line, i.country_id, place, ST_X(p.centre) AS x, ST_Y(p.centre) AS y
        FROM import_incoming i
        CROSS JOIN LATERAL (SELECT COALESCE({outline}, i.import_point) AS place) g
        CROSS JOIN LATERAL (SELECT CASE WHEN GeometryType(place) = 'POINT' THEN place
            ELSE ST_PointOnSurface(place) END AS centre) p
        WHERE place IS NOT NULL AND EXISTS (SELECT FROM registry_countrypiece c WHERE c.country_id = i.country_id)
            AND NOT EXISTS (SELECT FROM registry_countrypiece c WHERE c.country_id = i.country_id
                AND c.shape && place AND ST_Intersects(c.shape, place))
            AND NOT (ST_X(p.centre) BETWEEN -180 AND 180 AND ST_Y(p.centre) BETWEEN -90 AND 90 AND EXISTS (
                SELECT FROM registry_countrypiece c WHERE c.country_id = i.country_id
                AND c.shape && ST_Expand(place, 0.02 / GREATEST(0.05, cos(radians(ST_Y(p.centre)))), 0.02)
                AND ST_DWithin(geography(c.shape), geography(place), {tolerance})))
            AND NOT EXISTS (SELECT FROM registry_disputedareaparty p
                WHERE p.country_id = i.country_id AND p.area_id = ANY (registry_disputed_at(place)))
        """,
        outline=identifier("i", "area" if work.table.located_by == "area" else "footprint"),
        tolerance=TOLERANCE_M,
    )
    work.analyze("doubt")
    _warn(work)
    work.do("DROP TABLE import_doubt")


def _at_home(row: str) -> Sql:
    """Return the condition that the place of a row lies in the stated country."""
    return sql(
        "EXISTS (SELECT FROM registry_countrypiece c WHERE c.country_id = f.country_id AND c.shape && {point}"
        " AND ST_Intersects(c.shape, {point}))",
        point=sql("ST_Point({row}.x, {row}.y, 4326)", row=identifier(row)),
    )


def _printed(row: str) -> Sql:
    """Write the place of a row as people do: latitude first."""
    figures = "round(({row}.y)::numeric, 5)::float8 || ', ' || round(({row}.x)::numeric, 5)::float8"
    return sql(figures, row=identifier(row))


def _fixes() -> Sql:
    """Return the rows of the possible fixes over the place `f`, in the order of likelihood."""
    rows = (
        sql(
            "({number}, {rule}, {words}, {a} * f.x + {b} * f.y, {d} * f.x + {e} * f.y, {affine}::jsonb)",
            number=number,
            rule=rule,
            words=words,
            a=a,
            b=b,
            d=d,
            e=e,
            affine=json.dumps([a, b, d, e, 0, 0]),
        )
        for number, (rule, words, (a, b), (d, e)) in enumerate(_FIXES)
    )
    return joined(", ", rows)


#: Where each place lies, how far off, and what would fix it.
_WARNINGS: LiteralString = """
    SELECT f.row_id, f.line, COALESCE(fix.rule, CASE WHEN digits.tried <> '' THEN 'digit-lost' END, 'outside-country'),
        {column}, {printed},
        n.name || ' is stated, and the place lies ' || CASE WHEN NOT ({on_earth}) THEN 'nowhere on Earth'
            WHEN there.name IS NOT NULL THEN 'in ' || there.name ELSE 'in no country of the registry' END
            || COALESCE(', ' || away.km || ' km off', '') || '.',
        COALESCE(fix.words || ': ' || {printed_fix} || ' lies in ' || n.name || '.',
            'A digit may be missing: ' || digits.tried || ' lies in ' || n.name || '.', ''), false,
        CASE WHEN fix.rule IS NOT NULL THEN jsonb_build_object('affine', fix.affine)
            WHEN digits.number = 1 THEN jsonb_build_object('affine', jsonb_build_array(1, 0, 0, 1, digits.dx, digits.dy)) END
    FROM (SELECT *, row_number() OVER (ORDER BY line) AS number FROM import_doubt) f
    JOIN registry_country n ON n.id = f.country_id
    LEFT JOIN LATERAL (SELECT string_agg(o.name, ' and ' ORDER BY o.name) AS name FROM registry_country o
        WHERE o.id = ANY (registry_countries_at(f.place))) there ON true
    LEFT JOIN LATERAL (SELECT round(ST_Distance(geography(c.shape), geography(ST_Point(f.x, f.y, 4326))) / 1000) AS km
        FROM registry_countrypiece c WHERE c.country_id = f.country_id AND f.number <= {digits_for} AND {on_earth}
        ORDER BY ST_Distance(c.shape, ST_Point(f.x, f.y, 4326)) LIMIT 1) away ON true
    LEFT JOIN LATERAL (SELECT m.* FROM (VALUES {fixes}) AS m(number, rule, words, x, y, affine)
        WHERE f.number <= {fixes_for} AND COALESCE(away.km, {digits_from}) >= {fixes_from}
            AND {fix_at_home} ORDER BY m.number LIMIT 1) fix ON true
    LEFT JOIN LATERAL (SELECT string_agg({printed_digits}, ' or ' ORDER BY d.y, d.x) AS tried, count(*) AS number,
            min(d.x) - f.x AS dx, min(d.y) - f.y AS dy FROM ({digits}) d
        WHERE fix.rule IS NULL AND f.number <= {digits_for} AND COALESCE(away.km, {digits_from}) >= {digits_from}
            AND {digits_at_home}) digits ON true
    ORDER BY f.line
"""


def _warn(work: Work) -> None:
    work.problem(
        _WARNINGS,
        offers=True,
        column=work.table.located_by,
        on_earth=sql("f.x BETWEEN -180 AND 180 AND f.y BETWEEN -90 AND 90"),
        printed=_printed("f"),
        printed_fix=_printed("fix"),
        printed_digits=_printed("d"),
        fixes=_fixes(),
        fixes_for=_FIXES_FOR,
        fixes_from=_FIXES_FROM_KM,
        fix_at_home=_at_home("m"),
        digits=sql(_DIGITS),
        digits_for=_DIGITS_FOR,
        digits_from=_DIGITS_FROM_KM,
        digits_at_home=_at_home("d"),
    )
