"""From a query to all of its records, without pages: what tiles count and exports write."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from api.database.bound import bind, shape_of
from api.errors import BadParameter
from api.query import spatial
from api.query.composed import records
from api.query.fields import GeometryUse
from api.query.list_query import PRESENTATION, ListQuery, read_query
from api.resources.resource import Resource
from registry.sql import Sql


def read_selection(
    resource: Resource,
    given: Mapping[str, Any],
    own: tuple[str, ...] = (),
    what: str = "",
    use: GeometryUse = GeometryUse.KEPT,
) -> ListQuery:
    """Read the parameters that narrow a list; raises BadParameter for those that turn its pages, but for `own` ones."""
    for name in given:
        if name in PRESENTATION and name not in own:
            raise BadParameter(f"{what} accepts the filters of the list, but not “{name}”.", name)
    query = read_query(resource, given, use)
    if query.near and "radius_m" not in query.near.values:
        raise BadParameter(f"{what} accepts `near` only with `radius_km`.", "near")
    return query


def selected(query: ListQuery) -> QuerySet[Any]:
    """Give every record that a query asks for; values are bound by `statement`."""
    resource = query.resource
    rows = records(resource) if query.among is None else query.among
    for clause in query.clauses:
        rows = clause.apply(rows)
    if query.near:
        assert resource.geometry is not None
        rows = rows.filter(spatial.within_radius(resource.geometry))
    return rows.order_by()


def sorted_rows(query: ListQuery, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Sort records as the query asks: unknown values last either way, the key among equals."""
    return rows.order_by(*(column.sorted for column in query.order.columns), query.order.key)


def statement(query: ListQuery, rows: QuerySet[Any]) -> Sql:
    """Give the SQL of records composed by `selected`, with the values of the query."""
    values: dict[str, Any] = {}
    for clause in (*query.clauses, *filter(None, (query.near,))):
        values.update(clause.values)
    return bind(shape_of(rows), values)


def unnarrowed(query: ListQuery) -> bool:
    """Return whether a query asks for every record."""
    return not query.clauses and query.near is None
