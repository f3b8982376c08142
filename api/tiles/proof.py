"""The proof that what is kept is what the records give: places against records, cells against places."""

from django.db import connection

from api.tiles.grid import CELL_BITS, GRID_BITS, MAX_LEVEL
from api.tiles.layer import Layer
from api.tiles.places import cells_of_places, fresh_sql

_PLACE = "record_id, key, x, y, code, country_id, ree, span, ST_AsBinary(outline)"
_CELL = "cell, code, country_id, records, ree, x, y"


def differences(layer: Layer) -> int:
    """Count the places and cells of a layer that are kept and should not be, or should be and are not."""
    kind = layer.resource.kind
    kept = f"SELECT {_PLACE} FROM registry_tileplace WHERE kind = '{kind}'"
    number = _unlike(kept, f"SELECT {_PLACE} FROM ({fresh_sql(layer)}) f")
    for level in range(MAX_LEVEL + 1):
        summed = (
            "SELECT cell, code, country_id, sum(records), sum(ree), sum(x), sum(y) FROM registry_tilecell"
            f" WHERE kind = '{kind}' AND level = {level} GROUP BY 1, 2, 3"
            " HAVING (sum(records), sum(ree), sum(x), sum(y)) <> (0, 0, 0, 0)"
        )
        shift = 2 * (GRID_BITS - level - CELL_BITS)
        counted = cells_of_places(f"registry_tileplace WHERE kind = '{kind}'").replace("%s", str(shift))
        number += _unlike(summed, f"SELECT {_CELL} FROM ({counted}) c")
    return number


def _unlike(one: str, other: str) -> int:
    sql = f"""WITH one AS MATERIALIZED ({one}), other AS MATERIALIZED ({other})
        SELECT (SELECT count(*) FROM (TABLE one EXCEPT ALL TABLE other) a)
             + (SELECT count(*) FROM (TABLE other EXCEPT ALL TABLE one) b)"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        ((number,),) = cursor.fetchall()
    return int(number)
