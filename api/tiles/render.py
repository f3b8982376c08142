"""The bytes of a tile: cells where it holds more records than one can draw, else every record."""

from functools import cache
from typing import Any

from api.database.connection import fetch
from api.query.question import Question
from api.query.selection import bind, selected, unnarrowed
from api.tiles.grid import BUFFER, EXTENT, HALF_WORLD_M, MAX_LEVEL, MAX_RECORDS, RECORDS_ZOOM, Tile
from api.tiles.layer import Layer
from api.tiles.places import cells_of_places


def render(layer: Layer, tile: Tile, question: Question) -> bytes:
    """Give a layer of a tile; empty if nothing lies in it.

    A cell and a record stand in one tile, that of their point. An outline is drawn in each tile that it reaches; where its
    own point stands in another tile it is a `part`.
    """
    chosen, values = ("", []) if unnarrowed(question) else bind(question, selected(question).values("id"))
    if tile.z < RECORDS_ZOOM:
        known = told_by_cells(layer, question) if tile.z <= MAX_LEVEL else None
        conditions, bound = known if known else (None, values)
        total, cells = _cells(layer, tile, conditions, bound, chosen)
        if total > MAX_RECORDS:
            return cells
    return _records(layer, tile, chosen, values)


def told_by_cells(layer: Layer, question: Question) -> tuple[str, list[Any]] | None:
    """Give the conditions on the kept cells that narrow them as a question does; None if they cannot tell."""
    columns = {layer.coloured_by: "code", "country": "country_id", "region": "country_id"}
    conditions, values = "", []
    if question.near:
        return None
    for clause in question.clauses:
        ((name, value), *more) = clause.values.items() or ((None, None),)
        if more or name not in columns or clause.shape not in (name, (name, "one"), (name, "any")):
            return None
        conditions += f" AND {columns[name]} = ANY (%s)"
        values.append(value if isinstance(value, list) else [value])
    return conditions, values


def _places(layer: Layer, chosen: str) -> str:
    among = f" JOIN ({chosen}) s ON s.id = p.record_id" if chosen else ""
    return f"registry_tileplace p{among} WHERE p.kind = '{layer.resource.kind}'"


def _cells(layer: Layer, tile: Tile, conditions: str | None, values: list[Any], chosen: str) -> tuple[int, bytes]:
    """Give the number of records in a tile and its cells: those that are kept, if `conditions` narrow them, else counted."""
    first, end = tile.keys
    shift = tile.cell_shift
    x, y = tile.origin
    if conditions is not None:
        rows, bound = f"{_kept_cells(layer)}{conditions}", [tile.z, first >> shift, end >> shift, *values]
    else:
        rows = cells_of_places(f"{_places(layer, chosen)} AND p.key >= %s AND p.key < %s")
        bound = [shift, *values, first, end]
    ((total, cells),) = fetch(_cells_sql(layer, rows), [*bound, x, tile.unit, y, tile.unit])
    return int(total or 0), bytes(cells or b"")


def _kept_cells(layer: Layer) -> str:
    """Give the query for the kept rows of cells, several to a cell."""
    return (
        "SELECT cell, code, country_id, records, ree, x, y FROM registry_tilecell"
        f" WHERE kind = '{layer.resource.kind}' AND level = %s AND cell >= %s AND cell < %s"
    )


