"""The places of records on the map, and their counts in cells: kept by triggers, in the transaction that changes a record.

A statement's records are placed at once, so that an import of 300,000 rows pays once. What a record counted as before is
read from its own place, so that the cells always are the sum of the places, whatever has changed: the record, its
commodities, or what a commodity is.
"""

from collections.abc import Iterable, Iterator

from api.tiles.grid import CELL_BITS, GRID_BITS, MAX_LEVEL
from api.tiles.layer import Layer, layers
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Operation, Step, after
from registry.derived.steps import Layer as StepLayer
from registry.sql import Sql, sql
from registry.triggers import changed, pairs

_COLUMNS = "key, x, y, code, country_id, ree, span, outline"
#: After so many statements the rows of the cells that they changed are folded.
_FOLD_EVERY = 200


def _ree(layer: Layer) -> str:
    """Return the condition that a record `r` holds rare earths."""
    if layer.commodity_rows is None:
        return "false"
    table, record, commodity = layer.commodity_rows
    return (
        f"EXISTS (SELECT FROM {table} t WHERE t.{record} = r.id AND t.{commodity} = ANY (ARRAY("
        "SELECT id FROM registry_commodity WHERE ree AND record_status = 'published')))"
    )


def fresh_sql(layer: Layer, ids: str = "") -> str:
    """Return the query for the places of records as they should be, of all or of those in a list of ids."""
    geometry = layer.resource.geometry
    among = f"unnest({ids}) i (id) JOIN {layer.resource.table} r USING (id)" if ids else f"{layer.resource.table} r"
    code = f"r.{layer.coloured_by}::text" if layer.coloured_by else "NULL::text"
    country = f"r.{layer.country}" if layer.country else "NULL::bigint"
    return f"""
        SELECT r.id AS record_id, registry_tile_key(g.x, g.y) AS key, g.x, g.y, {code} AS code,
            {country} AS country_id, {_ree(layer)} AS ree,
            CASE WHEN s.part IS NULL THEN 0 ELSE GREATEST(
                registry_tile_x(ST_XMax(s.part)) - registry_tile_x(ST_XMin(s.part)),
                registry_tile_y(ST_YMin(s.part)) - registry_tile_y(ST_YMax(s.part))) END AS span,
            ST_Transform(s.part, 3857) AS outline
        FROM {among}
        CROSS JOIN LATERAL (SELECT CASE WHEN ST_Dimension(r.{geometry}) = 2
            THEN registry_tile_part(r.{geometry}) END AS part OFFSET 0) s
        CROSS JOIN LATERAL (SELECT CASE WHEN GeometryType(r.{geometry}) = 'POINT' THEN r.{geometry}
            ELSE ST_PointOnSurface(COALESCE(s.part, r.{geometry})) END AS point OFFSET 0) a
        CROSS JOIN LATERAL (SELECT registry_tile_x(ST_X(a.point)) AS x, registry_tile_y(ST_Y(a.point)) AS y OFFSET 0) g
        WHERE r.id IN ({layer.published_sql()})"""


def cells_of_places(shift: int, places: Sql, code: Sql | None = None) -> Sql:
    """Give the query that counts places in cells, each record once, by code, country and whether it has rare earths.

    `places` follows FROM, with the places as `p`; `code` is counted in the place of the code that is kept.
    """
    return sql(
        "SELECT key >> {shift} AS cell, {code} AS code, country_id, p.ree, count(*) AS records,"
        " sum(x)::bigint AS x, sum(y)::bigint AS y FROM {places} GROUP BY 1, 2, 3, 4",
        shift=shift,
        code=code or sql("code"),
        places=places,
    )


