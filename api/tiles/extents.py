"""Where the records of tiles lie: the box of what a query finds, remembered until the data change."""

from collections.abc import Iterable

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.list_query import ListQuery
from api.query.selection import selected, statement
from api.tiles.metadata import WORLD, Bounds
from registry.sql import identifier, sql

_remembered = VersionedCache(200)


def bounds_of(queries: Iterable[ListQuery]) -> Bounds:
    """Return west, south, east and north of the records of some layers, within Web Mercator; the world if there are none."""
    boxes = [box for query in queries if (box := _box(query))]
    if not boxes:
        return WORLD
    west, south, east, north = (pick(sides) for pick, sides in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    return max(west, WORLD[0]), max(south, WORLD[1]), min(east, WORLD[2]), min(north, WORLD[3])


def _box(query: ListQuery) -> Bounds | None:
    column = str(query.resource.geometry)
    rows = statement(query, selected(query).values(column))

    def read() -> Bounds | None:
        found = fetch(
            sql(
                "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)"
                " FROM (SELECT ST_Extent(r.{column}) AS box FROM ({rows}) r) e WHERE box IS NOT NULL",
                column=identifier(column),
                rows=rows,
            )
        )
        return tuple(round(side, 6) for side in found[0]) if found else None  # type: ignore[return-value]

    return _remembered.get((rows.text, repr(rows.values)), read)
