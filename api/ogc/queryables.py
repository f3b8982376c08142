"""What the filters of a collection may name: its geometry, orders and properties, and what its declared filters compare."""

from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import Cast
from rest_framework.serializers import ListSerializer

from api.filters.columns import ColumnFilter, Filter
from api.filters.queryables import Queryable, ValueType, ids_of, with_slugs
from api.query.order import ID, columns_of
from api.resources.fields import Rendered
from api.resources.resource import GEOMETRY, Resource
from registry.triggers import FOLLOWING


@cache
def queryables_of(resource: Resource) -> dict[str, Queryable]:
    """Return the queryables of a collection, by name."""
    found: dict[str, Queryable] = {}
    if resource.geometry:
        found[GEOMETRY] = Queryable(GEOMETRY, ValueType.GEOMETRY, resource.geometry)
    shown = resource.summary().fields  # type: ignore[attr-defined]
    named = ["slug", *(name for name in resource.orders if name != "id")]
    for name in dict.fromkeys(named):
        found[name] = _of_column(name, resource.model._meta.get_field(name), shown.get(name))
    for name, declared in resource.filters.declared.items():
        called = queryable_name(resource, name)
        if called not in found and isinstance(declared, Filter) and (compared := declared.queryable(called, resource.model)):
            found[called] = compared
    for name, serializer in shown.items():
        if name not in found and (queryable := _shown(resource, name, serializer)):
            found[name] = queryable
    return found


@cache
def queryables_then(resource: Resource) -> frozenset[str]:
    """Name the queryables of which the history knows what they were: those that rest on the record and its own rows."""
    declared = resource.filters.declared
    present = {queryable_name(resource, name) for name, one in declared.items() if not getattr(one, "in_history", False)}
    found = queryables_of(resource)
    return frozenset(name for name, one in found.items() if name not in present and one.path not in FOLLOWING)


def queryable_name(resource: Resource, name: str) -> str:
    """Name the queryable of a filter: its own name, or that of the property of which it is a filter of another name."""
    declared, shown = resource.filters.declared[name], resource.summary().fields  # type: ignore[attr-defined]
    is_other = isinstance(declared, ColumnFilter) and declared.path in shown and name not in shown
    return declared.path if is_other else name


def _shown(resource: Resource, name: str, shown: Any) -> Queryable | None:
    """Return the queryable of a property that no filter names: a column, or a list of links; None for what is derived."""
    if isinstance(shown, ListSerializer):
        return _list_of_links(resource, name, shown)
    is_derived = isinstance(shown, Rendered)
    source = name if is_derived and shown.is_kept else str(shown.source)
    columns = {f.name: f for f in resource.model._meta.concrete_fields}
    if (is_derived and not shown.is_kept) or source not in columns or isinstance(columns[source], models.JSONField):
        return None
    column, text = columns[source], _help(shown)
    if hasattr(column, "base_field"):
        return Queryable.of_list(name, Cast(F(source), ArrayField(models.TextField())), text)
    if isinstance(column, models.UUIDField):
        return Queryable(name, ValueType.TEXT, source, text, derived=Cast(F(source), models.TextField()))
    return _of_column(source, column, shown, name)


def _list_of_links(resource: Resource, name: str, shown: Any) -> Queryable | None:
    """Return the queryable of a list of records, whose values are their slugs."""
    through = getattr(shown.child.Meta, "through", None)
    if through is None or "slug" not in shown.child.fields:
        return None
    related = next(r for r in resource.model._meta.related_objects if r.get_accessor_name() == shown.source)
    between: Any = related.related_model
    target, rows = between._meta.get_field(through).related_model, between._default_manager.all()
    key, back = f"{through}_id", str(related.field.attname)  # type: ignore[union-attr]
    keys = ids_of(rows.filter(**{back: OuterRef("id")}), key)

    def holders(slugs: Any) -> Any:
        return ids_of(with_slugs(rows, key, target, slugs), back)

    return Queryable.of_slugs(name, target, keys, _help(shown), holders=holders)


def _of_column(path: str, column: Any, shown: Any, name: str = "") -> Queryable:
    return Queryable.of_column(name or path, path, column, str(getattr(column, "help_text", "")) or _help(shown))


def _help(shown: Any) -> str:
    return str(getattr(shown, "help_text", None) or "")


@cache
def sortables_of(resource: Resource) -> tuple[str, ...]:
    """Name the properties that a collection can be sorted by."""
    known = queryables_of(resource)
    return tuple(name for name in columns_of(resource) if name != ID and name in known)
