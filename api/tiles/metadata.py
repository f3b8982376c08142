"""What describes the tiles to programs: TileJSON 3.0, and the tile sets of OGC API – Tiles."""

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from api.http.negotiation import JSON
from api.tiles.attributes import attributes
from api.tiles.grid import EXTENT, MAX_ZOOM
from api.tiles.layer import Layer
from api.tiles.marks import mark_names

MVT = "application/vnd.mapbox-vector-tile"
#: The name of the tile set that holds every layer.
COMBINED = "registry"
#: The parameter that names a family of reporting codes: records then have their tonnage under it.
TONNES = "tonnes"
_MATRIX_SET = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
#: What Web Mercator holds of the world.
WORLD = (-180.0, -85.051129, 180.0, 85.051129)
Bounds = tuple[float, float, float, float]
ATTRIBUTION = "Rare-earth deposits registry, CC BY 4.0"


def fields(layer: Layer, family: str | None) -> dict[str, tuple[str, str]]:
    """Return the attributes of a layer's features: type, and what it says."""
    found = {one.name: (one.kind, one.words) for one in attributes(layer, family)}
    if layer.commodities:
        found["ree_records"] = ("integer", "For a cell: the number of its records that contain rare earths.")
    for name, counted_as in mark_names(layer).items():
        found[counted_as] = ("integer", f"For a cell: the number of its records with `{name}`; absent if there is none.")
    return found | {
        "records": ("integer", "For a cell: the number of its records; a feature without it is one record."),
        "part": ("boolean", "Whether the representative point of an outline is in another tile; absent if it is in this one."),
    }


def _title(name: str, chosen: tuple[Layer, ...]) -> tuple[str, str]:
    if name == COMBINED:
        return "Registry", "All records that have a location, one layer per kind."
    resource = chosen[0].resource
    return resource.name.replace("-", " ").capitalize(), resource.description


def _base(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(f"{reverse('tiles:tilesets')}{name}/")


def _center(bounds: Bounds) -> list[float]:
    """Return the middle of the bounds, and the zoom at which a map of 512 pixels shows them whole."""
    west, south, east, north = bounds
    width = max(east - west, (north - south) * 2, 360 / (1 << MAX_ZOOM))
    return [
        round((west + east) / 2, 6),
        round((south + north) / 2, 6),
        min(MAX_ZOOM, max(0, math.floor(math.log2(360 / width)))),
    ]


def tile_json(
    request: HttpRequest, name: str, chosen: tuple[Layer, ...], given: Mapping[str, str], bounds: Bounds
) -> dict[str, Any]:
    """Describe a tile set as TileJSON."""
    title, description = _title(name, chosen)
    query = f"?{urlencode(given)}" if given else ""
    return {
        "tilejson": "3.0.0",
        "name": title,
        "description": description,
        "version": settings.SPECTACULAR_SETTINGS["VERSION"],
        "attribution": ATTRIBUTION,
        "scheme": "xyz",
        "tiles": [f"{_base(request, name)}{{z}}/{{x}}/{{y}}.mvt{query}"],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": bounds,
        "center": _center(bounds),
        "vector_layers": [
            {
                "id": layer.name,
                "description": layer.resource.description,
                "minzoom": 0,
                "maxzoom": MAX_ZOOM,
                "fields": {name: words for name, (_, words) in fields(layer, given.get(TONNES)).items()},
            }
            for layer in chosen
        ],
    }


def tileset(
    request: HttpRequest, name: str, chosen: tuple[Layer, ...], given: Mapping[str, str], bounds: Bounds
) -> dict[str, Any]:
    """Describe a tile set as OGC API – Tiles does."""
    title, description = _title(name, chosen)
    base, query = _base(request, name), f"?{urlencode(given)}" if given else ""
    return {
        "title": title,
        "description": description,
        "attribution": ATTRIBUTION,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": _MATRIX_SET,
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(zoom),
                "minTileRow": 0,
                "maxTileRow": (1 << zoom) - 1,
                "minTileCol": 0,
                "maxTileCol": (1 << zoom) - 1,
            }
            for zoom in range(MAX_ZOOM + 1)
        ],
        "boundingBox": {
            "lowerLeft": bounds[:2],
            "upperRight": bounds[2:],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "layers": [
            {
                "id": layer.name,
                "title": layer.resource.name.replace("-", " ").capitalize(),
                "description": layer.resource.description,
                "dataType": "vector",
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        n: {"type": kind, "description": words} for n, (kind, words) in fields(layer, given.get(TONNES)).items()
                    },
                },
                "links": [
                    {"rel": "geodata", "href": request.build_absolute_uri(reverse(f"api:{layer.name}-list")), "type": JSON}
                ],
            }
            for layer in chosen
        ],
        "links": [
            {"rel": "self", "href": f"{base}{query}", "type": JSON},
            {"rel": "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "href": _MATRIX_SET, "type": JSON},
            {
                "rel": "item",
                "href": f"{base}{{tileMatrix}}/{{tileCol}}/{{tileRow}}.mvt{query}",
                "type": MVT,
                "templated": True,
                "title": f"Tiles of {EXTENT} by {EXTENT} units",
            },
            {"rel": "describedby", "href": f"{base}tilejson.json{query}", "type": JSON, "title": "TileJSON"},
        ],
    }


def tilesets(request: HttpRequest, name: str, chosen: tuple[Layer, ...]) -> dict[str, Any]:
    """List the tile sets of one kind of record, or without a name every one."""
    sets: list[tuple[str, tuple[Layer, ...]]] = [(layer.name, (layer,)) for layer in chosen]
    if not name:
        sets.append((COMBINED, chosen))
    return {
        "tilesets": [
            {
                "title": _title(one, layers)[0],
                "dataType": "vector",
                "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
                "tileMatrixSetURI": _MATRIX_SET,
                "links": [{"rel": "self", "href": _base(request, one), "type": JSON}],
            }
            for one, layers in sets
        ],
        "links": [{"rel": "self", "href": request.build_absolute_uri(request.path), "type": JSON}],
    }
