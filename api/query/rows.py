"""From a query to rows: the ORM composes the SQL of each shape of query once; a request binds its values and fetches."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
import psycopg
from django.db.models import F, QuerySet

from api.database.bound import Bound, Condition, Plan, bind, planned, shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.documents.compose import live_expression
from api.errors import TooSlow
from api.query import spatial
from api.query.cursor import position_after, write_cursor
from api.query.list_query import ListQuery
from api.query.narrower import narrower
from api.query.order import KeysetPosition, segment
from api.query.reach import within_reach
from api.resources.resource import Resource
from registry.sql import Sql, sql

#: How many shapes of query are kept composed; a shape is some kilobytes of SQL.
MAX_SHAPES = 2_000


class Row(NamedTuple):
    """A record as it leaves: its rendered document, its geometry, and what is known only at the time of asking."""

    document: bytes
    geometry: bytes | None
    live: bytes | None
    distance_m: float | None


@dataclass(frozen=True)
class Page:
    """The rows of an answer, and how to go on."""

    rows: list[Row]
    cursor: str | None = None
    count: int | None = None
    unlocated: int | None = None


#: Stands for the moment of the day that is asked about, where SQL is composed once for all days.
_MOMENT = "§moment§"


@cache
def live_sql(resource: Resource) -> str | None:
    """Return the SQL of the fields that are rendered at read, if the resource has any."""
    return live_expression(resource) if resource.live else None


@cache
def _live(resource: Resource, on: bool) -> Condition:
    """Return the JSON of the fields that are rendered at read, null if there are none; those of the day bound as `on`."""
    if not on:
        return Condition((live_sql(resource) or "NULL::json").replace("%", "%%"))
    composed = live_expression(resource, _MOMENT).replace("%", "%%")
    days = [Bound("on", "timestamptz")] * composed.count(_MOMENT)
    return Condition(composed.replace(_MOMENT, "%s"), *days)


def noon(on: date) -> datetime:
    """Return a moment of a day."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def live_sql_of(query: ListQuery) -> str | None:
    """Return the same for a query, complete: for the day that it asks about, `on_date` is among the fields."""
    return live_expression(query.resource, f"'{noon(query.on)}'::timestamptz") if query.on else live_sql(query.resource)


def records(resource: Resource) -> QuerySet[Any]:
    """Return the public records."""
    return resource.published(resource.model._default_manager.published())  # type: ignore[attr-defined,no-any-return]


def page(query: ListQuery) -> Page:
    """Respond to a list; raises TooSlow, with what to narrow, when the statement timeout strikes."""
    try:
        return _page(query)
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow(f"The query exceeded its time limit. {narrower(query)}") from error


def nearest(query: ListQuery) -> list[Row]:
    """Fetch the records nearest to a position, by their distance."""
    rows = _run(_reaching(query), "near", None, query.limit)
    return [Row(document, geometry, live, metres) for document, geometry, _, metres, live in rows]


def _reaching(query: ListQuery) -> ListQuery:
    return within_reach(query, _composed(query, "reach", None))


def as_json(query: ListQuery) -> Sql:
    """Compose the first records of a list as one JSON value, so that one statement reads several lists.

    It is an array of [document, live fields, distance or value of the order], with one record more than the limit if there are
    more of them.
    """
    return sql(
        "COALESCE((SELECT json_agg(json_build_array(part.document, part._live, part._value))"
        " FROM ({rows} LIMIT {limit}) part), '[]'::json)",
        rows=_composed(_reaching(query), "near", None) if query.near else _composed(query, "page", (False, None)),
        limit=query.limit + (0 if query.near else 1),
    )


def count_as_json(query: ListQuery, most: int) -> Sql:
    """Compose the number of records of a list as a JSON value; of more than `most`, one more."""
    rows = _composed(query, "count", None)
    return sql("to_json((SELECT count(*) FROM ({rows} LIMIT {most}) counted))", rows=rows, most=most + 1)


def _page(query: ListQuery) -> Page:
    if query.near:
        return Page(nearest(query), None, count(query), unlocated(query))
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
        cursor = write_cursor(order, query.fingerprint, position_after(order, is_unknown, last[3], last[2]))
        raw.pop()
    first = place is None
    return Page(
        [Row(document, geometry, live, None) for document, geometry, _, _, live in raw],
        cursor,
        count(query),
        unlocated(query) if first else None,
    )


