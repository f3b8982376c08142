"""Answers of the past: which parameters they have, and a record as it was at a time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from api.database.bound import Bound, Condition, bind
from api.database.connection import fetch
from api.documents.past import ASKED, detail_then, documents_then
from api.errors import BadParameter
from api.filters.parameters import moment
from api.query import spatial
from api.query.composed import records
from api.query.list_query import parameters_of
from api.query.then import THEN, among_changed, as_then
from api.resources.resource import Resource
from registry.sql import Sql, compiled, identifier, joined, sql

AS_OF = "as_of"
NOT_OF_THE_PAST = "The parameter cannot be combined with `as_of`; the listed ones can."
#: Clocks differ a little; what is further ahead is a mistake.
_AHEAD = timedelta(seconds=5)
_PRESENTATION = frozenset(("limit", "cursor", "fields", "omit", "format", "count"))
#: Parameters that no filter declares and that the past is asked for too.
_ANYWHERE = frozenset(("search", "located", spatial.WORLDVIEW, *spatial.PARAMETERS))


def read_as_of(given: Mapping[str, Any]) -> tuple[datetime | None, dict[str, Any]]:
    """Take `as_of` out of the parameters of a request; raises BadParameter."""
    rest = {name: value for name, value in given.items() if name != AS_OF}
    if AS_OF not in given:
        return None, rest
    if not isinstance(given[AS_OF], str):
        raise BadParameter("The time must be a text.", AS_OF)
    then = moment(AS_OF, given[AS_OF])
    if then > datetime.now(UTC) + _AHEAD:
        raise BadParameter("The time must not be in the future.", AS_OF)
    return then, rest


@cache
def parameters_then(resource: Resource) -> frozenset[str]:
    """Name the parameters of a list that can be answered of the past."""
    declared = {
        parameter.name
        for name, one in resource.filters.declared.items()
        if getattr(one, "in_history", False)
        for parameter in one.parameters(name, resource.model)
    }
    near = {"near", "radius_km"} if resource.located else set()
    return frozenset(declared | near | (_ANYWHERE & parameters_of(resource).keys()))


def check_parameters(resource: Resource, given: Mapping[str, Any]) -> None:
    """Reject what only the present can be asked; raises BadParameter."""
    known = parameters_then(resource) | _PRESENTATION
    for name in given:
        if name not in known:
            raise BadParameter(NOT_OF_THE_PAST, name[:80], sorted(known))


def one_then(resource: Resource, slug: str, then: datetime) -> tuple[Any, ...] | None:
    """Fetch a record of the past by its slug: document, geometry, live fields, details; None if none was public then."""
    document, geometry, live, joins = documents_then(resource)
    table, bound = identifier(resource.table), Bound("slug")
    same = sql("SELECT id FROM {table} WHERE lower(slug) = lower({slug})", table=table, slug=bound)
    rows = records(resource).filter(among_changed()).order_by()
    # All columns, of which the declarations take what they show.
    rows.query.set_select([Condition(sql("{table}.*", table=table).text)])  # type: ignore[no-untyped-call]
    raw = fetch(
        sql(
            "{asked} SELECT {parts} FROM ({rows}) r{joins}",
            asked=Sql(ASKED, (then,)),
            parts=joined(", ", map(compiled, (document, geometry, live, detail_then(resource)))),
            rows=bind(as_then(resource, rows, same), {"slug": slug, THEN: then}),
            joins=compiled(joins),
        )
    )
    return raw[0] if raw else None
