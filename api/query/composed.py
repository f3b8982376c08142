"""The SQL of a list's records, composed once for each shape of a query, with the values of this one.

A query of the past is composed of stages: the records that have not changed since are as they are now, and are found by the
indexes of the present; those that have changed are looked for among the rows of that time.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet
from psycopg.types.numeric import Int8

from api.database.bound import Bound, Condition, bind, planned, shape_of
from api.documents.at_read import live_expression, live_then
from api.filters.clauses import Clause
from api.query import spatial
from api.query.list_query import ListQuery
from api.query.order import KeysetPosition, segment
from api.query.then import KEYS, LAST_KEY, THEN, among_changed, as_now, as_then, changed_of, unchanged
from api.resources.resource import Resource
from registry.sql import Sql

#: How many shapes of query are kept composed; a shape is some kilobytes of SQL.
MAX_SHAPES = 2_000
#: Stands for the moment of the day that is asked about, where SQL is composed once for all days.
_MOMENT = "§moment§"


class Stage(Enum):
    """Which records a query reads, and as of when."""

    #: All, as they are now.
    NOW = "now"
    #: Those that have not changed since the time of the query.
    UNCHANGED = "unchanged"
    #: Those that have, as they are now.
    CHANGED = "changed"
    #: The same, as they were.
    THEN = "then"
    #: The keys of those that may have been among them.
    KEYS = "keys"
    #: The records of such keys, as they were.
    OF_KEYS = "of keys"


@cache
def live_sql(resource: Resource) -> str | None:
    """Return the SQL of the fields that are rendered at read, if the resource has any."""
    return live_expression(resource) if resource.live else None


@cache
def live(resource: Resource, on: bool) -> Condition:
    """Return the JSON of the fields that are rendered at read, null if there are none; those of the day bound as `on`."""
    if not on:
        return Condition((live_sql(resource) or "NULL::json").replace("%", "%%"))
    composed = live_expression(resource, _MOMENT).replace("%", "%%")
    days = [Bound("on", "timestamptz")] * composed.count(_MOMENT)
    return Condition(composed.replace(_MOMENT, "%s"), *days)


@cache
def live_at(resource: Resource) -> Condition:
    """Return the same as of the time that is bound as `then`."""
    if not resource.live:
        return Condition("NULL::json")
    composed = live_then(resource, _MOMENT).replace("%", "%%")
    return Condition(composed.replace(_MOMENT, "%s"), *[Bound(THEN, "timestamptz")] * composed.count(_MOMENT))


def noon(on: date) -> datetime:
    """Return a moment of a day."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def live_sql_of(query: ListQuery) -> str | None:
    """Return the same for a query, complete: for the day that it asks about, `on_date` is among the fields."""
    return live_expression(query.resource, f"'{noon(query.on)}'::timestamptz") if query.on else live_sql(query.resource)


def records(resource: Resource) -> QuerySet[Any]:
    """Return the public records."""
    return resource.published(resource.model._default_manager.published())  # type: ignore[attr-defined,no-any-return]


_shapes: OrderedDict[Any, Sql] = OrderedDict()


