"""Answers of the past: a list or a record as it stood at a time.

A list of the past is walked in the order of the key and filtered by what stood in its columns then, without the indexes of
the present; parameters that cannot be answered so are refused by name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet
from django.db.models.sql import Query

from api.database.bound import Bound, Condition, bind
from api.database.connection import fetch
from api.documents.past import ASKED, detail_then, documents_then, records_then, rows_then
from api.errors import BadParameter
from api.filters.parameters import moment
from api.query.composed import records
from api.query.cursor import write_cursor
from api.query.list_query import ListQuery
from api.query.order import KeysetPosition, segment
from api.query.rows import Page, Row
from api.resources.resource import Resource
from registry.models.base import Record
from registry.sql import Sql, compiled, identifier, joined, sql

AS_OF = "as_of"
#: Clocks differ a little; what is further ahead is a mistake.
_AHEAD = timedelta(seconds=5)
_PRESENTATION = frozenset(("limit", "cursor", "fields", "omit", "format"))


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
    declared = resource.filters.declared
    return frozenset(
        parameter.name
        for name, one in declared.items()
        if getattr(one, "in_history", False)
        for parameter in one.parameters(name, resource.model)
    )


def check_parameters(resource: Resource, given: Mapping[str, Any]) -> None:
    """Reject what only the present can be asked; raises BadParameter."""
    known = parameters_then(resource) | _PRESENTATION
    for name in given:
        if name not in known:
            raise BadParameter("The parameter cannot be combined with `as_of`; the listed ones can.", name[:80], sorted(known))


def page_then(query: ListQuery, then: datetime) -> Page:
    """Respond to a list of the past."""
    wanted = query.limit + 1
    rows = records(query.resource)
    values: dict[str, Any] = {}
    for clause in (*query.clauses, segment(query.order, False, query.place)):
        rows = clause.apply(rows)
        values.update(clause.values)
    document, geometry, live, joins = map(compiled, documents_then(query.resource))
    raw = fetch(
        sql(
            "{asked} SELECT {document}, {geometry}, r.id, {live} FROM ({rows} LIMIT {wanted}) r{joins} ORDER BY r.id",
            asked=_asked(then),
            document=document,
            geometry=geometry,
            live=live,
            rows=bind(_of_that_time(rows), values),
            wanted=wanted,
            joins=joins,
        )
    )
    cursor = None
    if len(raw) == wanted:
        raw.pop()
        cursor = write_cursor(query.order, query.fingerprint, KeysetPosition(False, (), raw[-1][2]))
    return Page([Row(row[0], row[1], row[3], None) for row in raw], cursor)


def one_then(resource: Resource, slug: str, then: datetime) -> tuple[Any, ...] | None:
    """Fetch a record of the past by its slug: document, geometry, live fields, details; None if none was public then."""
    rows = records(resource).filter(Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug"))).order_by()
    document, geometry, live, joins = documents_then(resource)
    raw = fetch(
        sql(
            "{asked} SELECT {parts} FROM ({rows}) r{joins}",
            asked=_asked(then),
            parts=joined(", ", map(compiled, (document, geometry, live, detail_then(resource)))),
            rows=bind(_of_that_time(rows), {"slug": slug}),
            joins=compiled(joins),
        )
    )
    return raw[0] if raw else None


def _asked(then: datetime) -> Sql:
    return Sql(ASKED, (then,))


def _of_that_time(rows: QuerySet[Any]) -> Sql:
    """Give the SQL of a queryset over the tables as they stood then.

    The rows of that time stand under the table's own name for the length of the query, so that the ORM's SQL reads them.
    """
    past = joined(
        ", ",
        (
            sql("{table} AS NOT MATERIALIZED {rows}", table=identifier(table), rows=compiled(_then(table)))
            for table in sorted(tables_of(rows.query))
        ),
    )
    query = rows.query.chain()  # type: ignore[no-untyped-call]
    query.set_select([Condition(sql("{table}.*", table=identifier(rows.model._meta.db_table)).text)])
    return sql("WITH {past} {now}", past=past, now=Sql(*query.sql_with_params()))


@cache
def _then(table: str) -> str:
    model = next(m for m in apps.get_app_config("registry").get_models() if m._meta.db_table == table)
    return records_then(model) if issubclass(model, Record) else rows_then(model, "", "")


def tables_of(part: Any) -> set[str]:
    """Name the tables that a query of the ORM reads, in its subqueries too; `part` is the query or an expression of it."""
    if isinstance(part, QuerySet):
        part = part.query
    if isinstance(part, Query):
        read = {table.table_name for alias, table in part.alias_map.items() if part.alias_refcount[alias]}
        pieces = [part.where, *part.annotations.values(), *part.combined_queries]
    else:
        read, pieces = set(), getattr(part, "get_source_expressions", list)()
    return read.union(*(tables_of(piece) for piece in pieces if piece is not None))