def count(query: ListQuery) -> int | None:
    """Count the records of a query if it asks so: exactly, or as the planner estimates."""
    if query.count is None:
        return None
    rows = _composed(query, "count", None)
    if query.count == "exact":
        ((number,),) = fetch(sql("SELECT count(*) FROM ({rows}) counted", rows=rows))
        return int(number)
    ((plan,),) = fetch(sql("EXPLAIN (FORMAT JSON) {rows}", rows=rows))
    return int(orjson.loads(plan)[0]["Plan"]["Plan Rows"])


def count_up_to(query: ListQuery, most: int, among: int) -> int | None:
    """Count the records of a query if there are no more than `most`, in a table of about `among` rows or fewer.

    Of a larger table even a few records can be expensive to find: a box also matches the records without a location.
    """
    ((number,),) = fetch(
        sql(
            "SELECT CASE WHEN (SELECT reltuples FROM pg_class WHERE oid = {table}::regclass) <= {among}"
            " THEN (SELECT count(*) FROM ({rows} LIMIT {most}) counted) END",
            table=query.resource.table,
            among=among,
            rows=_composed(query, "count", None),
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
    rows = _composed(query, "unlocated", None)

    def counted() -> int:
        ((number,),) = fetch(sql("SELECT count(*) FROM ({rows}) counted", rows=rows))
        return int(number)

    return _unlocated.get((rows.text, repr(rows.values)), counted)


_unlocated = VersionedCache(1_000)


def _run(query: ListQuery, purpose: str, part: tuple[bool, KeysetPosition | None] | None, limit: int) -> list[tuple[Any, ...]]:
    rows = _composed(query, purpose, part)
    return fetch(replace(rows, text=f"{rows.text} LIMIT {limit:d}"))


_shapes: OrderedDict[Any, Sql] = OrderedDict()


def _composed(query: ListQuery, purpose: str, part: tuple[bool, KeysetPosition | None] | None) -> Sql:
    """Give the SQL of a query's shape and the values of this one."""
    elsewhere = purpose == "unlocated"
    clauses = [c for c in query.clauses if not (elsewhere and any(c is placed for placed in query.spatial_clauses))]
    sorting = segment(query.order, *part) if part else None
    every = [*clauses, *filter(None, (sorting, None if elsewhere else query.near))]
    area = query.area is not None
    key = (
        query.resource.name,
        purpose,
        area,
        query.drawn,
        query.projection,
        query.on is not None,
        *(clause.shape for clause in every),
    )
    shape = _shapes.get(key)
    if shape is None:
        shape = _compose(query, purpose, clauses, sorting)
        _shapes[key] = shape
        if len(_shapes) > MAX_SHAPES:
            _shapes.popitem(last=False)
    values: dict[str, Any] = {"on": noon(query.on)} if query.on else {}
    for clause in (*every, *filter(None, (query.area,))):
        values.update(clause.values)
    return bind(shape, values)


def _compose(query: ListQuery, purpose: str, clauses: list[Any], sorting: Any) -> Sql:
    resource, near = query.resource, query.near
    rows = records(resource)
    for clause in clauses:
        rows = clause.apply(rows)
    if near and purpose != "unlocated":
        assert resource.geometry is not None
        if "radius_m" in near.values and purpose != "reach":
            rows = rows.filter(spatial.within_radius(resource.geometry))
        else:
            rows = rows.filter(**{f"{resource.geometry}__isnull": False})
    if purpose == "unlocated":
        rows = rows.filter(**{f"{resource.geometry}__isnull": True})
        if query.area:
            rows = rows.filter(country_id__any_of=Bound("within", "bigint[]"))
    if purpose in ("count", "unlocated"):
        return shape_of(rows.order_by().values("id"))
    if purpose == "reach":
        column = str(resource.geometry)
        return shape_of(rows.order_by(spatial.degrees_away(column)).values(_value=spatial.distance(column)))
    nothing = Condition("NULL::json")
    rows = rows.annotate(
        _geometry=_drawn(query) if query.drawn else nothing,
        _value=spatial.distance(str(resource.geometry)) if near else query.order.values,
        _live=_live(resource, query.on is not None),
    )
    rows = rows.order_by("_value", "id") if near else sorting.apply(rows)
    return planned(shape_of(rows.values_list("document", "_geometry", "id", "_value", "_live")))


def _drawn(query: ListQuery) -> Any:
    """Return the geometry of a record as it leaves: the one kept rendered, unless it is wanted in another CRS."""
    if query.projection is None:
        return F("geometry_document")
    return query.projection.geojson(str(query.resource.geometry))


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
        _live=_live(resource, on),
        _detail=Condition(f"registry_detail_{resource.kind}(%s)", F("id")) if whole else nothing,
    )
    return planned(shape_of(rows.order_by().values_list("document", "_geometry", "_live", "_detail")))
