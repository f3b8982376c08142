"""Walks over the tiles of the world, decoded."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile

Address = tuple[int, int, int]


@dataclass(frozen=True)
class Seen:
    """What a zoom of the world shows of a layer."""

    records: int
    slugs: Counter[str]
    cells: int


def decoded(api: Any, name: str, tile: Address, query: str = "") -> dict[str, list[dict[str, Any]]]:
    """Give the features of a tile by layer."""
    z, x, y = tile
    response = api.get(f"/tiles/{name}/{z}/{x}/{y}.mvt{query}")
    if response.status_code == 204:
        assert response.content == b""
        return {}
    assert response.status_code == 200, response.content[:500]
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    layers = mapbox_vector_tile.decode(response.content, default_options={"y_coord_down": True})
    assert all(layer["extent"] == 4096 and layer["version"] == 2 for layer in layers.values())
    return {name: layer["features"] for name, layer in layers.items()}


def pyramid(api: Any, name: str, deepest: int, query: str = "") -> dict[int, list[tuple[Address, list[dict[str, Any]]]]]:
    """Give the tiles of each zoom that hold something, walking from the top: a tile of a tile that is empty is empty."""
    tiles: list[Address] = [(0, 0, 0)]
    zooms: dict[int, list[tuple[Address, list[dict[str, Any]]]]] = {}
    for z in range(deepest + 1):
        found = [(tile, features) for tile in tiles if (features := decoded(api, name, tile, query).get(name))]
        zooms[z] = found
        tiles = [(z + 1, 2 * x + i, 2 * y + j) for (_, x, y), _ in found for i in (0, 1) for j in (0, 1)]
    return zooms


def filled(api: Any, name: str, zoom: int, query: str = "") -> list[tuple[Address, list[dict[str, Any]]]]:
    """Give the tiles of one zoom that hold something."""
    return pyramid(api, name, zoom, query)[zoom]


def seen(tiles: list[tuple[Address, list[dict[str, Any]]]]) -> Seen:
    """Count what a zoom shows: a cell as its records, a record once, a part of an outline not at all."""
    records, cells, slugs = 0, 0, Counter[str]()
    for _, features in tiles:
        for feature in features:
            properties = feature["properties"]
            if "records" in properties:
                records, cells = records + properties["records"], cells + 1
            elif not properties.get("part"):
                records += 1
                slugs[properties["slug"]] += 1
    return Seen(records, slugs, cells)
