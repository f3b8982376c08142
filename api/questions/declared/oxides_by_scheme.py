"""TREO, light, middle and heavy oxides under one scheme next to another, from the grades of single elements."""

from api.questions.oxides import oxide_sums
from api.questions.parameters import record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.models import ReeScheme
from registry.ree_sums import FORMULA
from registry.sql import Sql, sql


def rows(scope: AskedQuestion) -> Sql:
    """Show the sums of each estimate under each scheme."""
    return sql(
        """
        WITH {sums}
        SELECT CASE WHEN s.treo IS NULL THEN 'incomplete' ELSE 'computed' END AS verdict, s.estimate, e.deposit_id AS deposit,
            s.scheme, s.lreo * 100 AS lreo_pct, s.mreo * 100 AS mreo_pct, s.hreo * 100 AS hreo_pct, s.treo * 100 AS treo_pct,
            s.hreo / NULLIF(s.treo, 0) * 100 AS heavy_share_pct, s.at_least * 100 AS treo_at_least_pct, s.stated, s.missing
        FROM sums s JOIN registry_resourceestimate e ON e.id = s.estimate WHERE e.id IN ({candidates})
        UNION ALL
        SELECT 'no_single_elements', e.id, e.deposit_id, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM registry_resourceestimate e WHERE e.id IN ({candidates})
            AND NOT EXISTS (SELECT FROM sums s WHERE s.estimate = e.id)
        """,
        sums=oxide_sums(scope.values["scheme"]),
        candidates=scope.candidates,
    )


def _share(name: str, help: str) -> AnswerColumn:  # noqa: A002
    return AnswerColumn(name, help, "number", unit="per cent by mass")


register(
    Question(
        name="oxides-by-scheme",
        title="What are TREO, light and heavy oxides under one scheme and another?",
        description="The sums of oxides of each estimate whose grades are of single elements, under each scheme, with what is"
        " missing. Grades that sources only state as a sum are not divided.",
        parameters=(
            record_of(
                "scheme",
                ReeScheme,
                "Schemes by their slugs, separated by commas; all if left out.",
                example="usgs,cgi",
                takes_several=True,
            ),
        ),
        narrowed="estimates",
        rows=rows,
        order=("estimate", "scheme"),
        columns=(
            AnswerColumn("estimate", "The estimate.", "record", "estimate"),
            AnswerColumn("deposit", "Its deposit.", "record", "deposit"),
            AnswerColumn("scheme", "The scheme.", "record", "ree_scheme"),
            _share("lreo_pct", "Light oxides; null if an element of the class is not stated."),
            _share("mreo_pct", "Middle oxides; null if the scheme has none or one is not stated."),
            _share("hreo_pct", "Heavy oxides; null if an element of the class is not stated."),
            _share("treo_pct", "All oxides of the scheme; null if one is not stated."),
            AnswerColumn("heavy_share_pct", "Heavy oxides in all oxides.", "number", unit="per cent"),
            _share("treo_at_least_pct", "What is stated, added up: a lower bound."),
            AnswerColumn("stated", "Analytes that are stated."),
            AnswerColumn("missing", "Elements of the scheme that are not stated."),
        ),
        verdicts=(
            Verdict("computed", "Every element of the scheme is stated."),
            Verdict("incomplete", "Some elements are not stated: the sum is a lower bound.", decided=False),
            Verdict("no_single_elements", "No grade of a single element is stated.", listed=False, decided=False),
        ),
        inputs=("estimate.grades", "ree_scheme.classes"),
        formula=f"{FORMULA}; TREO = LREO + MREO + HREO; heavy share = HREO / TREO. factor = (n·M + m·15.999) / (n·M)."
        " Promethium is left out.",
        formula_source="the schemes are those of the cited authorities; factors by the standard atomic weights of IUPAC",
        example={"scheme": "usgs,cgi"},
    )
)
