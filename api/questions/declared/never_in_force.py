"""Which frameworks were announced and never came into force by a day."""

from api.questions.parameters import on_day
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, sql
from registry.vocabularies import FrameworkKind, FrameworkStatus


def rows(scope: AskedQuestion) -> Sql:
    """Look for a dated beginning, and for anything that says that it was in force, up to the day."""
    return sql(
        """
        SELECT CASE WHEN f.began IS NULL AND f.undated THEN 'in_force_undated' WHEN f.began IS NULL AND f.first IS NULL
                THEN 'no_date' WHEN f.first > {on} AND f.began IS NULL THEN 'not_yet_announced'
            WHEN f.began <= {on} THEN 'in_force' WHEN f.undated THEN 'in_force_undated' ELSE 'never' END AS verdict,
            f.id AS framework, f.kind, f.announced, f.first_text AS first_dated, f.status, f.status_as_of
        FROM (SELECT p.*, x.first, x.first_text, y.began,
                -- A status that says so without a date that is known to be past.
                p.status IN ('in_force', 'amended', 'suspended', 'repealed', 'ended', 'superseded')
                    AND COALESCE(registry_first_day(p.status_as_of) <= {on}, true) AS undated
            FROM registry_policyframework p
            CROSS JOIN LATERAL (SELECT min(registry_first_day(d)) AS first, min(d) AS first_text FROM (
                SELECT unnest(ARRAY[p.announced, p.adopted]) UNION ALL SELECT e.date FROM registry_frameworkevent e
                WHERE e.framework_id = p.id AND e.status IN ('draft', 'proposed', 'announced', 'signed', 'adopted')) t(d)) x
            CROSS JOIN LATERAL (SELECT min(registry_first_day(d)) AS began FROM (SELECT p.in_force UNION ALL
                SELECT e.date FROM registry_frameworkevent e WHERE e.framework_id = p.id
                AND e.status IN ('in_force', 'amended')) t(d)) y
            WHERE p.id IN ({candidates})) f
        """,
        on=scope.on,
        candidates=scope.candidates,
    )


register(
    Question(
        name="never-in-force",
        title="What was announced and never came into force by a day?",
        description="Programmes, agreements and rules that were announced, proposed, signed or adopted by the day and of which"
        " nothing says that they came into force by then.",
        parameters=(on_day("Day up to which announcements and entries into force are looked for."),),
        narrowed="policy-frameworks",
        rows=rows,
        order=("framework",),
        columns=(
            AnswerColumn("framework", "The framework.", "record", "policy_framework"),
            AnswerColumn("kind", "Its kind.", coded=FrameworkKind),
            AnswerColumn("announced", "Date of announcement."),
            AnswerColumn("first_dated", "The first date of an announcement, proposal, signature or adoption."),
            AnswerColumn("status", "Its status as stated.", coded=FrameworkStatus),
            AnswerColumn("status_as_of", "Date for which the status is stated."),
        ),
        verdicts=(
            Verdict("never", "Announced by the day, and nothing says that it came into force by then."),
            Verdict("in_force", "It came into force by the day.", listed=False),
            Verdict("not_yet_announced", "It was announced after the day.", listed=False),
            Verdict("in_force_undated", "It is stated to have been in force, without a date.", listed=False, decided=False),
            Verdict("no_date", "No announcement of it is dated.", listed=False, decided=False),
        ),
        inputs=(
            "policy_framework.announced",
            "policy_framework.adopted",
            "policy_framework.in_force",
            "policy_framework.status",
        ),
        formula="never = the first dated announcement, proposal, signature or adoption is on or before the day, and neither"
        " `in_force` nor an event `in_force` or `amended` is. A stated status of a framework in force or over, without a"
        " date, leaves it open.",
        formula_source="definition of this registry; an agreement that is signed is not in force by that",
        example={"on": "2026-06-30"},
    )
)
