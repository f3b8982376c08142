"""Deposits whose heavy share under a scheme is high enough, near a border."""

from api.questions.oxides import oxide_sums
from api.questions.parameters import quantity, record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.models import ReeScheme
from registry.sql import Sql, sql


def rows(scope: AskedQuestion) -> Sql:
    """Take the largest heavy share of the estimates of each graded deposit, and its distance to the nearest other country."""
    unknown = sql(
        " UNION ALL SELECT 'share_unknown', d.id, d.country_id, NULL, NULL, NULL FROM registry_deposit d"
        " WHERE d.id IN ({candidates}) AND NOT EXISTS (SELECT FROM shares s WHERE s.id = d.id)",
        candidates=scope.candidates,
    )
    return sql(
        """
        WITH {sums}, shares AS MATERIALIZED (SELECT e.deposit_id AS id, max(s.hreo / NULLIF(s.treo, 0) * 100) AS heavy
            FROM sums s JOIN registry_resourceestimate e ON e.id = s.estimate WHERE e.deposit_id IS NOT NULL GROUP BY 1)
        SELECT CASE WHEN d.heavy IS NULL THEN 'share_incomplete'
                WHEN d.heavy < {share}::float8 THEN 'below'
                WHEN d.km IS NULL AND {km}::float8 IS NOT NULL AND d.geometry IS NULL THEN 'no_location'
                WHEN {km}::float8 IS NOT NULL AND (d.km IS NULL OR d.km > {km}::float8) THEN 'far' ELSE 'found' END AS verdict,
            d.id AS deposit, d.country_id AS country, d.heavy AS heavy_share_pct, d.km AS border_km, d.neighbour
        FROM (SELECT x.id, x.country_id, x.geometry, s.heavy, b.km, b.neighbour FROM shares s
            JOIN registry_deposit x ON x.id = s.id
            LEFT JOIN LATERAL (
                -- The nearest pieces by degrees, then their distance on the ellipsoid.
                SELECT p.country_id AS neighbour, ST_Distance(geography(p.shape), geography(x.geometry)) / 1000 AS km
                FROM (SELECT c.country_id, c.shape FROM registry_countrypiece c
                    WHERE x.geometry IS NOT NULL AND NOT c.country_id = ANY (x.located_in)
                    ORDER BY c.shape <-> x.geometry LIMIT 8) p ORDER BY 2 LIMIT 1) b ON true
            WHERE x.id IN ({candidates})) d{unknown}
        """,
        sums=oxide_sums([scope.values["scheme"]]),
        share=scope.values["share_pct"],
        km=scope.values["border_km"],
        candidates=scope.candidates,
        unknown=unknown if scope.with_counted else Sql(),
    )


register(
    Question(
        name="heavy-share",
        title="Which deposits have a heavy share above x under a scheme, near a border?",
        description="Deposits by the share of heavy oxides under a named scheme, from the grades of single elements, and by"
        " their distance to the nearest other country. What sources state only as a sum is not divided.",
        parameters=(
            record_of("scheme", ReeScheme, "Scheme by its slug.", required=True, example="usgs"),
            quantity("share_pct", "Least heavy share in per cent.", 0, 100, 0, example="20"),
            quantity("border_km", "Greatest distance to another country in kilometres.", 0, 5000, example="200"),
        ),
        narrowed="deposits",
        rows=rows,
        order=("deposit",),
        columns=(
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn("heavy_share_pct", "The largest heavy share of its estimates.", "number", unit="per cent"),
            AnswerColumn("border_km", "Distance to the nearest other country.", "number", unit="km"),
            AnswerColumn("neighbour", "That country.", "record", "country"),
        ),
        verdicts=(
            Verdict("found", "The share is high enough, and the border near enough."),
            Verdict("far", "The share is high enough, and the border is further.", listed=False),
            Verdict("below", "The share is lower.", listed=False),
            Verdict("share_incomplete", "Sources grade some elements of the scheme, not all.", decided=False),
            Verdict("no_location", "The share is high enough, and the location is unknown.", listed=False, decided=False),
            Verdict("share_unknown", "No source grades single elements.", listed=False, decided=False, counted={}),
        ),
        inputs=("estimate.grades", "deposit.location", "deposit.footprint"),
        formula="heavy share = HREO / TREO of an estimate under the scheme (see oxides-by-scheme); distance on the"
        " ellipsoid to the nearest part of a country in which the deposit does not lie.",
        formula_source="the scheme's authority; borders as in `countries/`, by Natural Earth",
        example={"scheme": "usgs", "share_pct": "20", "border_km": "200"},
    )
)