def composed(
    query: ListQuery,
    purpose: str,
    part: tuple[bool, KeysetPosition | None] | None,
    doubted: tuple[Clause, Q] | None = None,
    stage: Stage = Stage.NOW,
    until: int = LAST_KEY,
    keys: Sequence[int] = (),
) -> Sql:
    """Give the SQL of a query's shape and the values of this one; `doubted` is a clause, and what takes its place.

    Records that have changed are looked for up to the key `until`.
    """
    elsewhere = purpose == "unlocated"
    clauses = [c for c in query.clauses if not (elsewhere and any(c is placed for placed in query.spatial_clauses))]
    if doubted is not None:
        left, instead = doubted
        doubt = Clause(("undecided", left.shape, str(instead)), lambda rows: rows.filter(instead))
        clauses = [doubt, *(clause for clause in clauses if clause is not left)]
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
        stage,
        *(clause.shape for clause in every),
    )
    shape = _shapes.get(key)
    if shape is None:
        shape = _compose(query, purpose, clauses, sorting, stage)
        _shapes[key] = shape
        if len(_shapes) > MAX_SHAPES:
            _shapes.popitem(last=False)
    values: dict[str, Any] = {"on": noon(query.on)} if query.on else {}
    if query.then:
        values |= {THEN: query.then, "until": Int8(until), "keys": list(keys)}
    for clause in (*every, *filter(None, (query.area,))):
        values.update(clause.values)
    bound = bind(shape, values)
    # Whatever else is asked, the way to a record is its key.
    return replace(bound, keeps_plan=True) if stage is Stage.OF_KEYS else bound


def _compose(query: ListQuery, purpose: str, clauses: list[Clause], sorting: Clause | None, stage: Stage) -> Sql:
    resource = query.resource
    rows = records(resource)
    if stage is Stage.KEYS:
        position = () if purpose == "unlocated" or query.near is None else (query.near,)
        return changed_of(resource, (*clauses, *position))
    is_past = stage in (Stage.THEN, Stage.OF_KEYS)
    for clause in clauses:
        rows = (clause.then or clause.apply)(rows) if is_past else clause.apply(rows)
    if stage is Stage.UNCHANGED:
        rows = rows.filter(unchanged(resource))
    elif stage is not Stage.NOW:
        rows = rows.filter(among_changed())
    rows = _narrowed(query, purpose, rows)
    if purpose in ("count", "unlocated", "undecided"):
        rows = rows.order_by().values("id")
    elif purpose == "reach":
        column = str(resource.geometry)
        rows = rows.order_by(spatial.degrees_away(column)).values(_value=spatial.distance(column))
    else:
        rows = _page_of(query, rows, sorting, stage)
    match stage:
        case Stage.THEN:
            return as_then(resource, rows, _compose(query, purpose, clauses, None, Stage.KEYS))
        case Stage.OF_KEYS:
            return as_then(resource, rows, KEYS)
        case Stage.CHANGED:
            return as_now(resource, rows)
    if purpose not in ("page", "near"):
        return shape_of(rows)
    return planned(shape_of(rows), alone=len(clauses) == 1 and not query.near and not query.order.columns)


def _narrowed(query: ListQuery, purpose: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what is near the position; or what has no place, of which it is not known whether it is in the area."""
    resource, near = query.resource, query.near
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
    return rows


def _page_of(query: ListQuery, rows: QuerySet[Any], sorting: Clause | None, stage: Stage) -> QuerySet[Any]:
    """Sort records, and give of each what a page holds; of one of the past its key, by which it is rendered."""
    resource, near, nothing = query.resource, query.near, Condition("NULL::json")
    rows = rows.annotate(_value=spatial.distance(str(resource.geometry)) if near else query.order.values)
    if near:
        rows = rows.order_by("_value", "id")
    elif sorting:
        rows = sorting.apply(rows)
    if stage in (Stage.THEN, Stage.OF_KEYS):
        return rows.values_list("id", "_value")
    rows = rows.annotate(
        _geometry=_drawn(query) if query.drawn else nothing,
        _live=live(resource, query.on is not None) if stage is Stage.NOW else live_at(resource),
    )
    # The columns of `Row`: what sorts the nearest is their distance, and there is no page after them.
    rest = ("_value", "id", nothing) if near else (Condition("NULL::float8"), "id", "_value")
    return rows.values_list("document", "_geometry", "_live", *rest)


def _drawn(query: ListQuery) -> Any:
    """Return the geometry of a record as it leaves: the one kept rendered, unless it is wanted in another CRS."""
    if query.projection is None:
        return F("geometry_document")
    return query.projection.geojson(str(query.resource.geometry))
