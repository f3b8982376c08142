"""Which deposits are certainly, possibly or perhaps within a distance, by the uncertainty of their locations."""

from api.questions.parameters import quantity
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, sql
from registry.vocabularies import PLACED, LocationKind


def rows(scope: AskedQuestion) -> Sql:
    """Compare the distance, more or less the uncertainty, with the radius."""
    metres = scope.values["radius_km"] * 1000
    nowhere = sql(
        " UNION ALL SELECT 'no_location', x.id, NULL, NULL, 1e9 FROM registry_deposit x"
        " WHERE x.geometry IS NULL AND x.record_status = 'published' AND x.id IN ({candidates})",
        candidates=scope.candidates,
    )
    return sql(
        """
        WITH here AS MATERIALIZED (SELECT geography(ST_Point({lon}, {lat}, 4326)) AS point,
            {metres}::float8 + COALESCE((SELECT max(location_uncertainty_m) FROM registry_deposit
                WHERE record_status = 'published'), 0) AS most)
        SELECT CASE WHEN d.location_uncertainty_m IS NULL AND d.footprint IS NULL THEN 'uncertainty_unknown'
            WHEN d.metres + COALESCE(d.location_uncertainty_m, 0) <= {metres} THEN 'certain' ELSE 'possible' END AS verdict,
            d.id AS deposit, round((d.metres / 1000)::numeric, 3)::float8 AS distance_km, d.location_uncertainty_m,
            d.metres AS rank
        FROM (SELECT x.*, ST_Distance(geography(x.geometry), here.point) AS metres FROM registry_deposit x, here
            WHERE x.geometry IS NOT NULL AND ST_DWithin(geography(x.geometry), here.point, here.most)
            AND x.id IN ({candidates})) d
        WHERE d.metres - COALESCE(d.location_uncertainty_m, 0) <= {metres}{nowhere}
        """,
        lon=scope.values["lon"],
        lat=scope.values["lat"],
        metres=metres,
        candidates=scope.candidates,
        nowhere=nowhere if scope.with_counted else Sql(),
    )


#: Kinds of location without a place.
_NOWHERE = ",".join(sorted({*map(str, LocationKind.values)} - {*map(str, PLACED)}))

register(
    Question(
        name="nearest",
        title="Which deposits lie certainly, possibly or perhaps within a distance of a point?",
        description="Deposits around a point, judged by the uncertainty of their locations: certainly within the radius,"
        " possibly, or not decidable because the uncertainty or the location is unknown.",
        parameters=(
            quantity("lon", "Longitude of the point in degrees of WGS 84.", -180, 180, required=True),
            quantity("lat", "Latitude of the point in degrees of WGS 84.", -90, 90, required=True),
            quantity("radius_km", "Radius in kilometres.", 0.001, 2000, 100),
        ),
        narrowed="deposits",
        rows=rows,
        order=("rank", "deposit"),
        columns=(
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("distance_km", "Distance on the ellipsoid; null without a location.", "number", unit="km"),
            AnswerColumn("location_uncertainty_m", "Radius of the uncertainty; null if unknown.", "number", unit="m"),
            AnswerColumn("rank", "Distance in metres.", "number", hidden=True),
        ),
        verdicts=(
            Verdict("certain", "Within the radius wherever it lies inside its uncertainty."),
            Verdict("possible", "Within the radius in a part of its uncertainty."),
            Verdict(
                "uncertainty_unknown",
                "The printed point is within the radius, but no source states or shows how sure it is.",
                decided=False,
            ),
            Verdict(
                "no_location",
                "It has no location and may lie there; the other filters narrow these.",
                listed=False,
                counted={"location_kind": _NOWHERE},
                decided=False,
            ),
        ),
        inputs=("deposit.location", "deposit.footprint"),
        formula="d is the distance on the ellipsoid to the point or footprint and u the uncertainty radius: certain if d +"
        " u ≤ r, possible if d − u ≤ r < d + u. A footprint without a stated uncertainty counts as exact.",
        formula_source="interval arithmetic; distance by PostGIS on the WGS 84 ellipsoid",
        example={"lon": "76.2", "lat": "42.8", "radius_km": "100"},
    )
)
