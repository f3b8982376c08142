"""Marks: the filters that find the records of a layer which a reader should look at twice; cells count them."""

from functools import cache
from typing import NamedTuple

from api.query.list_query import parameters_of, read_query
from api.query.selection import selected, statement
from api.resources.resource import Resource
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
    return {mark.name: mark.counted_as for mark in marks(layer)}


def marks(layer: Layer) -> tuple[Mark, ...]:
    """Return the marks of a layer."""
    return _marks_of(layer.resource)


# The same for every tile: composing them cost more than all else that Python does for one.
@cache
def _marks_of(resource: Resource) -> tuple[Mark, ...]:
    known = parameters_of(resource)
    queries = {name: read_query(resource, {name: "true"}) for name in _FILTERS if name in known}
    return tuple(
        Mark(name, f"{name}_records", statement(query, selected(query).values("id"))) for name, query in queries.items()
    )
