"""Vector tiles of a release as PMTiles, one archive for each layer, drawn by the SQL that draws the tiles of the service."""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from api.database.connection import fetch
from api.query.list_query import ListQuery
from api.tiles.extents import bounds_of
from api.tiles.grid import GRID_BITS, MAX_RECORDS, RECORDS_ZOOM, Tile
from api.tiles.layer import Layer, layers
from api.tiles.metadata import ATTRIBUTION, fields
from api.tiles.render import render
from registry.sql import sql

#: The archive goes as deep as this at least: a unit of a tile is then 38 metres. It goes deeper while a tile shows cells.
_LEAST_ZOOM = 8
_E7 = 10_000_000


def write_tiles(folder: Path, tell: Callable[[str], None]) -> None:
    """Write an archive for each layer that has records with a location."""
    folder.mkdir()
    for layer in layers():
        if _located(layer, 0):
            deepest = _deepest(layer)
            with (folder / f"{layer.name}.pmtiles").open("wb") as file:
                _write(layer, deepest, Writer(file), tell)  # type: ignore[no-untyped-call]


def _deepest(layer: Layer) -> int:
    """Return the least zoom at which every tile shows its records, not cells of many."""
    for zoom in range(_LEAST_ZOOM, RECORDS_ZOOM):
        shift = 2 * (GRID_BITS - zoom)
        query = "SELECT count(*) FROM registry_tileplace WHERE kind = {kind} GROUP BY key >> {shift} ORDER BY 1 DESC LIMIT 1"
        ((most,),) = fetch(sql(query, kind=layer.resource.kind, shift=shift))
        if most <= MAX_RECORDS:
            return zoom
    return RECORDS_ZOOM


def _write(layer: Layer, deepest: int, writer: Any, tell: Callable[[str], None]) -> None:
    query, drawn = ListQuery(layer.resource), [Tile(0, 0, 0)]
    for zoom in range(deepest + 1):
        candidates = {(tile.x, tile.y) for tile in _candidates(layer, zoom, drawn)}
        found = sorted((zxy_to_tileid(zoom, x, y), x, y) for x, y in candidates)
        tell(f"tiles of {layer.name}, zoom {zoom} of {deepest}: {len(found):,}")
        drawn = []
        for number, x, y in found:
            tile = Tile(zoom, x, y)
            if body := render(layer, tile, query):
                drawn.append(tile)
                writer.write_tile(number, gzip.compress(body, mtime=0))
    west, south, east, north = (round(side * _E7) for side in bounds_of([query]))
    header = {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 0,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    described = {
        "id": layer.name,
        "description": layer.resource.description,
        "minzoom": 0,
        "maxzoom": deepest,
        "fields": {name: words for name, (_, words) in fields(layer, None).items()},
    }
    writer.finalize(header, {"name": layer.name, "attribution": ATTRIBUTION, "vector_layers": [described]})


def _candidates(layer: Layer, zoom: int, above: Iterable[Tile]) -> Iterable[Tile]:
    """Return the tiles of a zoom in which a record has its point, and those below an outline that was drawn above."""
    yield from (_tile_of(zoom, number) for number in _located(layer, zoom))
    query = "SELECT EXISTS (SELECT FROM registry_tileplace WHERE kind = {kind} AND span >= {least})"
    ((outlined,),) = fetch(sql(query, kind=layer.resource.kind, least=Tile(zoom, 0, 0).smallest_outline))
    if outlined and zoom:
        yield from (Tile(zoom, 2 * one.x + x, 2 * one.y + y) for one in above for x in (0, 1) for y in (0, 1))


def _located(layer: Layer, zoom: int) -> list[int]:
    """Return the numbers of the tiles in which a record of a layer has its point."""
    query = "SELECT DISTINCT key >> {shift} FROM registry_tileplace WHERE kind = {kind}"
    return [number for (number,) in fetch(sql(query, kind=layer.resource.kind, shift=2 * (GRID_BITS - zoom)))]


def _tile_of(zoom: int, number: int) -> Tile:
    """Return the tile of a number whose bits are those of its column and row in turn."""
    x, y = (sum((number >> 2 * bit + side & 1) << bit for bit in range(zoom)) for side in (0, 1))
    return Tile(zoom, x, y)
