"""What the OpenAPI description says of the addresses of tiles."""

from typing import Any

from api.http.negotiation import JSON
from api.tiles.grid import MAX_RECORDS, MAX_ZOOM, RECORDS_ZOOM
from api.tiles.layer import Layer
from api.tiles.metadata import COMBINED, MVT, TONNES
from registry.vocabularies.estimates import CodeFamily

_OBJECT = {"type": "object", "additionalProperties": True, "description": "The description."}
_CELLS = (
    f"At zoom 0 to {RECORDS_ZOOM - 1}, a tile that would contain more than {MAX_RECORDS:,} records of a layer shows cells with"
    " counts; any other tile shows every record. Each record is counted or drawn once in the world. Web Mercator"
    " (WebMercatorQuad)."
)

_TONNES = {
    "in": "query",
    "name": TONNES,
    "schema": {"type": "string", "enum": CodeFamily.values},
    "description": "Family of reporting codes: a record then has the attribute `tonnes`, the ore of its largest estimate under"
    " these codes that no other one replaces.",
}


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))


def _operation(name: str, what: str, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": f"tiles{_camel(name)}{what}",
        "tags": ["tiles"],
        "problems": ("400", "404", "503"),
        **more,
    }


def _answer(words: str, media: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": words, "content": {media: {"schema": schema}}}}


def tile(name: str, chosen: tuple[Layer, ...]) -> dict[str, Any]:
    """Describe a tile."""
    limits = {"z": MAX_ZOOM, "x": (1 << MAX_ZOOM) - 1, "y": (1 << MAX_ZOOM) - 1}
    words = {"z": "Zoom.", "x": "Column from the west.", "y": "Row from the north."}
    empty = {"204": {"description": "The tile is empty."}}
    return _operation(
        name,
        "Tile",
        {
            "summary": f"A vector tile of the {name.replace('-', ' ')}",
            "narrowed": chosen[0].resource if name != COMBINED else None,
            "description": f"Accepts the filters of the list; for several layers, those that all of them have. {_CELLS}",
            "parameters": [
                {
                    "in": "path",
                    "name": axis,
                    "required": True,
                    "schema": {"type": "integer", "minimum": 0, "maximum": most},
                    "description": words[axis],
                    "example": 0,
                }
                for axis, most in limits.items()
            ]
            + [_TONNES] * any(layer.tonnes_of for layer in chosen),
            "responses": _answer("The tile (Mapbox Vector Tile 2).", MVT, {"type": "string", "format": "binary"}) | empty,
        },
    )


def tile_json(name: str) -> dict[str, Any]:
    """Describe a TileJSON document."""
    return _operation(
        name,
        "Json",
        {
            "summary": f"TileJSON of the {name.replace('-', ' ')}",
            "description": "The URLs of the tiles and the contents of their layers; filters are added to the"
            " URLs of the tiles.",
            "responses": _answer("TileJSON 3.0.", JSON, _OBJECT),
        },
    )


def tile_set(name: str) -> dict[str, Any]:
    """Describe the metadata of a tile set."""
    return _operation(
        name,
        "Set",
        {
            "summary": f"The tile set of the {name.replace('-', ' ')}",
            "description": "The metadata of OGC API – Tiles; filters are added to the URLs of the tiles.",
            "responses": _answer("The tile set.", JSON, _OBJECT),
        },
    )


def tile_sets(name: str) -> dict[str, Any]:
    """Describe a list of tile sets."""
    which = f"tile sets of the {name.replace('-', ' ')}" if name else "tile sets"
    what = "the one for this kind of record" if name else "one per kind of record that can have a location, and one for all"
    return _operation(
        name,
        "Sets",
        {
            "summary": f"The {which}",
            "description": f"The tile sets as OGC API – Tiles lists them: {what}.",
            "responses": _answer("The tile sets.", JSON, _OBJECT),
        },
    ) | {"problems": ("400", "503"), "operationId": f"tiles{_camel(name)}Sets" if name else "tileSets"}
