"""How many records a query finds, and how many it leaves out because too little is known of them."""

from dataclasses import replace

import orjson
from django.db.models import Q

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.filters.clauses import Clause
from api.query.composed import Stage, composed
from api.query.list_query import ListQuery
from api.query.then import any_changed
from registry.sql import joined, sql


def count(query: ListQuery) -> int | None:
    """Count the records of a query if it asks so: exactly, or as the planner estimates."""
    if query.count is None:
        return None
    rows = composed(query, "count", None)
    if query.count == "exact":
        ((number,),) = fetch(sql("SELECT count(*) FROM ({rows}) counted", rows=rows))
        return int(number) + _since(query, "count")
    ((plan,),) = fetch(sql("EXPLAIN (FORMAT JSON) {rows}", rows=rows))
    return int(orjson.loads(plan)[0]["Plan"]["Plan Rows"])


def count_up_to(query: ListQuery, most: int, among: int) -> int | None:
    """Count the records of a query if there are no more than `most`, in a table of about `among` rows or fewer.

    Of a larger table even a few records can be expensive to find: a box also matches the records without a location.
    """
    if query.then:
        known = count_up_to(replace(query, then=None), most, among)
        return None if known is None else known + _since(query, "count")
    ((number,),) = fetch(
        sql(
            "SELECT CASE WHEN (SELECT reltuples FROM pg_class WHERE oid = {table}::regclass) <= {among}"
            " THEN (SELECT count(*) FROM ({rows} LIMIT {most}) counted) END",
            table=query.resource.table,
            among=among,
            rows=composed(query, "count", None),
            most=most + 1,
        )
    )
    return None if number is None or number > most else int(number)


def unlocated(query: ListQuery) -> int | None:
    """Count the records without a place that a query by place leaves out, so that none is dropped in silence.

    They meet all its other filters; of `within`, they are stated to be in the same area. Maps ask for one box after the
    other: the count is the same for all, and is remembered until the data change.
    """
    if not query.spatial_clauses and not query.near:
        return None
    rows = composed(replace(query, then=None), "unlocated", None)

    def counted() -> int:
        ((number,),) = fetch(sql("SELECT count(*) FROM ({rows}) counted", rows=rows))
        return int(number)

    return _unlocated.get((rows.text, repr(rows.values)), counted) + _since(query, "unlocated")


def _since(query: ListQuery, purpose: str, doubted: tuple[Clause, Q] | None = None) -> int:
    """Return how many more records a query of the past counted then: only those that have changed since are looked at.

    A map of the past asks for one box after the other, so it is remembered as the counts of the present are.
    """
    if query.then is None or not any_changed(query.resource, query.then):
        return 0
    then, now = (composed(query, purpose, None, doubted, stage) for stage in (Stage.THEN, Stage.CHANGED))

    def counted() -> int:
        rows = sql("SELECT (SELECT count(*) FROM ({then}) t) - (SELECT count(*) FROM ({now}) n)", then=then, now=now)
        ((more,),) = fetch(rows)
        return int(more)

    return _more.get((then.text, repr(then.values)), counted)


_more = VersionedCache(1_000)


_unlocated = VersionedCache(1_000)


def undecided(query: ListQuery) -> dict[str, int] | None:
    """Count by filter the records of which it is not known whether they meet it, as what it compares is unknown.

    They meet all other filters. Filters by place are counted by `unlocated`.
    """
    parts = [(clause, part) for clause in query.clauses for part in clause.undecided]
    if not parts:
        return None
    now = replace(query, then=None)
    rows = (sql("(SELECT count(*) FROM ({rows}) counted)", rows=composed(now, "undecided", None, one)) for one in parts)
    statement = sql("SELECT {counts}", counts=joined(", ", rows))

    def counted() -> dict[str, int]:
        (numbers,) = fetch(statement)
        found: dict[str, int] = {}
        for (clause, _), number in zip(parts, numbers, strict=True):
            found[clause.name] = found.get(clause.name, 0) + int(number)
        return found

    found = dict(_undecided.get((statement.text, repr(statement.values)), counted))
    for one in parts if query.then else ():
        found[one[0].name] += _since(query, "undecided", one)
    return found


_undecided = VersionedCache(1_000)
