"""What the filters of a collection may name: the columns behind the declared filters, its orders, and its geometry."""

from functools import cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Cast
from rest_framework.serializers import ListSerializer

from api.cql2.queryables import Queryable, ValueType
from api.database.bound import Condition
from api.filters.across import HasFilter
from api.filters.columns import CodeFilter, DateFilter, FlagFilter, MomentFilter, NumberFilter, TextFilter
from api.filters.linked import LinkFilter
from api.query.order import ID, columns_of
from api.resources.fields import Rendered
from api.resources.resource import GEOMETRY, Resource
from registry.fields import PartialDateField
from registry.sql import identifier, sql

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
    ValueType.LIST: {"type": "array", "items": {"type": "string"}},
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
    for name, serializer in shown.items():
        if name not in found and (queryable := _shown(resource, name, serializer)):
            found[name] = queryable
    return found


def _shown(resource: Resource, name: str, shown: Any) -> Queryable | None:
    """Return the queryable of a property that no filter names: a column, or a list of links; None for what is derived."""
    if isinstance(shown, ListSerializer):
        return _list_of_links(resource, name, shown)
    is_derived = isinstance(shown, Rendered)
    source = name if is_derived and shown.is_kept else str(shown.source)
    columns = {f.name: f for f in resource.model._meta.concrete_fields}
    if (is_derived and not shown.is_kept) or source not in columns or isinstance(columns[source], models.JSONField):
        return None
    column, text = columns[source], str(getattr(shown, "help_text", None) or "")
    if hasattr(column, "base_field"):
        texts = Cast(models.F(source), ArrayField(models.TextField()))
        return Queryable(name, ValueType.LIST, source, _schema(name, ValueType.LIST, text, None), derived=texts)
    if isinstance(column, models.UUIDField):
        as_text = Cast(models.F(source), models.TextField())
        return Queryable(name, ValueType.TEXT, source, _schema(name, ValueType.TEXT, text, None), derived=as_text)
    return _queryable(name, source, column, shown)


def _list_of_links(resource: Resource, name: str, shown: Any) -> Queryable | None:
    """Return the queryable of a list of records, whose values are their slugs."""
    through = getattr(shown.child.Meta, "through", None)
    if through is None or "slug" not in shown.child.fields:
        return None
    rows = next(r for r in resource.model._meta.related_objects if r.get_accessor_name() == shown.source)
    between: Any = rows.related_model
    target = between._meta.get_field(through).related_model
    back = identifier(str(rows.field.column))  # type: ignore[union-attr]
    linked = sql(
        "{rows} t JOIN {target} linked ON linked.id = t.{key} AND linked.record_status = 'published'",
        rows=identifier(between._meta.db_table),
        target=identifier(target._meta.db_table),
        key=identifier(between._meta.get_field(through).column),
    )
    slugs = sql(
        "ARRAY(SELECT linked.slug::text FROM {linked} WHERE t.{back} = {id})", linked=linked, back=back, id=models.F("id")
    )

    def holders(values: Any) -> Condition:
        found = "(SELECT t.{back} FROM {linked} WHERE linked.slug = ANY ({values}))"
        return Condition.of(sql(found, back=back, linked=linked, values=values))

    text = f"{getattr(shown, 'help_text', None) or ''} Slugs, for the array functions.".strip()
    schema = _schema(name, ValueType.LIST, text, None)
    return Queryable(name, ValueType.LIST, name, schema, derived=Condition.of(slugs), holders=holders)


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
