"""How many records there are by any two fields that lists can be counted by."""

from dataclasses import replace
from functools import partial
from typing import Any

from api.filters.facets import Facet
from api.query.facets import facets_of
from api.questions.parameters import code
from api.questions.question import Column, Question, Scope, Verdict, register
from api.resources.resource import Resource, resource_named
from registry.sql import Sql, identifier, sql

#: Resources that are counted so, with an example.
_COUNTED = {
    "deposits": {"by": "country", "and": "development_status", "region": "central-asia"},
    "licenses": {"by": "country", "and": "status"},
    "estimates": {"by": "reporting_code", "and": "stage"},
    "policy-frameworks": {"by": "kind", "and": "status"},
}


def rows(resource: Resource, scope: Scope) -> Sql:
    """Pair the values of both fields for each record; a record with several values counts for each of them."""
    facets = facets_of(resource)
    return sql(
        """
        SELECT CASE WHEN a.value IS NULL OR b.value IS NULL THEN 'unknown' ELSE 'counted' END AS verdict,
            COALESCE(a.value, '') AS first, max(a.name) AS first_name, COALESCE(b.value, '') AS second,
            max(b.name) AS second_name, count(DISTINCT c.id) AS records
        FROM ({candidates}) c(id) LEFT JOIN ({first}) a ON a.record = c.id LEFT JOIN ({second}) b ON b.record = c.id
        GROUP BY a.value, b.value
        """,
        candidates=scope.candidates,
        first=_values(resource, facets[scope.values["by"]]),
        second=_values(resource, facets[scope.values["and"]]),
    )


def _values(resource: Resource, facet: Facet) -> Sql:
    """Select pairs of a record and a value as its filter takes it, with the name of the value."""
    if facet.rows is not None:
        pairs = Sql(*facet.rows().query.sql_with_params())
    else:
        found: Any = resource.model._default_manager.order_by().annotate(facet=facet.value).values_list("id", "facet")
        pairs = Sql(*found.query.sql_with_params())
    if facet.target is None:
        return sql("SELECT p.record, p.value::text AS value, NULL::text AS name FROM ({pairs}) p(record, value)", pairs=pairs)
    wider = Sql() if facet.above is None else sql(" JOIN ({above}) w ON w.below = p.value", above=facet.above)
    model: Any = facet.target
    return sql(
        "SELECT DISTINCT p.record, t.slug::text AS value, t.{name}::text AS name FROM ({pairs}) p(record, value){wider}"
        " JOIN {table} t ON t.id = {key} AND t.record_status = 'published'",
        name=identifier(model.label_field),
        pairs=pairs,
        wider=wider,
        table=identifier(model._meta.db_table),
        key=identifier("p" if facet.above is None else "w", "value"),
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
            rows=partial(rows, resource),
            order=("first", "second"),
            columns=(
                Column("first", "Value of the first field; empty if unknown."),
                Column("first_name", "Its name, if it is a record."),
                Column("second", "Value of the second field; empty if unknown."),
                Column("second_name", "Its name, if it is a record."),
                Column("records", "Number of records.", "integer"),
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
