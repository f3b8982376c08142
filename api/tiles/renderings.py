"""The places and cells of layers, as values that are rendered from declarations and kept."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from api.tiles.grid import CELL_BITS, GRID_BITS, MAX_LEVEL
from api.tiles.layer import Layer, layers
from api.tiles.positions import cells_of_places, place_function
from api.tiles.proof import differences
from registry.derived.rebuild import Rendering
from registry.sql import Sql, identifier, sql

#: The lock under which `registry_fold_cells` replaces rows of cells: what it replaces meanwhile would be counted twice.
_FOLD_LOCK = 7_268_104_421


def renderings() -> Iterable[Rendering]:
    """Return what is kept of each layer."""
    return [rendering_of(layer) for layer in layers()]


def rendering_of(layer: Layer) -> Rendering:
    """Return the places and cells of a layer."""
    return Rendering(
        name=f"tiles:{layer.resource.kind}",
        table=layer.resource.table,
        digest=place_function(layer).digest,
        batch=_batch_of(layer),
        differing=partial(differences, layer),
    )


def _batch_of(layer: Layer) -> Callable[[Any, int, int], tuple[int, int | None]]:
    def batch(cursor: Any, after: int, most: int) -> tuple[int, int | None]:
        return _place_part(cursor, layer, after, most)

    return batch


def _place_part(cursor: Any, layer: Layer, after: int, most: int) -> tuple[int, int | None]:
    """Place the records after a key again, while writers wait; with the last of them, count all cells from their places.

    Each record has its old or its new place, and the cells are the sum of the places, so that every tile is whole meanwhile.
    """
    table, kind = identifier(layer.resource.table), layer.resource.kind
    _do(cursor, sql("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE", table=table))
    part = "SELECT count(*), max(id) FROM (SELECT id FROM {table} WHERE id > {after} ORDER BY id LIMIT {most}) p"
    _do(cursor, sql(part, table=table, after=after, most=most))
    number, last = cursor.fetchone()
    until = last if number == most else None
    ids = sql(
        "SELECT id FROM {table} WHERE id > {after} AND ({until}::bigint IS NULL OR id <= {until})"
        " UNION SELECT record_id FROM registry_tileplace WHERE kind = {kind} AND record_id > {after}"
        " AND ({until}::bigint IS NULL OR record_id <= {until})",
        table=table,
        kind=kind,
        after=after,
        until=until,
    )
    _do(cursor, sql("SELECT {place}(ARRAY({ids}))", place=identifier(f"registry_place_{kind}"), ids=ids))
    if until is None:
        _count_cells(cursor, kind)
    return int(number), until


def _count_cells(cursor: Any, kind: str) -> None:
    _do(cursor, sql("SELECT pg_advisory_xact_lock({lock})", lock=_FOLD_LOCK))
    _do(cursor, sql("DELETE FROM registry_tilecell WHERE kind = {kind}", kind=kind))
    places = sql("registry_tileplace p WHERE kind = {kind}", kind=kind)
    for level in range(MAX_LEVEL + 1):
        counted = cells_of_places(2 * (GRID_BITS - level - CELL_BITS), places)
        _do(
            cursor,
            sql(
                "INSERT INTO registry_tilecell (kind, level, cell, code, country_id, ree, records, x, y, folded)"
                " SELECT {kind}, {level}, cell, code, country_id, ree, records, x, y, true FROM ({counted}) c ORDER BY cell",
                kind=kind,
                level=level,
                counted=counted,
            ),
        )


def _do(cursor: Any, statement: Sql) -> None:
    cursor.execute(statement.text, statement.values)
