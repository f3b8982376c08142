"""How many records there are by any two fields that lists can be counted by."""

from dataclasses import replace

from api.query.facet_names import facets_of
from api.query.pair_counts import pair_counts
from api.questions.parameters import code
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from api.resources.resource import Resource, resource_named
from registry.sql import Sql, sql

#: Resources that are counted so, with an example.
_COUNTED = {
    "deposits": {"by": "country", "and": "development_status", "region": "central-asia"},
    "licenses": {"by": "country", "and": "status"},
    "estimates": {"by": "reporting_code", "and": "stage"},
    "policy-frameworks": {"by": "kind", "and": "status"},
}


def rows(scope: AskedQuestion) -> Sql:
    """Pair the values of both fields for each record; a record with several values counts for each of them."""
    assert scope.query is not None
    return sql(
        """
        SELECT CASE WHEN p.first IS NULL OR p.second IS NULL THEN 'unknown' ELSE 'counted' END AS verdict,
            COALESCE(p.first, '') AS first, p.first_name, COALESCE(p.second, '') AS second, p.second_name, p.records
        FROM ({pairs}) p
        """,
        pairs=pair_counts(scope.query, scope.values["by"], scope.values["and"]),
    )


def _declared(resource: Resource, example: dict[str, str]) -> None:
    fields = tuple(facets_of(resource))
    words = resource.name.replace("-", " ").replace("license", "licence")
    register(
        Question(
            name=f"counts-of-{resource.name}",
            title=f"How many {words} are there by any two fields?",
            description=f"The number of {words} for each pair of values of two fields, unknown values included.",
            parameters=(
                replace(code("by", fields, "The first field."), required=True),
                replace(code("and", fields, "The second field."), required=True),
            ),
            narrowed=resource.name,
            rows=rows,
            order=("first", "second"),
            columns=(
                AnswerColumn("first", "Value of the first field; empty if unknown.", coded="by"),
                AnswerColumn("first_name", "Its name, if it is a record."),
                AnswerColumn("second", "Value of the second field; empty if unknown.", coded="and"),
                AnswerColumn("second_name", "Its name, if it is a record."),
                AnswerColumn("records", "Number of records.", "integer"),
            ),
            verdicts=(
                Verdict("counted", "Both values are known."),
                Verdict("unknown", "A value is unknown.", decided=False),
            ),
            inputs=(f"{resource.kind}.country",),
            formula="Records are counted once for each pair of their values; a group or region also counts what lies in it.",
            formula_source="definition of this registry",
            example=example,
        )
    )


for _name, _example in _COUNTED.items():
    _declared(resource_named(_name), _example)
