"""Models and serializers as the composition of SQL reads them: typed, and refused by name where a declaration is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db import models
from rest_framework.serializers import BaseSerializer, Field, Serializer

Table = type[models.Model]


@dataclass(frozen=True)
class JoinTable:
    """Another table that rows are linked with, and the column that holds the key."""

    model: Table
    column: str


def table_of(model: Table) -> str:
    """Name the table of a model."""
    return str(model._meta.db_table)


def column_of(model: Table, name: str) -> models.Field:
    """Find a column; raises FieldDoesNotExist, or TypeError for what is no column."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field) or field.column is None:
        raise TypeError(f"{model.__name__}.{name} is no column")
    return field


def key_of(model: Table, name: str) -> JoinTable:
    """Find the foreign key of a name: what it points at, and its column."""
    field = column_of(model, name)
    if not isinstance(field, models.ForeignKey):
        raise TypeError(f"{model.__name__}.{name} is no foreign key")
    return JoinTable(_target(field.related_model), str(field.column))


def children_under(model: Table, name: str) -> JoinTable:
    """Find the children that a row has under a name: their table, and their column that points back."""
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == name and isinstance(relation, models.ManyToOneRel):
            return JoinTable(_target(relation.related_model), str(relation.field.column))
    raise TypeError(f"{model.__name__} has no children “{name}”")


def _target(model: "Table | str") -> Table:
    if isinstance(model, str):
        raise TypeError(f"the model {model} is not loaded")
    return model


def label_of(model: Table) -> str:
    """Name the column that a reader would call a record by."""
    return str(getattr(model, "label_field"))  # noqa: B009 - declared by the records' base class, which children have not


def has_status(model: Table) -> bool:
    """Tell whether rows of a table are published by themselves."""
    return any(f.name == "record_status" for f in model._meta.concrete_fields)


def fields_of(serializer: BaseSerializer) -> Mapping[str, Field]:
    """Give the fields of a serializer, by name; raises TypeError for one of other things than records."""
    if not isinstance(serializer, Serializer):
        raise TypeError(f"{type(serializer).__name__} declares no fields")
    return _fields_of(type(serializer))


@cache
def _fields_of(declaration: type[Serializer]) -> Mapping[str, Field]:
    """Make the fields of a class of serializers once: a document asks for those of each class many times."""
    return dict(declaration().fields.items())
