"""A resource: one declaration, from which routes, answers, parameters, documents and descriptions are derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from rest_framework.serializers import BaseSerializer

from api.filters.sets import Filters
from api.filters.support import CitedFilters
from registry.fields import PartialDateField
from registry.kinds import RECORD_KINDS
from registry.models.base import CitedRecord

#: Names of the fields that hold a geometry in answers.
GEOMETRY = "geometry"
#: Name of the field that says what held on the day that is asked about.
ON_DATE = "on_date"
#: How many children of a kind a record shows; more are found through the lists, e.g. deposits/?source=usgs-mrds.
MAX_CHILDREN = 1_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """What the API says of one kind of record, in the words of Django.

    `summary` declares what a list shows, and is kept rendered with each record; `detail` what a single record shows beyond
    it; `live` what depends on today's date or on many other records and is rendered at read; `on_date` what held on the day
    `on` of the world, if a client asks for one. `kind` is the name of the
    record's kind as foreign keys write it. `search` names the texts that it goes over: the `names` of the record, its `own`
    text, or the names of records that it is linked with (`issuer.names`, `parties.organization.names`); `example` is a
    search that finds something, `example_slug` a record of the seed, for the descriptions. `published` narrows what is
    public; `needs` names the field of the document that is null just where `published` leaves a published record out.
    `period` names the columns of the first and the last day that a record speaks of (one column twice, if it speaks of a
    single day), by which clients ask for a time. `geometry_in_lists` tells whether a list shows the geometry unasked: large
    shapes are shown where `fields` names them, in GeoJSON, and of a single record. `coloured_by` names the code that a map
    colours by; the first that can be filtered if it is empty.
    """

    name: str
    kind: str
    model: type[models.Model]
    summary: type[BaseSerializer[Any]]
    detail: type[BaseSerializer[Any]]
    filters: type[Filters]
    orders: tuple[str, ...]
    description: str
    example_slug: str
    live: type[BaseSerializer[Any]] | None = None
    on_date: type[BaseSerializer[Any]] | None = None
    geometry: str | None = None
    geometry_in_lists: bool = True
    search: tuple[str, ...] = ("names",)
    published: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = field(default=lambda queryset: queryset)
    needs: str = ""
    example: str = ""
    period: tuple[str, str] | None = None
    coloured_by: str = ""

    @property
    def table(self) -> str:
        """Name the table."""
        return self.model._meta.db_table

    @property
    def located(self) -> bool:
        """Return whether its records may have a place that can be asked for."""
        return self.geometry is not None and hasattr(self.model, "located_in")


_resources: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Make a resource known; refuse, at start-up, a declaration that cannot work."""
    if resource.name in _resources:
        raise ValueError(f"two resources are named “{resource.name}”")
    if (resource.name, resource.kind, resource.model) not in {(k.plural, k.name, k.model) for k in RECORD_KINDS}:
        raise ValueError(f"{resource.name}: registry/kinds.py declares no kind “{resource.kind}” of this name and model")
    columns = {f.name: f for f in resource.model._meta.concrete_fields}
    for order in resource.orders:
        if order not in columns:
            raise ValueError(f"{resource.name}: cannot order by “{order}”: {resource.model.__name__} has no such column")
    if resource.geometry and resource.geometry not in columns:
        raise ValueError(f"{resource.name}: {resource.model.__name__} has no geometry “{resource.geometry}”")
    for name in resource.period or ():
        if not isinstance(columns.get(name), PartialDateField):
            raise ValueError(f"{resource.name}: “{name}” of its period is no column of dates")
    if issubclass(resource.model, CitedRecord) != issubclass(resource.filters, CitedFilters):
        raise ValueError(f"{resource.name}: what is cited, and only that, has the filters and the summary of what is cited")
    if next(iter(resource.summary().fields)) != "slug":  # type: ignore[attr-defined]
        raise ValueError(f"{resource.name}: the summary begins with the slug")
    _resources[resource.name] = resource
    return resource


def all_resources() -> list[Resource]:
    """List the resources in the order of the kinds of record."""
    return [_resources[kind.plural] for kind in RECORD_KINDS]


def require_all() -> None:
    """Reject a kind of record that no resource shows."""
    if missing := [kind.name for kind in RECORD_KINDS if kind.plural not in _resources]:
        raise ImproperlyConfigured(f"no file in api/resources registers a resource for: {', '.join(missing)}")


def resource_named(name: str) -> Resource:
    """Find a resource by its name in addresses; raises KeyError."""
    return _resources[name]
