"""Which kinds of record are compared, and by what: read from their models."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models

from registry.kinds import kind_of_model
from registry.models import Commodity
from registry.models.base import Record


@dataclass(frozen=True)
class Compared:
    """What a kind of record can be compared by.

    `column` is the foreign key by which names and external ids point at it, `geometry` its column of places,
    `commodities` the table of its commodities and the key in it that points back; None where the kind has no such thing.
    """

    model: type[Record]
    column: str
    geometry: str | None
    has_country: bool
    commodities: tuple[str, str] | None

    @property
    def table(self) -> str:
        """Name the table."""
        return self.model._meta.db_table


def is_matched(model: type[models.Model]) -> bool:
    """Return whether records of a kind are looked for that are there twice."""
    kind = kind_of_model(model)
    return kind is not None and kind.matched


@cache
def kind_of(model: type[Record]) -> Compared:
    """Read from a model what its records can be compared by; raises KeyError for a kind without names."""
    kind = kind_of_model(model)
    if kind is None or not kind.named:
        raise KeyError(model.__name__)
    fields: dict[str, Any] = {field.name: field for field in model._meta.concrete_fields}
    geometry = next((name for name in (kind.located_by, "geometry", "area") if _is_place(fields.get(name))), None)
    return Compared(model, kind.name, geometry, "country" in fields, _commodities(model))


def _is_place(field: Any) -> bool:
    return isinstance(getattr(field, "output_field", field), BaseSpatialField)


def _commodities(model: type[Record]) -> tuple[str, str] | None:
    relation: Any = next((r for r in model._meta.related_objects if r.related_name == "commodities"), None)
    if relation is None or not any(f.related_model is Commodity for f in relation.related_model._meta.concrete_fields):
        return None
    return relation.related_model._meta.db_table, relation.field.column
