"""From a query to rows: the ORM composes the SQL of each shape of query once; a request binds its values and fetches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

import psycopg
from django.db.models import F

from api.database.bound import Bound, Condition, Plan, bind, planned, shape_of
from api.database.connection import fetch
from api.errors import TooSlow
from api.query import spatial
from api.query.composed import composed, live, noon, records
from api.query.counts import count, undecided, unlocated
from api.query.cursor import position_after, write_cursor
from api.query.list_query import ListQuery
from api.query.narrower import narrower
from api.query.order import KeysetPosition
from api.query.past_page import found_then
from api.query.reach import within_reach
from api.resources.resource import Resource
from registry.sql import Sql, sql


class Row(NamedTuple):
    """A record as it leaves: its rendered document, its geometry, and what is known only at the time of asking.

    The columns are those of a page's query; its key and the values that sort it are where the next page begins.
    """

    document: bytes
    geometry: bytes | None
    live: bytes | None
    distance_m: float | None = None
    key: int = 0
    values: Any = None


#: Calling the class itself takes three times as long; all columns are there, as no default is filled in.
_row_of: Callable[[tuple[Any, ...]], Row] = partial(tuple.__new__, Row)


@dataclass(frozen=True)
class Page:
    """The rows of an answer, and how to go on."""

    rows: list[Row]
    cursor: str | None = None
    count: int | None = None
    unlocated: int | None = None
    undecided: dict[str, int] | None = None


def page(query: ListQuery) -> Page:
    """Respond to a list; raises TooSlow, with what to narrow, when the statement timeout strikes."""
    try:
        return _page(query)
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow(f"The query exceeded its time limit. {narrower(query)}") from error


def nearest(query: ListQuery) -> list[Row]:
    """Fetch the records nearest to a position, by their distance."""
    return _run(_reaching(query), "near", None, query.limit)


def _reaching(query: ListQuery) -> ListQuery:
    return within_reach(query, composed(query, "reach", None))[0]


def as_json(query: ListQuery) -> Sql:
    """Compose the first records of a list as one JSON value, so that one statement reads several lists.

    It is an array of [document, live fields, distance or value of the order], with one record more than the limit if there are
    more of them.
    """
    return sql(
        "COALESCE((SELECT json_agg(json_build_array(part.document, part._live, part._value))"
        " FROM ({rows} LIMIT {limit}) part), '[]'::json)",
        rows=composed(_reaching(query), "near", None) if query.near else composed(query, "page", (False, None)),
        limit=query.limit + (0 if query.near else 1),
    )


def count_as_json(query: ListQuery, most: int) -> Sql:
    """Compose the number of records of a list as a JSON value; of more than `most`, one more."""
    rows = composed(query, "count", None)
    return sql("to_json((SELECT count(*) FROM ({rows} LIMIT {most}) counted))", rows=rows, most=most + 1)


def _page(query: ListQuery) -> Page:
    if query.then:
        return _page_then(query)
    if query.near:
        return Page(nearest(query), None, count(query), unlocated(query), undecided(query))
    order, place, wanted = query.order, query.place, query.limit + 1
    unknown = place is not None and place.unknown
    raw = _run(query, "page", (unknown, place), wanted)
    known = len(raw) if not unknown else 0
    if len(raw) < wanted and order.split and not unknown:
        raw += _run(query, "page", (True, None), wanted - len(raw))
    cursor = None
    if len(raw) == wanted:
        last = raw[-2]
        is_unknown = unknown or len(raw) - 2 >= known
        cursor = write_cursor(order, query.fingerprint, position_after(order, is_unknown, last.values, last.key))
        raw.pop()
    first = place is None
    return Page(
        raw,
        cursor,
        count(query),
        unlocated(query) if first else None,
        undecided(query) if first else None,
    )


def _page_then(query: ListQuery) -> Page:
    """Respond to a list of the past, which is sorted by the key, or by the distance."""
    wanted = query.limit + (0 if query.near else 1)
    found, cursor, first = found_then(query, wanted), None, query.place is None
    if not query.near and len(found) == wanted:
        found.pop()
        cursor = write_cursor(query.order, query.fingerprint, KeysetPosition(False, (), found[-1].key))
    return Page(
        [Row(*one.shown, one.distance_m) for one in found if one.shown],
        cursor,
        count(query),
        unlocated(query) if first else None,
        undecided(query) if first else None,
    )


def _run(query: ListQuery, purpose: str, part: tuple[bool, KeysetPosition | None] | None, limit: int) -> list[Row]:
    rows = composed(query, purpose, part)
    return list(map(_row_of, fetch(replace(rows, text=f"{rows.text} LIMIT {limit:d}"))))


def one(
    resource: Resource, slug: str, whole: bool = True, on: date | None = None, corners: bool = False
) -> tuple[Any, ...] | None:
    """Fetch a record by its slug, in any letter case: document, geometry, live fields, details; None if there is none.

    Details, which are rendered at reading, are null unless the `whole` record is wanted. If its `corners` are wanted, they
    are given in place of the geometry.
    """
    values = {"slug": slug} | ({"on": noon(on)} if on else {})
    return next(iter(fetch(bind(detail_sql(resource, whole, on is not None, corners), values))), None)


@cache
def detail_sql(resource: Resource, whole: bool = True, on: bool = False, corners: bool = False) -> Sql:
    """Compose the query for one record; what the detail adds is rendered by a function whose plan is kept."""
    rows = records(resource).filter(Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug", plan=Plan.ANY)))
    nothing = Condition("NULL::json")
    rendered = spatial.corners(resource.geometry) if corners and resource.geometry else F("geometry_document")
    rows = rows.annotate(
        _geometry=rendered if resource.geometry else nothing,
        _live=live(resource, on),
        _detail=Condition(f"registry_detail_{resource.kind}(%s)", F("id")) if whole else nothing,
    )
    return planned(shape_of(rows.order_by().values_list("document", "_geometry", "_live", "_detail")))
