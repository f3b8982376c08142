"""A selection: what an address of the explore page chooses, in the API's own parameters."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from api.errors import BadParameter
from api.query.list_query import PRESENTATION, ListQuery, parameters_of, read_query
from api.query.past import AS_OF
from api.resources.resource import Resource
from api.tiles.layer import Layer, layers
from api.tiles.metadata import TONNES
from registry.vocabularies.estimates import CodeFamily

#: Parameters of the page that choose no records: what the map is coloured by, under which codes tonnages size its dots, and
#: which page of the table is shown.
COLOUR, SIZE, TURNING = "colour", "size", ("cursor", "order")
#: How many records the table shows at once.
LISTED = 25
#: What narrows a layer behind the records as well.
_PLACES = ("country", "region", "within", "bbox", "intersects", "near", "radius_km")


def layer_of(resource: Resource) -> Layer:
    """Return the layer of the map that shows a resource."""
    return next(layer for layer in layers() if layer.resource is resource)


@dataclass(frozen=True)
class Selection:
    """Which records of a resource are chosen, how the map colours them, and where the table stands."""

    resource: Resource
    given: dict[str, str]
    colour: str
    size: str
    turned: dict[str, str]

    @property
    def layer(self) -> Layer:
        """Return the layer of the map."""
        return layer_of(self.resource)

    @property
    def query(self) -> str:
        """Write the filters alone, as every address of the API takes them."""
        return written(self.given)

    def list_query(self, **presentation: str) -> ListQuery:
        """Read the filters as the API does; raises BadParameter."""
        return read_query(self.resource, {**presentation, **self.given})

    def without(self, *names: str) -> "Selection":
        """Drop filters."""
        return replace(self, given={name: value for name, value in self.given.items() if name not in names})

    def href(self, **changes: str | None) -> str:
        """Return the address of this page with some parameters changed; None drops one."""
        default = self.layer.coloured_by
        look = {COLOUR: self.colour if self.colour != default else None, SIZE: self.size}
        merged = {**self.given, **look, **changes}
        return address(self.resource, {name: value for name, value in merged.items() if value})

    def toggled(self, name: str, value: str, *, single: bool = False) -> str:
        """Return the address with one value of a filter added, or taken away if it is chosen."""
        others = [one for one in self.chosen(name) if one != value]
        added = [value] if value not in self.chosen(name) else []
        return self.href(**{name: ",".join(added if single else others + added) or None})

    def chosen(self, name: str) -> list[str]:
        """List the chosen values of a filter."""
        return [one for one in self.given.get(name, "").split(",") if one]

    def tiles(self) -> str:
        """Return the template of the addresses of the tiles that draw the selection."""
        return tiles_of(self.resource, {**self.given, TONNES: self.size} if self.size else self.given)

    def behind(self) -> str:
        """Return the same for the licences behind other records, in the same place; "" if they are the records themselves."""
        licences = next(layer.resource for layer in layers() if layer.resource.geometry == "area")
        if licences is self.resource:
            return ""
        return tiles_of(licences, {name: value for name, value in self.given.items() if name in _PLACES})


def read_selection(resource: Resource, given: dict[str, str]) -> Selection:
    """Split the parameters of an address; raises BadParameter for one that has no meaning here."""
    layer = layer_of(resource)
    given = {name: value for name, value in given.items() if value != ""}
    colour = given.pop(COLOUR, layer.coloured_by or "")
    if colour not in layer.colourings:
        raise BadParameter("The map cannot be coloured by this.", COLOUR, list(layer.colourings))
    size = given.pop(SIZE, "")
    if size and (layer.tonnes_of is None or size not in CodeFamily.values):
        raise BadParameter("No tonnage sizes the map by this.", SIZE, CodeFamily.values if layer.tonnes_of else [])
    turned = {name: given.pop(name) for name in TURNING if name in given}
    if AS_OF in given:
        raise BadParameter(
            "The map, its counts and its files show the present. The past is on the pages of the records and in the lists of"
            " the API.",
            AS_OF,
        )
    for name in given:
        if name in PRESENTATION:
            raise BadParameter("This page accepts the filters of the list, but not this parameter.", name)
    if "near" in given and "radius_km" not in given:
        raise BadParameter("This page accepts `near` only with `radius_km`.", "near")
    return Selection(resource, given, colour, size, turned)


def shared(selection: Selection, other: Resource) -> dict[str, str]:
    """Return the filters that another resource has too."""
    known = {*parameters_of(other), "near", "radius_km"}
    return {name: value for name, value in selection.given.items() if name in known and name in (*_PLACES, "commodity")}


def address(resource: Resource, parameters: dict[str, Any]) -> str:
    """Return the address of the page of a resource."""
    here = reverse(f"pages:explore-{resource.name}")
    return f"{here}?{written(parameters)}" if parameters else here


def tiles_of(resource: Resource, parameters: dict[str, str]) -> str:
    """Return the template of the addresses of a resource's tiles."""
    tile = reverse(f"tiles:{resource.name}-tile", args=[0, 0, 0]).replace("/0/0/0", "/{z}/{x}/{y}")
    return f"{tile}?{written(parameters)}" if parameters else tile


def written(parameters: dict[str, str]) -> str:
    """Write a query string that a person can read: commas and colons stay as they are."""
    return urlencode(parameters, safe=",:")
