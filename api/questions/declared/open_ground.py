"""Which deposits are under no live licence on a day, and of which this cannot be known."""

from api.questions.parameters import on_day
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from api.resources.statuses import license_status
from registry.sql import Sql, joined, literal, sql
from registry.vocabularies import DevelopmentStatus, LicenseStatus
from registry.vocabularies.licenses import LIVE

_LIVE = joined(", ", (literal(status) for status in sorted(LIVE)))


def rows(scope: AskedQuestion) -> Sql:
    """Judge each deposit by the licences whose outline meets it or that a source links to it, and by those of its country."""
    return sql(
        """
        WITH judged AS MATERIALIZED ({candidates}),
        there AS MATERIALIZED (SELECT COALESCE(array_agg(DISTINCT c), '{{}}') AS countries
            FROM judged d CROSS JOIN unnest(d.located_in) c),
        -- A look-up costs the same for a deposit as for a licence: the fewer are looked up.
        fewer AS MATERIALIZED (SELECT (SELECT count(*) FROM judged) > (SELECT count(*) FROM registry_license a
            WHERE a.located_in && (SELECT countries FROM there)) AS licenses),
        met AS MATERIALIZED (SELECT g.id AS deposit, a.id AS license FROM registry_license a
            CROSS JOIN LATERAL (SELECT g.id FROM registry_deposit g WHERE ST_Intersects(a.area, g.geometry) OFFSET 0) g
            WHERE (SELECT licenses FROM fewer) AND a.record_status = 'published'
                AND a.located_in && (SELECT countries FROM there)),
        near AS MATERIALIZED (SELECT m.deposit, m.license FROM met m JOIN judged d ON d.id = m.deposit
            UNION SELECT d.id, a.id FROM judged d CROSS JOIN LATERAL (SELECT a.id FROM registry_license a
                WHERE a.record_status = 'published' AND ST_Intersects(a.area, d.geometry) OFFSET 0) a
                -- An outline can meet it at sea, where no country is.
                WHERE NOT (SELECT licenses FROM fewer) OR d.located_in = '{{}}' OR ST_Dimension(d.geometry) > 0
            UNION SELECT d.id, l.id FROM judged d JOIN registry_licensesite t ON t.deposit_id = d.id
                JOIN registry_license l ON l.id = t.license_id AND l.record_status = 'published'),
        said AS MATERIALIZED (SELECT l.id, {status} AS said FROM registry_license l
            WHERE l.id IN (SELECT license FROM near)),
        over AS MATERIALIZED (SELECT n.deposit AS id, array_agg(o.id ORDER BY o.id) AS licenses,
                string_agg(o.status, '; ' ORDER BY o.id) AS statuses,
                count(*) FILTER (WHERE o.live) AS live, count(*) FILTER (WHERE o.live IS NULL) AS unknown
            FROM near n JOIN (SELECT s.id, COALESCE(s.said ->> 'status', s.said ->> 'reason') AS status,
                s.said ->> 'status' IN ({live}) AS live FROM said s) o ON o.id = n.license GROUP BY 1),
        unplaced AS MATERIALIZED (
            SELECT c.country, EXISTS (SELECT FROM registry_license l CROSS JOIN LATERAL (SELECT {status} AS said OFFSET 0) s
                WHERE l.country_id = c.country AND l.record_status = 'published' AND l.area IS NULL
                AND NOT EXISTS (SELECT FROM registry_licensesite t WHERE t.license_id = l.id)
                AND COALESCE(s.said ->> 'status' IN ({live}), true)) AS some,
                EXISTS (SELECT FROM registry_license l WHERE l.country_id = c.country AND l.record_status = 'published'
                    AND l.area IS NOT NULL) AS outlined
            FROM (SELECT DISTINCT country_id AS country FROM judged) c
        )
        SELECT CASE
            WHEN over.live > 0 THEN 'covered'
            WHEN over.unknown > 0 THEN 'status_unknown'
            WHEN over.licenses IS NOT NULL THEN 'lapsed'
            WHEN d.geometry IS NULL THEN 'no_location'
            WHEN u.outlined IS NOT TRUE THEN 'no_outline_recorded'
            WHEN u.some THEN 'licence_without_outline'
            ELSE 'open' END AS verdict,
            d.id AS deposit, d.country_id AS country, d.development_status, over.licenses, over.statuses
        FROM judged d LEFT JOIN over USING (id) LEFT JOIN unplaced u ON u.country = d.country_id
        """,
        status=license_status("l", scope.on),
        live=_LIVE,
        candidates=scope.columns("id", "country_id", "development_status", "geometry", "located_in"),
    )


register(
    Question(
        name="open-ground",
        title="Which deposits are under no live licence on a day?",
        description="Deposits that no licence covers on the day, and apart from them those of which this cannot be known: no"
        " location, no outline of any licence of the country, a licence without an outline, a status unknown on the day.",
        parameters=(on_day("Day for which the licences are judged."),),
        narrowed="deposits",
        rows=rows,
        order=("deposit",),
        columns=(
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn("development_status", "Its development status as stated.", coded=DevelopmentStatus),
            AnswerColumn("licenses", "Licences whose outline meets it, or that a source links to it.", "records", "license"),
            AnswerColumn(
                "statuses",
                "The status of each on the day, or why it is unknown, in the order of the licences.",
                coded=LicenseStatus,
            ),
        ),
        verdicts=(
            Verdict("open", "No licence covers it, and the registry holds the outlines of licences of its country."),
            Verdict("lapsed", "Licences that covered it are recorded, and all of them are over or not granted on the day."),
            Verdict("covered", "A licence over it is granted, active or suspended on the day.", listed=False),
            Verdict(
                "status_unknown", "A licence covers it, but its status on the day is not known.", listed=False, decided=False
            ),
            Verdict("no_location", "It has no location, and no source links a licence to it.", listed=False, decided=False),
            Verdict(
                "no_outline_recorded",
                "The registry holds no outline of a licence of its country, which says nothing about the ground.",
                listed=False,
                decided=False,
            ),
            Verdict(
                "licence_without_outline",
                "A licence of its country that may be live has neither an outline nor a named site, and may cover it.",
                listed=False,
                decided=False,
            ),
        ),
        inputs=(
            "deposit.location",
            "deposit.footprint",
            "deposit.country",
            "license.area",
            "license.sites",
            "license.status",
            "license.granted",
            "license.expires",
            "license.ended",
        ),
        formula="A licence covers a deposit if its outline meets the deposit's point or footprint, or if a source names the"
        " deposit as its site. It is live on the day if its status then is granted, active or suspended: the status of the last"
        " dated event or date up to the day, as in `on_date` of a licence. A deposit is open if no licence covers it, outlines"
        " of licences of its country are held, and each of these that may be live has an outline or a named site.",
        formula_source="definition of this registry; it does not claim to hold every licence of a country",
        example={"on": "2026-01-01", "country": "AU", "commodity": "REE"},
    )
)
