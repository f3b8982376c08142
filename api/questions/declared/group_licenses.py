"""Licences of a company and its group, with shares along the chain of owners."""

from api.questions.parameters import on_day, record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.models import Organization
from registry.sql import Sql, sql
from registry.vocabularies import LicenseRole


def rows(scope: AskedQuestion) -> Sql:
    """Walk up to the owners that nobody owns, down to all that they own, and list the licences of these."""
    return sql(
        """
        WITH RECURSIVE link AS MATERIALIZED (
            SELECT p.organization_id AS below, p.parent_id AS above, p.share_pct, registry_holds_on(p.start, p."end", p.as_of,
                {on}) AS holds
            FROM registry_organizationparent p JOIN registry_organization a ON a.id = p.parent_id
                AND a.record_status = 'published'
            JOIN registry_organization b ON b.id = p.organization_id AND b.record_status = 'published'
            WHERE registry_holds_on(p.start, p."end", p.as_of, {on}) IS NOT FALSE),
        up(id, way) AS (SELECT {organization}::bigint, ARRAY[{organization}::bigint] UNION ALL
            SELECT l.above, u.way || l.above FROM up u JOIN link l ON l.below = u.id WHERE NOT l.above = ANY (u.way)),
        top AS (SELECT DISTINCT u.id FROM up u WHERE NOT EXISTS (SELECT FROM link l WHERE l.below = u.id)),
        down(id, share, holds, way) AS (SELECT t.id, 100::numeric, true, ARRAY[t.id] FROM top t UNION ALL
            SELECT l.below, d.share * l.share_pct / 100, d.holds AND l.holds, d.way || l.below FROM down d
            JOIN link l ON l.above = d.id WHERE NOT l.below = ANY (d.way)),
        member AS (SELECT DISTINCT ON (d.id) d.* FROM down d ORDER BY d.id, d.holds DESC NULLS LAST, d.share DESC NULLS LAST)
        SELECT CASE WHEN p.holds AND m.holds THEN 'held' WHEN p.holds IS FALSE THEN 'not_then' ELSE 'dates_unknown' END
            AS verdict, p.license_id AS license, p.id AS number, m.id AS organization, m.way[1] AS top, p.role,
            p.share_pct::float8 AS share_pct, round(m.share, 4)::float8 AS group_share_pct,
            (SELECT string_agg(o.slug, ' > ' ORDER BY w.n) FROM unnest(m.way) WITH ORDINALITY w (id, n)
                JOIN registry_organization o ON o.id = w.id) AS chain
        FROM member m JOIN (SELECT x.*, registry_holds_on(x.start, x."end", x.as_of, {on}) AS holds
            FROM registry_licenseparty x) p ON p.organization_id = m.id
        -- A look-up for each: the number of members is guessed too high, and all licences would be read.
        CROSS JOIN LATERAL (SELECT FROM registry_license l WHERE l.id = p.license_id AND l.record_status = 'published'
            OFFSET 0) l
        """,
        on=scope.on,
        organization=scope.values["organization"],
    )


register(
    Question(
        name="group-licenses",
        title="Which licences does a company hold with its whole group?",
        description="Licences of the organization, of its owners up to those that nobody owns, and of all that they own, with"
        " the shares along the chain.",
        parameters=(
            record_of("organization", Organization, "Organization by its slug.", required=True, example="stans-energy"),
            on_day("Day for which owners and parties are asked."),
        ),
        rows=rows,
        order=("license", "number"),
        columns=(
            AnswerColumn("license", "The licence.", "record", "license"),
            AnswerColumn("number", "Number of the row.", "integer", hidden=True),
            AnswerColumn("organization", "The company of the group that is a party of it.", "record", "organization"),
            AnswerColumn("top", "The owner at the top of the chain.", "record", "organization"),
            AnswerColumn("role", "Role of the company on the licence.", coded=LicenseRole),
            AnswerColumn("share_pct", "Share of the company in the licence.", "number", unit="per cent"),
            AnswerColumn(
                "group_share_pct",
                "Share of the top in the company: the product of the shares along the chain; null if one is not stated.",
                "number",
                unit="per cent",
            ),
            AnswerColumn("chain", "Slugs from the top to the company.", coded="chain"),
        ),
        verdicts=(
            Verdict("held", "The company held it on the day, and every link of the chain is known to hold then."),
            Verdict(
                "dates_unknown", "The dates of the party or of an owner do not tell whether it held on the day.", decided=False
            ),
            Verdict("not_then", "The company did not hold it on the day.", listed=False),
        ),
        inputs=("license.parties", "organization.parents"),
        formula="group = the owners above the organization, up to those without an owner on the day, and all that they own,"
        " directly or through others; share of the top = product of the shares along the chain, the largest where there are"
        " several.",
        formula_source="definition of this registry; owners whose dates are unknown belong to the group, marked as undecided",
        example={"organization": "stans-energy", "on": "2012-06-30"},
    )
)