def place_function(layer: Layer) -> DerivedFunction:
    """Return the function that places the records of a list of ids again, and counts the difference."""
    kind, name = layer.resource.kind, f"registry_place_{layer.resource.kind}"
    columns = _COLUMNS.split(", ")
    differs = " OR ".join(f"f.{c} IS DISTINCT FROM o.{c}" for c in columns)
    both = ", ".join(f"f.{c} AS new_{c}, o.{c} AS old_{c}" for c in columns)
    new = ", ".join(f"new_{c}" for c in columns)
    counted = "key, x, y, code, country_id, ree"
    added, taken = (", ".join(f"{age}_{c}" for c in counted.split(", ")) for age in ("new", "old"))
    shift = f"{2 * (GRID_BITS - CELL_BITS)} - 2 * level"
    body = f"""
        BEGIN
            IF cardinality(ids) = 0 THEN RETURN; END IF;
            WITH fresh AS MATERIALIZED ({fresh_sql(layer, "ids")}),
            old AS MATERIALIZED (SELECT p.* FROM unnest(ids) i (id)
                JOIN registry_tileplace p ON p.kind = '{kind}' AND p.record_id = i.id),
            -- A full join is never planned as a loop over both, whatever number of ids the planner expects.
            changed AS MATERIALIZED (SELECT record_id, {both} FROM fresh f FULL JOIN old o USING (record_id) WHERE {differs}),
            written AS (INSERT INTO registry_tileplace (kind, record_id, {_COLUMNS})
                SELECT '{kind}', record_id, {new} FROM changed WHERE new_key IS NOT NULL ORDER BY new_key
                ON CONFLICT (kind, record_id) DO UPDATE SET {", ".join(f"{c} = EXCLUDED.{c}" for c in columns)}),
            removed AS (DELETE FROM registry_tileplace p USING changed c
                WHERE p.kind = '{kind}' AND p.record_id = c.record_id AND c.new_key IS NULL)
            INSERT INTO registry_tilecell (kind, level, cell, code, country_id, ree, records, x, y)
            SELECT '{kind}', level, key >> ({shift}), code, country_id, ree, sum(sign),
                sum(sign * x::bigint), sum(sign * y::bigint)
            FROM (SELECT 1 AS sign, {added} FROM changed WHERE new_key IS NOT NULL
                UNION ALL SELECT -1, {taken} FROM changed WHERE old_key IS NOT NULL) d (sign, {counted})
            CROSS JOIN generate_series(0, {MAX_LEVEL}) level GROUP BY 2, 3, 4, 5, 6
            HAVING sum(sign) <> 0 OR sum(sign * x::bigint) <> 0 OR sum(sign * y::bigint) <> 0
            ORDER BY 2, 3;
            IF nextval('registry_tilefold') % {_FOLD_EVERY} = 0 THEN PERFORM registry_fold_cells(); END IF;
        END
    """
    return DerivedFunction(
        name=name,
        purpose=f"Place the {layer.resource.name} of a list of keys on the map, and count the difference in its cells.",
        body=body,
        arguments="ids bigint[]",
        returns="void",
        layer=StepLayer.TILES,
    )


def place_steps(layer: Layer) -> list[Step]:
    """Return the steps that place what a statement has written, deleted or truncated."""
    kind, table = layer.resource.kind, layer.resource.table
    shown = _shown_columns(layer)
    # A record whose rows of commodities changed is placed by the step of that table.
    ids = {
        Operation.INSERT: "SELECT id FROM new_rows",
        Operation.UPDATE: f"SELECT n.id FROM {pairs(changed(shown))}",
        Operation.DELETE: "SELECT id FROM old_rows",
    }
    bodies = {operation: f"PERFORM registry_place_{kind}(ARRAY({query}));" for operation, query in ids.items()}
    emptied = f"DELETE FROM registry_tileplace WHERE kind = '{kind}'; DELETE FROM registry_tilecell WHERE kind = '{kind}';"
    bodies[Operation.TRUNCATE] = emptied
    return [*_steps(table, bodies, shown), *_commodity_row_steps(layer)]


def _shown_columns(layer: Layer) -> tuple[str, ...]:
    """List the columns of a record on which its place on the map rests; what links to it makes it public, too."""
    columns = ["record_status", str(layer.resource.geometry), layer.coloured_by, layer.country]
    return tuple(column for column in columns if column)


def _steps(table: str, bodies: dict[Operation, str], reads: Iterable[str]) -> Iterator[Step]:
    purpose = "place the records on the map of vector tiles, and count them in its cells"
    return after(table, StepLayer.TILES, "place_on_tiles", purpose, bodies, reads=reads)


def _commodity_row_steps(layer: Layer) -> list[Step]:
    """Return the steps of the rows that say which commodities a record holds: a tile counts rare earths."""
    if layer.commodity_rows is None:
        return []
    table, record, commodity = layer.commodity_rows
    bodies = {}
    for operation in WRITES:
        rows = " UNION ".join(f"SELECT DISTINCT {record} FROM {name}" for name in operation.transition.values())
        bodies[operation] = f"PERFORM registry_place_{layer.resource.kind}(ARRAY({rows}));"
    return list(_steps(table, bodies, (commodity,)))


def commodity_steps() -> Iterator[Step]:
    """Return the step that places records again when a commodity becomes a rare earth, or is no longer published.

    Transactions that write records or their commodities then are waited for: they cannot see the change, nor we theirs.
    """
    locks: list[str] = []
    calls: list[str] = []
    for layer in layers():
        if layer.commodity_rows is None:
            continue
        table, record, commodity = layer.commodity_rows
        locks += [layer.resource.table, table]
        calls.append(
            f"PERFORM registry_place_{layer.resource.kind}(ARRAY("
            f"SELECT DISTINCT {record} FROM {table} WHERE {commodity} = ANY (changed)));"
        )
    counted = "(n.ree AND n.record_status = 'published') <> (o.ree AND o.record_status = 'published')"
    body = f"""
        IF cardinality(changed) > 0 THEN
            LOCK TABLE {", ".join(locks)} IN SHARE ROW EXCLUSIVE MODE;
            {" ".join(calls)}
        END IF;
    """
    return after(
        "registry_commodity",
        StepLayer.TILES,
        "place_on_tiles",
        "place again the records that hold it, when it becomes or ceases to be a published rare earth",
        {Operation.UPDATE: body},
        reads=("ree", "record_status"),
        variables=f"changed bigint[] := ARRAY(SELECT n.id FROM {pairs(counted)});",
    )


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps and functions that keep the places of all layers."""
    steps = [step for layer in layers() for step in place_steps(layer)]
    return [*steps, *commodity_steps()], [place_function(layer) for layer in layers()]
