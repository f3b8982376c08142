"""Which deposits have no location, why, and what was looked for."""

from api.questions.question import Column, Question, Scope, Verdict, register
from registry.sql import Sql, sql


def rows(scope: Scope) -> Sql:
    """Sort what has no geometry by its location kind and by the gaps about it."""
    return sql(
        """
        SELECT CASE WHEN d.location_kind IN ('admin_only', 'withheld') THEN d.location_kind
            WHEN g.gaps IS NOT NULL THEN 'searched' ELSE 'unknown' END AS verdict,
            d.id AS deposit, d.country_id AS country, d.admin_area, d.admin_code, d.locality, g.gaps, g.searched
        FROM registry_deposit d CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT p.id) AS gaps, array_agg(DISTINCT s.source_id) FILTER (WHERE s.source_id IS NOT NULL)
                AS searched
            FROM registry_gapsubject u JOIN registry_gap p ON p.id = u.gap_id AND p.record_status = 'published'
            LEFT JOIN registry_gapsearch s ON s.gap_id = p.id WHERE u.deposit_id = d.id) g
        WHERE d.geometry IS NULL AND d.id IN ({candidates})
        """,
        candidates=scope.candidates,
    )


register(
    Question(
        name="unlocated",
        title="Which deposits have no location, why, and what was looked for?",
        description="Deposits without a point or outline, with what is known instead (province, words), the reason, and the"
        " searches that were made in vain.",
        narrowed="deposits",
        rows=rows,
        order=("deposit",),
        columns=(
            Column("deposit", "The deposit.", "record", "deposit"),
            Column("country", "Its country as stated.", "record", "country"),
            Column("admin_area", "Province or district as stated."),
            Column("admin_code", "ISO 3166-2 code of the province."),
            Column("locality", "Description of the location."),
            Column("gaps", "What was looked for about it and not found.", "records", "gap"),
            Column("searched", "Sources that were searched.", "records", "source"),
        ),
        verdicts=(
            Verdict("admin_only", "Sources state only an administrative area."),
            Verdict("withheld", "The location is known and withheld."),
            Verdict("searched", "It was looked for and not found; the gaps say where."),
            Verdict("unknown", "No source that was read states it, and no search is recorded.", decided=False),
        ),
        inputs=("deposit.admin_area", "deposit.locality"),
        formula="A deposit without geometry, by its `location_kind`; one of kind `unknown` counts as searched if a gap is"
        " about it.",
        formula_source="definition of this registry",
        example={"region": "central-asia"},
    )
)
