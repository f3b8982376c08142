"""Which controls, laws and agreements were in force on a day, and of which this is unknown."""

from api.questions.parameters import on_day
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from api.resources.statuses import framework_status
from registry.sql import Sql, sql
from registry.vocabularies import FrameworkKind, FrameworkStatus


def rows(scope: AskedQuestion) -> Sql:
    """Ask each framework for its status on the day."""
    return sql(
        """
        SELECT CASE WHEN f.said ->> 'status' IS NULL THEN 'unknown'
            WHEN f.said ->> 'status' IN ('in_force', 'amended') THEN 'in_force' ELSE 'not_in_force' END AS verdict,
            f.id AS framework, f.kind, f.said ->> 'status' AS status, f.said ->> 'since' AS since, f.said ->> 'basis' AS basis,
            f.said ->> 'reason' AS unknown_because
        FROM (SELECT p.id, p.kind, {status} AS said FROM registry_policyframework p WHERE p.id IN ({candidates})
            OFFSET 0) f
        """,
        status=framework_status("p", scope.on),
        candidates=scope.candidates,
    )


register(
    Question(
        name="in-force",
        title="Which controls on a commodity were in force on a day?",
        description="Policy frameworks by their status on the day, narrowed by commodity, kind, party or place.",
        parameters=(on_day("Day for which the status is asked."),),
        narrowed="policy-frameworks",
        rows=rows,
        order=("framework",),
        columns=(
            AnswerColumn("framework", "The framework.", "record", "policy_framework"),
            AnswerColumn("kind", "Its kind.", coded=FrameworkKind),
            AnswerColumn("status", "Its status on the day; null if unknown.", coded=FrameworkStatus),
            AnswerColumn("since", "Date from which it has that status."),
            AnswerColumn(
                "basis",
                "What the status follows from: an event, a date, or a stated status.",
                coded=("event", "stated", "announced", "proposed", "signed", "adopted", "in_force", "ended"),
            ),
            AnswerColumn("unknown_because", "Why the status is unknown.", coded="sentence"),
        ),
        verdicts=(
            Verdict("in_force", "In force on the day, also as amended."),
            Verdict("not_in_force", "Announced, adopted, suspended or over on the day.", listed=False),
            Verdict("unknown", "What is dated does not tell its status on the day.", listed=False, decided=False),
        ),
        inputs=("policy_framework.status", "policy_framework.in_force", "policy_framework.ended", "policy_framework.adopted"),
        formula="The status of the last dated event or date up to the day; unknown if its own day or the order is not"
        " recorded.",
        formula_source="definition of this registry (`on_date` of a policy framework)",
        example={"commodity": "Dy", "kind": "export_control", "on": "2025-06-30"},
    )
)
