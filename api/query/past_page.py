"""A page of the past: the records that have not changed since are read as they are, those that have are rendered as they were.

Both are looked for with the same limit, in the same order, so that the first of both together are the page.
"""

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from api.database.connection import fetch
from api.documents.past import ASKED, documents_then, records_then
from api.query.composed import Stage, composed
from api.query.list_query import ListQuery
from api.query.projections import Projection
from api.query.reach import within_reach
from api.query.then import KEYS, LAST_KEY, any_changed
from api.resources.resource import Resource
from registry.sql import Sql, compiled, sql

#: Up to so many records that have changed are looked at by their keys, with a plan that is kept.
MOST_KEYS = 1_000


class PageRow(NamedTuple):
    """A record of a page: its key, its distance if that is what sorts, and what it shows; None if that is to be rendered."""

    key: int
    distance_m: float | None
    shown: tuple[Any, Any, Any] | None


def found_then(query: ListQuery, wanted: int) -> list[PageRow]:
    """Fetch the first records of a query of the past, up to so many: document, geometry and live fields of each."""
    purpose, part = ("near", None) if query.near else ("page", (False, query.place))
    assert query.then is not None
    changed = any_changed(query.resource, query.then)
    stage, reaching, full = Stage.UNCHANGED, query, False
    if query.near:
        reaching, full = within_reach(query, composed(query, "reach", None, stage=stage))
    rows = _first(composed(reaching, purpose, part, stage=stage), wanted)
    found = [PageRow(row[4], row[3], row[:3]) for row in rows]
    if not changed:
        return found
    until = found[-1].key if len(found) == wanted and not query.near else LAST_KEY
    narrowed = reaching if full else query
    keys = [key for (key,) in _first(composed(narrowed, purpose, part, stage=Stage.KEYS, until=until), MOST_KEYS + 1)]
    if not keys:
        return found
    of_keys = len(keys) <= MOST_KEYS
    stage = Stage.OF_KEYS if of_keys else Stage.THEN
    those = composed(narrowed, purpose, part, stage=stage, until=until, keys=keys if of_keys else ())
    found += [PageRow(key, value if query.near else None, None) for key, value in _first(those, wanted)]
    found = sorted(found, key=lambda one: (one.distance_m or 0.0, one.key))[:wanted]
    shown = rendered_then(query, [one.key for one in found if one.shown is None])
    return [one._replace(shown=one.shown or shown[one.key]) for one in found]


def _first(rows: Sql, wanted: int) -> list[tuple[Any, ...]]:
    return fetch(replace(rows, text=f"{rows.text} LIMIT {wanted:d}"))


def rendered_then(query: ListQuery, keys: list[int]) -> dict[int, tuple[Any, Any, Any]]:
    """Render records as they were at the time of a query, by their keys: document, geometry, live fields."""
    if not keys:
        return {}
    statement = _rendering(query.resource, query.drawn, query.projection)
    return {
        key: (document, geometry, live)
        for key, document, geometry, live in fetch(replace(statement, values=(query.then, keys)))
    }


@cache
def _rendering(resource: Resource, drawn: bool, projection: Projection | None) -> Sql:
    """Compose the query that renders records of the past; one plan of it is right for any."""
    document, geometry, live, joins = documents_then(resource)
    if projection is not None:
        drawing = projection.geojson(str(resource.geometry))
        geometry = drawing.sql % tuple(f"r.{resource.geometry}" for _ in drawing.get_source_expressions())
    text = sql(
        "{asked}, changed AS MATERIALIZED ({keys})"
        " SELECT r.id, {document}, {geometry}, {live}"
        " FROM (SELECT h.* FROM {rows} h WHERE h.id IN (SELECT id FROM changed)) r{joins}",
        asked=Sql(ASKED, (None,)),
        keys=Sql(KEYS.text, (None,)),
        document=compiled(document),
        geometry=compiled(geometry) if drawn else compiled("NULL::json"),
        live=compiled(live),
        rows=compiled(records_then(resource.model)),
        joins=compiled(joins),
    )
    return replace(text, keeps_plan=True)
