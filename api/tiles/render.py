"""The bytes of a tile: cells where it holds more records than one can draw, else every record."""

from api.database.connection import fetch
from api.filters.lookups import rare_earths
from api.query.list_query import ListQuery
from api.query.selection import selected, statement, unnarrowed
from api.tiles.attributes import Attribute, attributes, columns_of
from api.tiles.grid import BUFFER, EXTENT, HALF_WORLD_M, MAX_LEVEL, MAX_RECORDS, RECORDS_ZOOM, Tile
from api.tiles.layer import Layer
from api.tiles.marks import marks
from api.tiles.positions import cells_of_places
from registry.sql import Sql, identifier, joined, literal, sql


def render(layer: Layer, tile: Tile, query: ListQuery, family: str | None = None) -> bytes:
    """Return a layer of a tile; empty if nothing lies in it.

    A cell and a record stand in one tile, that of their point. An outline is drawn in each tile that it reaches; where its
    own point stands in another tile it is a `part`.
    """
    conditions = told_by_cells(layer, query)
    chosen = Sql() if unnarrowed(query) or conditions is not None else statement(query, selected(query).values("id"))
    places = sql("{places}{conditions}", places=_places(layer, chosen), conditions=conditions or Sql())
    if tile.z < RECORDS_ZOOM:
        total, cells = _cells(layer, tile, conditions if tile.z <= MAX_LEVEL else None, places)
        if total > MAX_RECORDS:
            return cells
    return _records(layer, tile, places, attributes(layer, family))


def told_by_cells(layer: Layer, query: ListQuery) -> Sql | None:
    """Give the conditions on kept cells and places that narrow them as a query does; None if they cannot tell."""
    columns = {layer.coloured_by: "code", "country": "country_id", "region": "country_id"}
    conditions = []
    if query.near:
        return None
    for clause in query.clauses:
        ((name, value), *more) = clause.values.items() or ((None, None),)
        if layer.commodities and clause.shape == "commodity" and value == rare_earths():
            conditions.append(sql(" AND ree"))
            continue
        if more or name not in columns or clause.shape not in (name, (name, "one"), (name, "any")):
            return None
        any_of = value if isinstance(value, list) else [value]
        conditions.append(sql(" AND {column} = ANY ({any_of})", column=identifier(columns[name]), any_of=any_of))
    return joined("", conditions)


def _places(layer: Layer, chosen: Sql) -> Sql:
    """Compose what follows FROM for the places of a layer, of the records chosen if not all are."""
    among = sql(" JOIN ({chosen}) s ON s.id = p.record_id", chosen=chosen) if chosen else chosen
    kind = literal(layer.resource.kind)
    return sql("registry_tileplace p{among} WHERE p.kind = {kind}", among=among, kind=kind)


def _cells(layer: Layer, tile: Tile, conditions: Sql | None, places: Sql) -> tuple[int, bytes]:
    """Give the number of records in a tile and, if these are too many, its cells: kept ones, if `conditions` narrow them."""
    first, end = tile.keys
    shift = tile.cell_shift
    if conditions is not None:
        rows = sql(
            "SELECT cell, code, country_id, ree, records, x, y FROM registry_tilecell"
            " WHERE kind = {kind} AND level = {level} AND cell >= {first} AND cell < {end}{conditions}",
            kind=literal(layer.resource.kind),
            level=tile.z,
            first=first >> shift,
            end=end >> shift,
            conditions=conditions,
        )
    else:
        rows = cells_of_places(
            shift, sql("{places} AND p.key >= {first} AND p.key < {end}", places=places, first=first, end=end)
        )
    ((total, cells),) = fetch(_cells_sql(layer, tile, rows, places))
    return int(total or 0), bytes(cells or b"")


