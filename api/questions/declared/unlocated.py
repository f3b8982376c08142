"""Which deposits have no location, why, and what was looked for."""

from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, compiled, identifier, sql

#: Public gaps `p` with what they are about.
_GAPS = """registry_gapsubject u JOIN registry_gap p ON p.id = u.gap_id AND p.record_status = 'published'"""


def rows(scope: AskedQuestion) -> Sql:
    """Sort what has no geometry by its location kind and by the gaps about it."""
    return sql(
        """
        SELECT CASE WHEN d.location_kind IN ('admin_only', 'withheld') THEN d.location_kind
            WHEN d.id IN (SELECT u.deposit_id FROM {gaps}) THEN 'searched' ELSE 'unknown' END AS verdict,
            d.id AS deposit, d.country_id AS country, d.admin_area, d.admin_code, d.locality
        FROM registry_deposit d WHERE d.id IN ({candidates})
        """,
        gaps=compiled(_GAPS),
        candidates=scope.those(geometry__isnull=True),
    )


def _of_gaps(*found: str) -> Sql:
    """Gather from the gaps about a deposit."""
    return sql(
        "(SELECT array_agg(DISTINCT {found}) FROM {gaps} LEFT JOIN registry_gapsearch s ON s.gap_id = p.id"
        " WHERE u.deposit_id = q.deposit AND {found} IS NOT NULL)",
        found=identifier(*found),
        gaps=compiled(_GAPS),
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
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn("admin_area", "Province or district as stated."),
            AnswerColumn("admin_code", "ISO 3166-2 code of the province."),
            AnswerColumn("locality", "Description of the location."),
            AnswerColumn("gaps", "What was looked for about it and not found.", "records", "gap", later=_of_gaps("p", "id")),
            AnswerColumn("searched", "Sources that were searched.", "records", "source", later=_of_gaps("s", "source_id")),
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
