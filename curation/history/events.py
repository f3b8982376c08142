"""Reads the history tables of a record and of its rows, oldest first, without loading shapes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models
from django.db.models import F, Func, Q

from registry.kinds import APP, PARTS_OF_RECORDS, kind_named, kind_of_model
from registry.models import Citation, Name
from registry.triggers import TouchParent, curated_columns, triggers_of

#: Keys of rows to a record of which they are no part, though it gets a new version with them.
_NOT_OWNERS = {"regionmember.country", "commoditymember.member", "reeschemeclass.element", "findinglink.other"}


def _is_row(model: type[models.Model]) -> bool:
    kind = kind_of_model(model)
    is_record = kind is not None and kind.is_record
    return not is_record and any(isinstance(trigger, TouchParent) for trigger in triggers_of(model))


@cache
def row_models() -> tuple[type[models.Model], ...]:
    """List the tables whose rows belong to records."""
    return tuple(model for model in apps.get_app_config(APP).get_models() if _is_row(model))


@dataclass(frozen=True)
class Event:
    """One row of a history table: what a row looked like after a change, or before its removal."""

    model: type[models.Model]
    pk: int
    number: int
    kind: str
    transaction: int
    at: datetime
    context: dict[str, Any]
    values: dict[str, Any]


@cache
def owner_columns(row_model: type[models.Model], record_model: type[models.Model]) -> tuple[str, ...]:
    """Name the columns through which rows of a table belong to a kind of record."""
    touched = (trigger for trigger in triggers_of(row_model) if isinstance(trigger, TouchParent))
    return tuple(
        column
        for trigger in touched
        for column, table in trigger.parents.items()
        if table == record_model._meta.db_table
        and f"{row_model._meta.model_name}.{column}" not in _NOT_OWNERS
        and row_model._meta.get_field(column).remote_field.on_delete is models.CASCADE  # type: ignore[union-attr]
    )


def events_of(record: models.Model) -> Iterator[Event]:
    """Return every event of a record and of its rows, each table in its own order."""
    model = type(record)
    yield from _events(model, Q(pgh_obj_id=record.pk))
    for row_model in row_models():
        for column in owner_columns(row_model, model):
            yield from _events(row_model, Q(**{f"{column}_id": record.pk}))
    for part in PARTS_OF_RECORDS.values():
        if kind_named(part.part_of).model is model:
            # A citation may belong to a part of the record, whose rows may be gone.
            parts = _history(part.model).filter(**{f"{part.holder}_id": record.pk}).values("pgh_obj_id")
            yield from _events(Citation, Q(**{f"{part.cited_as}_id__in": parts}))


def _history(model: type[models.Model]) -> Any:
    return model.history.rel.related_model._base_manager  # type: ignore[attr-defined]


def _events(model: type[models.Model], condition: Q) -> Iterator[Event]:
    columns, shapes = shown_columns(model)
    rows = _history(model).filter(condition).order_by("pgh_id")
    if model is Name:
        rows = rows.exclude(kind="preferred")  # The database keeps it; the record's own name says the same.
    rows = rows.annotate(**{f"shown_{name}": ShapeInWords(F(name)) for name in shapes})
    facts = ("pgh_obj_id", "pgh_id", "pgh_label", "pgh_transaction", "pgh_created_at", "pgh_context")
    for pk, number, kind, transaction, at, context, *values in rows.values_list(
        *facts, *columns, *(f"shown_{name}" for name in shapes)
    ):
        named = dict(zip((*columns, *shapes), values, strict=True))
        yield Event(model, pk, number, kind, transaction, at, context or {}, named)


@cache
def shown_columns(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the columns that a person curates, and those of them that hold shapes."""
    curated = set(curated_columns(model)) - {"id", "uid"}
    fields = [field for field in model._meta.concrete_fields if field.column in curated]
    shapes = tuple(field.name for field in fields if isinstance(field, BaseSpatialField))
    return tuple(field.attname for field in fields if field.name not in shapes), shapes


class ShapeInWords(Func):
    """A point by its latitude and longitude, an outline by its vertices and a fingerprint; written by the database."""

    template = (
        "CASE WHEN %(expressions)s IS NULL THEN NULL"
        " WHEN GeometryType(%(expressions)s) = 'POINT'"
        " THEN ST_Y(%(expressions)s)::text || ', ' || ST_X(%(expressions)s)::text"
        " ELSE 'outline of ' || ST_NPoints(%(expressions)s) || ' vertices (no. '"
        " || left(md5(ST_AsBinary(%(expressions)s)), 6) || ')' END"
    )
    output_field = models.TextField()