def _cells_sql(layer: Layer, tile: Tile, rows: Sql, places: Sql) -> Sql:
    """Give the query for the number of records and the cells: each at the middle of its records, with its counts.

    Counts stand by code and by country; the commonest of each is given as well, for maps that draw one colour. Records that
    a reader should look at twice are few, so they are counted by their `places`.
    """
    counted, joins, columns, counts = [], [], [], []
    sources = {}
    if layer.coloured_by:
        sources[layer.coloured_by] = sql("SELECT cell, code AS value, sum(records) AS n FROM rows GROUP BY 1, 2")
    if layer.country:
        sources["country"] = sql(
            "SELECT cell, c.slug AS value, sum(records) AS n FROM rows JOIN registry_country c ON c.id = rows.country_id"
            " AND c.record_status = 'published' GROUP BY 1, 2"
        )
    for position, (name, source) in enumerate(sources.items()):
        each = identifier(f"k{position}")
        counted.append(
            sql(
                ", {each} AS (SELECT cell, (array_agg(value ORDER BY n DESC, value))[1] AS commonest,"
                " jsonb_object_agg({before} || value, n::bigint) AS counts FROM ({source}) s"
                " WHERE n > 0 AND value IS NOT NULL GROUP BY 1)",
                each=each,
                before=literal(f"{name}:"),
                source=source,
            )
        )
        joins.append(sql(" LEFT JOIN {each} USING (cell)", each=each))
        columns.append(sql(", {each}.commonest AS {name}", each=each, name=identifier(name)))
        counts.append(sql("COALESCE({each}.counts, '{{}}')", each=each))
    first, end = tile.keys
    for mark in marks(layer):
        each = identifier(f"marked_{mark.name}")
        counted.append(
            sql(
                ", {each} AS (SELECT p.key >> {shift} AS cell, count(*) AS n FROM {places}"
                " AND p.key >= {first} AND p.key < {end} AND p.record_id IN ({keys}) GROUP BY 1)",
                each=each,
                shift=tile.cell_shift,
                places=places,
                first=first,
                end=end,
                keys=mark.keys,
            )
        )
        joins.append(sql(" LEFT JOIN {each} USING (cell)", each=each))
        columns.append(sql(", {each}.n AS {name}", each=each, name=identifier(mark.counted_as)))
    x, y = tile.origin
    return sql(
        """
        WITH rows AS MATERIALIZED ({rows}){counted},
        cells AS MATERIALIZED (SELECT cell, sum(records)::bigint AS records,
            COALESCE(sum(records) FILTER (WHERE ree), 0)::bigint AS ree_records,
            div(sum(x), NULLIF(sum(records), 0))::bigint AS x, div(sum(y), NULLIF(sum(records), 0))::bigint AS y
            FROM rows GROUP BY cell)
        SELECT total, CASE WHEN total > {most} THEN (SELECT ST_AsMVT(t, {layer}, {extent}, 'point') FROM (
            SELECT ST_Point((x - {x}) / {unit}, (y - {y}) / {unit}) AS point, records, ree_records{columns},
                {counts} AS counts
            FROM cells{joins} WHERE records > 0 ORDER BY cell) t) END
        FROM (SELECT sum(records)::bigint AS total FROM cells) summed""",
        most=MAX_RECORDS,
        rows=rows,
        counted=joined("", counted),
        layer=literal(layer.name),
        extent=EXTENT,
        x=x,
        y=y,
        unit=tile.unit,
        columns=joined("", columns),
        counts=joined(" || ", counts) or sql("'{{}}'::jsonb"),
        joins=joined("", joins),
    )


def _records(layer: Layer, tile: Tile, places: Sql, shown: tuple[Attribute, ...]) -> bytes:
    """Draw every record: points and outlines too small to be seen as such, then outlines that reach the tile."""
    first, end = tile.keys
    x, y = tile.origin
    side = 2 * HALF_WORLD_M / (1 << tile.z)
    west, north = tile.x * side - HALF_WORLD_M, HALF_WORLD_M - tile.y * side
    margin = side * BUFFER / EXTENT
    country = " LEFT JOIN registry_country c ON c.id = d.country_id AND c.record_status = 'published'"
    query = sql(
        """
        WITH drawn AS (
            SELECT p.record_id, p.key, p.country_id, p.ree, false AS part, {point} AS shape FROM {places}
                AND {here} AND p.span < {smallest}
            UNION ALL
            SELECT record_id, key, country_id, ree, NOT here, shape FROM (
                SELECT record_id, key, country_id, ree, here, COALESCE(
                    ST_AsMVTGeom(ST_Simplify(outline, {tolerance}, true), {tile}, {extent}, {buffer}, true),
                    CASE WHEN here THEN point END) AS shape
                FROM (SELECT p.*, {here} AS here, {point} AS point FROM {places}
                    AND p.span >= {smallest} AND p.outline && {reach}) outlines
            ) reaching WHERE shape IS NOT NULL
        )
        SELECT ST_AsMVT(t, {layer}, {extent}, 'shape') FROM (
            SELECT d.shape, {attributes}, CASE WHEN d.part THEN true END AS part
            FROM drawn d JOIN {table} r ON r.id = d.record_id{joins} ORDER BY d.key, d.record_id) t""",
        point=sql("ST_Point((p.x - {x}) / {unit}, (p.y - {y}) / {unit})", x=x, y=y, unit=tile.unit),
        places=places,
        here=sql("p.key >= {first} AND p.key < {end}", first=first, end=end),
        smallest=tile.smallest_outline,
        tolerance=side / EXTENT,
        tile=_envelope(west, north - side, west + side, north),
        reach=_envelope(west - margin, north - side - margin, west + side + margin, north + margin),
        extent=EXTENT,
        buffer=BUFFER,
        layer=literal(layer.name),
        attributes=columns_of(shown),
        table=identifier(layer.resource.table),
        joins=sql(country) if layer.country else Sql(),
    )
    ((body,),) = fetch(query)
    return bytes(body or b"")


def _envelope(west: float, south: float, east: float, north: float) -> Sql:
    return sql("ST_MakeEnvelope({w}, {s}, {e}, {n}, 3857)", w=west, s=south, e=east, n=north)
