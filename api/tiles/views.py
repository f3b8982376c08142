"""The addresses of tiles and of what describes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from api.errors import BadParameter
from api.filters.parameters import code_of, nearest
from api.http.negotiation import JSON
from api.http.views import ReadView
from api.query.list_query import ON, ListQuery, lists_of, parameters_of
from api.query.selection import read_selection
from api.tiles import description
from api.tiles.extents import bounds_of
from api.tiles.grid import read_tile
from api.tiles.layer import Layer
from api.tiles.metadata import MVT, TONNES, tile_json, tileset, tilesets
from api.tiles.render import render
from registry.vocabularies.estimates import CodeFamily


@dataclass(frozen=True)
class TileRequest:
    """What a request asks for: the records of each layer, and the family of reporting codes of their tonnages."""

    queries: list[ListQuery]
    family: str | None
    #: Both as parameters of an address.
    given: Mapping[str, str]


def read_request(chosen: tuple[Layer, ...], given: Mapping[str, str]) -> TileRequest:
    """Read the parameters of an address over some layers; raises BadParameter."""
    if TONNES not in given or not any(layer.tonnes_of for layer in chosen):
        return TileRequest(_queries(chosen, given), None, given)
    family = code_of(TONNES, given[TONNES], CodeFamily.values)
    filters = {name: value for name, value in given.items() if name != TONNES}
    return TileRequest(_queries(chosen, filters), family, {**filters, TONNES: family})


def _queries(chosen: tuple[Layer, ...], given: Mapping[str, str]) -> list[ListQuery]:
    """Read the filters of each layer; of several layers, those that all of them know."""
    if len(chosen) > 1:
        known = set.intersection(*(_known(layer) for layer in chosen))
        for name in given:
            if name not in known:
                hint = nearest(name, known, 400)
                raise BadParameter(f"The layers of this tile do not all have this parameter.{hint}", name[:80])
    return [read_selection(layer.resource, given, what="A tile") for layer in chosen]


def _known(layer: Layer) -> set[str]:
    """Name the parameters of a layer."""
    return {*parameters_of(layer.resource), "near", "radius_km", *((ON,) if layer.resource.on_date else ())}


class TilesView(ReadView):
    """An address over one layer or, as the registry, over all."""

    #: Name of the tile set: that of its resource, or “registry”.
    name = ""
    chosen: tuple[Layer, ...] = ()

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return frozenset().union(*(lists_of(layer.resource) for layer in self.chosen))

    def requested(self, request: HttpRequest) -> TileRequest:
        """Read what the request asks for; raises BadParameter."""
        return read_request(self.chosen, self.given(request))


class TileView(TilesView):
    """A tile: one layer per resource."""

    formats = ()

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.tile(self.name, self.chosen)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Draw each layer; layers of a tile are simply joined."""
        tile = read_tile(kwargs["z"], kwargs["x"], kwargs["y"])
        wanted = self.requested(request)
        layers = zip(self.chosen, wanted.queries, strict=True)
        body = b"".join(render(layer, tile, query, wanted.family) for layer, query in layers)
        if not body:
            return HttpResponse(status=204)
        return HttpResponse(body, content_type=MVT)


class TileJsonView(TilesView):
    """What a map client reads to find the tiles and their layers (TileJSON 3.0)."""

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.tile_json(self.name)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Describe the tiles; filters go into their addresses."""
        wanted = self.requested(request)
        described = tile_json(request, self.name, self.chosen, wanted.given, bounds_of(wanted.queries))
        return HttpResponse(orjson.dumps(described), content_type=JSON)


class TileSetView(TilesView):
    """The same as OGC API – Tiles has it."""

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.tile_set(self.name)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Describe the tile set."""
        wanted = self.requested(request)
        described = tileset(request, self.name, self.chosen, wanted.given, bounds_of(wanted.queries))
        return HttpResponse(orjson.dumps(described), content_type=JSON)


class TileSetsView(TilesView):
    """Every tile set, or those of one kind of record."""

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.tile_sets(self.name)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List them."""
        for name in self.given(request):
            raise BadParameter("This address accepts no parameters.", name[:80])
        return HttpResponse(orjson.dumps(tilesets(request, self.name, self.chosen)), content_type=JSON)
