"""The proof that what is kept is what the records give: places against records, cells against places."""

from django.db import connection

from api.tiles.grid import CELL_BITS, GRID_BITS, MAX_LEVEL
from api.tiles.layer import Layer
from api.tiles.positions import cells_of_places, fresh_sql
from registry.sql import Sql, compiled, sql

_PLACE = sql("record_id, key, x, y, code, country_id, ree, span, ST_AsBinary(outline)")
_CELL = sql("cell, code, country_id, ree, records, x, y")


def differences(layer: Layer) -> int:
    """Count the places and cells of a layer that are kept and should not be, or should be and are not."""
    kind = layer.resource.kind
    kept = sql("SELECT {place} FROM registry_tileplace WHERE kind = {kind}", place=_PLACE, kind=kind)
    fresh = sql("SELECT {place} FROM ({fresh}) f", place=_PLACE, fresh=compiled(fresh_sql(layer)))
    number = _unlike(kept, fresh)
    for level in range(MAX_LEVEL + 1):
        summed = sql(
            "SELECT cell, code, country_id, ree, sum(records), sum(x), sum(y) FROM registry_tilecell"
            " WHERE kind = {kind} AND level = {level} GROUP BY 1, 2, 3, 4"
            " HAVING (sum(records), sum(x), sum(y)) <> (0, 0, 0)",
            kind=kind,
            level=level,
        )
        shift = 2 * (GRID_BITS - level - CELL_BITS)
        counted = cells_of_places(shift, sql("registry_tileplace p WHERE kind = {kind}", kind=kind))
        number += _unlike(summed, sql("SELECT {cell} FROM ({counted}) c", cell=_CELL, counted=counted))
    return number


def _unlike(one: Sql, other: Sql) -> int:
    query = sql(
        """WITH one AS MATERIALIZED ({one}), other AS MATERIALIZED ({other})
        SELECT (SELECT count(*) FROM (TABLE one EXCEPT ALL TABLE other) a)
             + (SELECT count(*) FROM (TABLE other EXCEPT ALL TABLE one) b)""",
        one=one,
        other=other,
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        ((number,),) = cursor.fetchall()
    return int(number)