def _cells_sql(layer: Layer, rows: str) -> str:
    """Give the query for the number of records and the cells: each at the middle of its records, with its counts.

    Counts stand by code and by country; which is the commonest of each stands beside them, for maps that draw one colour.
    """
    counted, joins, columns, counts = [], [], [], []
    sources = {}
    if layer.coloured_by:
        sources[layer.coloured_by] = "SELECT cell, code AS value, sum(records) AS n FROM rows GROUP BY 1, 2"
    if layer.country:
        sources["country"] = (
            "SELECT cell, c.slug AS value, sum(records) AS n FROM rows JOIN registry_country c ON c.id = rows.country_id"
            " AND c.record_status = 'published' GROUP BY 1, 2"
        )
    for position, (name, source) in enumerate(sources.items()):
        counted.append(
            f", k{position} AS (SELECT cell, (array_agg(value ORDER BY n DESC, value))[1] AS commonest,"
            f" jsonb_object_agg('{name}:' || value, n::bigint) AS counts FROM ({source}) s"
            " WHERE n > 0 AND value IS NOT NULL GROUP BY 1)"
        )
        joins.append(f" LEFT JOIN k{position} USING (cell)")
        columns.append(f', k{position}.commonest AS "{name}"')
        counts.append(f"COALESCE(k{position}.counts, '{{}}')")
    return f"""
        WITH rows AS MATERIALIZED ({rows}){"".join(counted)},
        cells AS MATERIALIZED (SELECT cell, sum(records)::bigint AS records, sum(ree)::bigint AS ree_records,
            div(sum(x), NULLIF(sum(records), 0))::bigint AS x, div(sum(y), NULLIF(sum(records), 0))::bigint AS y
            FROM rows GROUP BY cell)
        SELECT (SELECT sum(records) FROM cells)::bigint, (SELECT ST_AsMVT(t, '{layer.name}', {EXTENT}, 'point') FROM (
            SELECT ST_Point((x - %s) / %s, (y - %s) / %s) AS point, records, ree_records{"".join(columns)},
                {" || ".join(counts) or "'{}'::jsonb"} AS counts
            FROM cells{"".join(joins)} WHERE records > 0 ORDER BY cell) t)"""


def _records(layer: Layer, tile: Tile, chosen: str, values: list[Any]) -> bytes:
    first, end = tile.keys
    x, y = tile.origin
    side = 2 * HALF_WORLD_M / (1 << tile.z)
    west, north = tile.x * side - HALF_WORLD_M, HALF_WORLD_M - tile.y * side
    margin, smallest = side * BUFFER / EXTENT, tile.smallest_outline
    bounds = [west, north - side, west + side, north]
    reach = [west - margin, north - side - margin, west + side + margin, north + margin]
    bound = [
        *(x, tile.unit, y, tile.unit, *values, first, end, smallest),
        *(side / EXTENT, *bounds, first, end, x, tile.unit, y, tile.unit, *values, smallest, *reach),
    ]
    ((body,),) = fetch(_records_sql(layer, chosen), bound)
    return bytes(body or b"")


_POINT = "ST_Point((p.x - %s) / %s, (p.y - %s) / %s)"


def _records_sql(layer: Layer, chosen: str) -> str:
    """Give the query for every record: points and outlines too small to be seen as such, then outlines that reach the tile."""
    places, attributes, joins = _places(layer, chosen), *_attributes(layer)
    return f"""
        WITH drawn AS (
            SELECT p.record_id, p.key, p.country_id, p.ree, false AS part, {_POINT} AS shape FROM {places}
                AND p.key >= %s AND p.key < %s AND p.span < %s
            UNION ALL
            SELECT record_id, key, country_id, ree, NOT here, shape FROM (
                SELECT record_id, key, country_id, ree, here, COALESCE(
                    ST_AsMVTGeom(ST_Simplify(outline, %s, true), ST_MakeEnvelope(%s, %s, %s, %s, 3857),
                        {EXTENT}, {BUFFER}, true),
                    CASE WHEN here THEN point END) AS shape
                FROM (SELECT p.*, p.key >= %s AND p.key < %s AS here, {_POINT} AS point FROM {places}
                    AND p.span >= %s AND p.outline && ST_MakeEnvelope(%s, %s, %s, %s, 3857)) outlines
            ) reaching WHERE shape IS NOT NULL
        )
        SELECT ST_AsMVT(t, '{layer.name}', {EXTENT}, 'shape') FROM (
            SELECT d.shape, {attributes}, CASE WHEN d.part THEN true END AS part
            FROM drawn d JOIN {layer.resource.table} r ON r.id = d.record_id{joins} ORDER BY d.key, d.record_id) t"""


@cache
def _attributes(layer: Layer) -> tuple[str, str]:
    """Give the attributes of a record that a map needs, and the joins they come from."""
    columns, joins = ["r.slug", f'r."{layer.label}" AS name'], ""
    if layer.country:
        columns.append("c.slug AS country")
        joins = " LEFT JOIN registry_country c ON c.id = d.country_id AND c.record_status = 'published'"
    columns += [f'r."{code}"' for code in layer.codes]
    columns += ["d.ree"] if layer.commodities else []
    return ", ".join(columns), joins
