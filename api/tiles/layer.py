"""Layers: what of a resource a map needs, derived from its declaration."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.filters.columns import CodeFilter
from api.filters.decades import DecadeFilter
from api.filters.linked import CommodityFilter, LinkFilter
from api.query.composed import records
from api.resources.resource import Resource, all_resources
from registry.models import Country


@dataclass(frozen=True)
class Layer:
    """A resource as a layer: the code it is coloured by, all codes, the column of its country, the rows of its commodities.

    `decades` are its filters over a year, with the column of each; `tonnes_of` is the column of estimates that leads to it.
    """

    resource: Resource
    coloured_by: str | None
    codes: tuple[str, ...]
    country: str | None
    commodities: CommodityFilter | None
    decades: Mapping[str, str]
    tonnes_of: str | None

    def __hash__(self) -> int:
        """Tell layers apart by their resource."""
        return hash(self.name)

    @property
    def name(self) -> str:
        """Name it as in addresses."""
        return self.resource.name

    @property
    def colourings(self) -> tuple[str, ...]:
        """Name the attributes that a map can be coloured by."""
        return (*self.codes, *self.decades)

    @property
    def label(self) -> str:
        """Name the column that a reader would call a record by."""
        return str(self.resource.model.label_field)  # type: ignore[attr-defined]

    @property
    def commodity_rows(self) -> tuple[str, str, str] | None:
        """Name the table of its commodities, the column back to the record, and the one of the commodity."""
        if self.commodities is None:
            return None
        rows = self.commodities.rows._meta
        back: Any = rows.get_field(self.commodities.back)
        commodity: Any = rows.get_field(self.commodities.target)
        return rows.db_table, back.column, commodity.column

    def published_sql(self) -> str:
        """Return the query for the ids of the public records that have a location."""
        rows = records(self.resource).filter(**{f"{self.resource.geometry}__isnull": False})
        sql, params = rows.order_by().values("id").query.sql_with_params()
        return str(sql % tuple("'{}'".format(str(p).replace("'", "''")) for p in params))


@cache
def layers() -> tuple[Layer, ...]:
    """Return a layer for every resource whose records may have a place."""
    return tuple(_layer(resource) for resource in all_resources() if resource.located)


def _layer(resource: Resource) -> Layer:
    filters: dict[str, Any] = dict(resource.filters.declared)
    columns = {f.name: f for f in resource.model._meta.concrete_fields}
    codes = tuple(name for name, f in filters.items() if isinstance(f, CodeFilter) and name in columns)
    countries = (
        columns[name].column
        for name, f in filters.items()
        if isinstance(f, LinkFilter) and name in columns and columns[name].related_model is Country
    )
    commodities = (f for f in filters.values() if isinstance(f, CommodityFilter))
    colour = resource.coloured_by or next(iter(codes), None)
    if colour is not None and colour not in columns:
        raise ValueError(f"{resource.name}: {resource.model.__name__} has no column “{colour}” to colour a map by")
    decades = {name: f.path for name, f in filters.items() if isinstance(f, DecadeFilter) and f.path in columns}
    tonnes_of = f"{resource.kind}_id" if "code_family" in filters else None
    return Layer(resource, colour, codes, next(countries, None), next(commodities, None), decades, tonnes_of)
