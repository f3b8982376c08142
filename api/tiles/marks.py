"""Marks: the filters that find the records of a layer which a reader should look at twice; cells count them."""

from typing import NamedTuple

from api.query.list_query import parameters_of, read_query
from api.query.selection import selected, statement
from api.tiles.layer import Layer
from registry.sql import Sql

_FILTERS = ("disputed", "possible_duplicate")


class Mark(NamedTuple):
    """A mark: its filter, the attribute of a cell that counts its records, and the query for their keys."""

    name: str
    counted_as: str
    keys: Sql


def mark_names(layer: Layer) -> dict[str, str]:
    """Name the marks of a layer with the attributes by which cells count them."""
    known = parameters_of(layer.resource)
    return {name: f"{name}_records" for name in _FILTERS if name in known}


def marks(layer: Layer) -> list[Mark]:
    """Return the marks of a layer."""
    found = []
    for name, counted_as in mark_names(layer).items():
        query = read_query(layer.resource, {name: "true"})
        found.append(Mark(name, counted_as, statement(query, selected(query).values("id"))))
    return found
