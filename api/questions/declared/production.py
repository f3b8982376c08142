"""Production of a country by year, with revisions."""

from api.questions.parameters import area
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, sql
from registry.vocabularies import Comparator


def rows(scope: AskedQuestion) -> Sql:
    """List the statements about production of the countries, and which of them a later one updates."""
    return sql(
        """
        SELECT CASE WHEN f.tonnes IS NULL THEN 'no_tonnes' WHEN f.as_of IS NULL THEN 'no_year'
            WHEN f.modality = 'forecast' THEN 'forecast' WHEN r.revised IS NOT NULL THEN 'revised' ELSE 'current' END
            AS verdict, COALESCE(left(f.as_of, 4), '') AS year,
            f.id AS finding, f.source_id AS source, f.tonnes, f.measure, f.comparator,
            r.revised AS revised_by
        FROM registry_finding f CROSS JOIN LATERAL (SELECT array_agg(n.id) AS revised FROM registry_findinglink k
            JOIN registry_finding n ON n.id = k.finding_id AND n.record_status = 'published'
            WHERE k.other_id = f.id AND k.kind = 'updates') r
        WHERE f.record_status = 'published' AND f.topic = 'production' AND EXISTS (SELECT FROM registry_findingsubject s
            WHERE s.finding_id = f.id AND s.country_id = ANY ({country}))
        """,
        country=scope.values["country"],
    )


register(
    Question(
        name="production",
        title="How much did a country produce in each year, and what was revised?",
        description="Statements about the production of a country by year, with the later statement that revises each;"
        " statements of several sources stay side by side.",
        parameters=(area("country", "Country or region by its code."),),
        rows=rows,
        one_of=("country",),
        order=("year", "finding"),
        columns=(
            AnswerColumn("year", "Year of the production; empty if not stated."),
            AnswerColumn("finding", "The statement.", "record", "finding"),
            AnswerColumn("source", "Its source.", "record", "source"),
            AnswerColumn("tonnes", "The quantity.", "number", unit="t"),
            AnswerColumn("measure", "What is counted, as stated."),
            AnswerColumn("comparator", "How the source qualifies it.", coded=Comparator),
            AnswerColumn("revised_by", "Later statements that update it.", "records", "finding"),
        ),
        verdicts=(
            Verdict("current", "A stated quantity that no later statement updates."),
            Verdict("revised", "A later statement updates it."),
            Verdict("forecast", "A forecast."),
            Verdict("no_year", "The year is not stated.", listed=False, decided=False),
            Verdict("no_tonnes", "The quantity is not stated as a mass.", listed=False, decided=False),
        ),
        inputs=("finding.value", "finding.unit", "finding.as_of"),
        formula="Each statement of the topic production about the country in tonnes (t, kt and Mt are converted); a"
        " statement is revised if another is linked to it by `updates`. Nothing is added up or averaged.",
        formula_source="definition of this registry",
        example={"country": "CN"},
    )
)
