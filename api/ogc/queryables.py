"""What the filters of a collection may name: the columns behind the declared filters, its orders, and its geometry."""

from functools import cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models

from api.cql2.queryables import Queryable, ValueType
from api.filters.across import HasFilter
from api.filters.columns import CodeFilter, DateFilter, FlagFilter, MomentFilter, NumberFilter, TextFilter
from api.filters.linked import LinkFilter
from api.query.order import ID, columns_of
from api.resources.resource import GEOMETRY, Resource
from registry.fields import PartialDateField

#: Declared filters whose column can be named; those over rows between are asked for by parameters of their own.
_SIMPLE = (CodeFilter, TextFilter, NumberFilter, DateFilter, MomentFilter, FlagFilter, LinkFilter)
_FORMATS: dict[str, dict[str, Any]] = {
    ValueType.TEXT: {"type": "string"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.NUMBER: {"type": "number"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.PARTIAL_DATE: {"type": "string", "pattern": "^\\d{4}(-\\d{2}(-\\d{2})?)?$"},
    ValueType.TIMESTAMP: {"type": "string", "format": "date-time"},
    ValueType.GEOMETRY: {"format": "geometry-any"},
}


@cache
def queryables_of(resource: Resource) -> dict[str, Queryable]:
    """Return the queryables of a collection, by name."""
    found: dict[str, Queryable] = {}
    if resource.geometry:
        schema = {"title": GEOMETRY, "x-ogc-role": "primary-geometry", **_FORMATS[ValueType.GEOMETRY]}
        found[GEOMETRY] = Queryable(GEOMETRY, ValueType.GEOMETRY, resource.geometry, schema)
    shown = resource.summary().fields  # type: ignore[attr-defined]
    named = ["slug", *(name for name in resource.orders if name != "id")]
    for name in dict.fromkeys(named):
        found[name] = _queryable(name, name, resource.model._meta.get_field(name), shown.get(name))
    for name, declared in resource.filters.declared.items():
        if isinstance(declared, _SIMPLE) and name not in found:
            path = declared.path or name
            # A filter of another name than its column would be no property of the feature.
            called = path if path in shown and name not in shown else name
            found[called] = _queryable(called, path, resource.model._meta.get_field(path), shown.get(called), declared)
        if isinstance(declared, HasFilter):
            schema = {"title": name, **_FORMATS[ValueType.BOOLEAN], "description": declared.help}
            found[name] = Queryable(name, ValueType.BOOLEAN, name, schema, derived=declared.condition(resource.model))
    return found


def _queryable(name: str, path: str, column: Any, shown: Any, declared: Any = None) -> Queryable:
    text = getattr(declared, "help", "") or str(column.help_text) or str(getattr(shown, "help_text", None) or "")
    if isinstance(column, models.GeneratedField):
        column = column.output_field
    if isinstance(column, models.ForeignKey):
        schema = _schema(name, ValueType.TEXT, text, declared)
        table = column.related_model._meta.db_table  # type: ignore[union-attr]
        return Queryable(name, ValueType.TEXT, column.get_attname(), schema, table)
    kind = kind_of(column)
    return Queryable(name, kind, path, _schema(name, kind, text, declared))


def kind_of(column: Any) -> ValueType:
    """Return the kind of the values of a column."""
    match column:
        case PartialDateField():
            return ValueType.PARTIAL_DATE
        case GeometryField():
            return ValueType.GEOMETRY
        case models.BooleanField():
            return ValueType.BOOLEAN
        case models.IntegerField():
            return ValueType.INTEGER
        case models.FloatField() | models.DecimalField():
            return ValueType.NUMBER
        case models.DateTimeField():
            return ValueType.TIMESTAMP
        case models.DateField():
            return ValueType.DATE
        case _:
            return ValueType.TEXT


def _schema(name: str, kind: ValueType, text: str, declared: Any) -> dict[str, Any]:
    schema = {"title": name, **_FORMATS[kind], "description": text}
    if isinstance(declared, CodeFilter):
        schema["enum"] = list(declared.vocabulary.values)
    return schema


@cache
def sortables_of(resource: Resource) -> tuple[str, ...]:
    """Name the properties that a collection can be sorted by."""
    known = queryables_of(resource)
    return tuple(name for name in columns_of(resource) if name != ID and name in known)
