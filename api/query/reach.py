"""How far to look for the records nearest to a position."""

import math
from dataclasses import replace

from api.database.connection import fetch
from api.query.list_query import ListQuery
from api.query.nearness import near
from registry.sql import Sql, sql

#: Distances are rounded otherwise where they are compared with a radius.
_ROUNDING_M = 0.001


def within_reach(query: ListQuery, rows: Sql) -> tuple[ListQuery, bool]:
    """Narrow `near` to a radius within which the nearest records lie, so that an index leaves out the others.

    Tells too whether there are as many as are wanted.

    `rows` gives the distances of the records in the order of degrees, which the index of geometries finds at once. Of as many
    as are wanted, the farthest on the ellipsoid is at least as far as all of the nearest: at the poles and at the antimeridian,
    where degrees mislead, it is only farther than it need be.
    """
    assert query.near is not None
    some = sql("{rows} LIMIT {limit}", rows=rows, limit=query.limit)
    ((metres, number),) = fetch(sql("SELECT max(_value), count(*) FROM ({some}) reached", some=some))
    if metres is None:
        return query, False
    given = query.near.values
    radius_m = min(metres + _ROUNDING_M, given.get("radius_m", math.inf))
    narrowed = near(str(query.resource.geometry), given["near.x"], given["near.y"], radius_m)
    return replace(query, near=narrowed), number == query.limit
