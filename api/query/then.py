"""A query over the tables as they were at a time: composed by the ORM like one of the present, among some records.

The rows of that time stand under the table's own name for the length of the query, so that the ORM's SQL reads them.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.sql import Query

from api.database.bound import Bound, Condition, bind
from api.database.connection import fetch
from api.documents.past import records_then, rows_then
from api.filters.clauses import Clause
from api.filters.linked import ThroughFilter
from api.resources.resource import Resource
from registry.history import history_of, place_then
from registry.models.base import Record
from registry.sql import Sql, compiled, identifier, joined, literal, sql
from registry.triggers import TouchParent, triggers_of

#: The key of the time, in the values of a query.
THEN = "then"
#: No key of a record is greater.
LAST_KEY = 2**63 - 1
#: Selects some records by their keys, bound as `keys`. A plan that knows how many these are seems so much better than a kept
#: one that PostgreSQL would make it each time; what comes out of a subquery has no number.
KEYS = sql("SELECT unnest((SELECT {keys}::bigint[])) AS id", keys=Bound("keys", "bigint[]"))
_CHANGED = "ANY (ARRAY(SELECT id FROM changed))"


def changes_since(resource: Resource) -> Sql:
    """Select from the log what readers have seen change of records of a resource since the time, as rows `c`."""
    kind, then = literal(resource.kind), Bound(THEN, "timestamptz")
    unlogged = [
        sql(
            " UNION ALL SELECT e.{back} FROM {history} e WHERE e.{back} IS NOT NULL AND e.pgh_obj_id IN"
            " (SELECT h.pgh_obj_id FROM {history} h WHERE h.pgh_created_at > {then})",
            back=identifier(back),
            history=identifier(history_of(model)._meta.db_table),
            then=then,
        )
        for model, back in _unlogged(resource)
    ]
    if not unlogged:
        return sql("registry_change c WHERE c.kind = {kind} AND c.at > {then}", kind=kind, then=then)
    return sql(
        "(SELECT l.record FROM registry_change l WHERE l.kind = {kind} AND l.at > {then}{rows}) c WHERE true",
        kind=kind,
        then=then,
        rows=joined("", unlogged),
    )


@cache
def _unlogged(resource: Resource) -> tuple[tuple[type[models.Model], str], ...]:
    """List the tables by whose rows records are filtered although a change of them is no change of the record."""
    through = (one for one in resource.filters.declared.values() if isinstance(one, ThroughFilter))
    return tuple(
        dict.fromkeys(
            (one.rows, f"{one.back}_id")
            for one in through
            if not any(isinstance(t, TouchParent) and one.back in t.parents for t in triggers_of(one.rows))
        )
    )


def unchanged(resource: Resource) -> Condition:
    """Keep the records of which readers have seen no change since the time: they are as they were."""
    return Condition.of(
        sql("NOT EXISTS (SELECT FROM {changes} AND c.record = {id})", changes=changes_since(resource), id=F("id"))
    )


def among_changed() -> Condition:
    """Keep the records of which readers have seen a change since the time."""
    return Condition("%s IN (SELECT id FROM changed)", F("id"))


def changed_since(resource: Resource) -> Sql:
    """Select the keys of the records that have changed since the time, up to a key."""
    until = Bound("until", "bigint")
    return sql("SELECT DISTINCT c.record AS id FROM {c} AND c.record <= {until}", c=changes_since(resource), until=until)


def changed_of(resource: Resource, clauses: Iterable[Clause]) -> Sql:
    """Select the same of the records that may have met some clauses then, if one of these finds such records by an index."""
    found = (one.candidates or (one.reach and _placed(resource, one)) for one in clauses)
    some = next(filter(None, found), None)
    if some is None:
        return changed_since(resource)
    return sql(
        "SELECT DISTINCT h.id FROM ({some}) h(id) WHERE h.id <= {until} AND EXISTS (SELECT FROM {changes} AND c.record = h.id)",
        some=some,
        until=Bound("until", "bigint"),
        changes=changes_since(resource),
    )


def _placed(resource: Resource, clause: Clause) -> Sql:
    """Select the keys of the records whose place met a condition at any time: found by the index of the history."""
    assert clause.reach is not None
    rows: Any = history_of(resource.model)._default_manager.order_by()
    column = str(resource.geometry)
    if all(field.name != column for field in rows.model._meta.concrete_fields):
        rows = rows.alias(**{column: place_then(resource.model)})
    return Sql(*clause.reach(rows).values_list("pgh_obj_id").query.sql_with_params())


def as_now(resource: Resource, rows: QuerySet[Any]) -> Sql:
    """Give the SQL of a queryset that keeps to what has changed, over the tables as they are."""
    return sql(
        "WITH changed AS MATERIALIZED ({changed}) {now}",
        changed=changed_since(resource),
        now=Sql(*rows.query.sql_with_params()),
    )


def as_then(resource: Resource, rows: QuerySet[Any], changed: Sql) -> Sql:
    """Give the SQL of a queryset over the tables as they were then; `changed` selects the keys that it keeps to."""
    past = (
        sql("{table} AS NOT MATERIALIZED {rows}", table=identifier(table), rows=compiled(_rows(resource, table)))
        for table in sorted(tables_of(rows.query))
    )
    return sql(
        "WITH asked AS MATERIALIZED (SELECT {then} AS t), changed AS MATERIALIZED ({changed}), {past} {now}",
        then=Bound(THEN, "timestamptz"),
        changed=changed,
        past=joined(", ", past),
        now=Sql(*rows.query.sql_with_params()),
    )


def any_changed(resource: Resource, then: datetime) -> bool:
    """Return whether readers have seen a record of a resource change since a time."""
    rows = sql("SELECT EXISTS (SELECT FROM {changes})", changes=changes_since(resource))
    ((some,),) = fetch(bind(rows, {THEN: then}))
    return bool(some)


@cache
def _rows(resource: Resource, table: str) -> str:
    """Return the rows of a table then; of rows that belong to records of the resource, those of the records that changed."""
    model = next(m for m in apps.get_app_config("registry").get_models() if m._meta.db_table == table)
    if issubclass(model, Record):
        return records_then(model)
    keys = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and f.related_model is resource.model]
    return rows_then(model, str(keys[0].column), _CHANGED) if len(keys) == 1 else rows_then(model, "", "")


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
