"""What points at a kind of record: read from every model there is, so that no table is ever forgotten."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from pghistory.models import Event

from registry.models import Concern, CountryPiece, Lacking, Tally, Uncovered
from registry.models.base import Record
from registry.vocabularies import RecordStatus

#: Derived by the database from other tables.
DERIVED: frozenset[type[models.Model]] = frozenset((Concern, CountryPiece, Lacking, Tally, Uncovered))


@dataclass(frozen=True)
class Once:
    """A rule that no two rows of a record may be alike: in these columns, among the rows of this condition."""

    columns: tuple[str, ...]
    condition: models.Q | None = None


@dataclass(frozen=True)
class Relation:
    """A foreign key that points at a kind of record, and the rules that its rows must keep at their new place."""

    model: type[models.Model]
    field: "models.ForeignKey[Any, Any]"
    once: tuple[Once, ...]

    @property
    def is_of_records(self) -> bool:
        """Return whether what points is a record of its own, which is moved and never dropped."""
        return issubclass(self.model, Record)

    @property
    def leaves_merged(self) -> bool:
        """Return whether rows of merged records do not move: what a merged record said stays as it was."""
        return self.is_of_records and self.field.name != "merged_into"

    def rows(self, keys: Iterable[int]) -> "models.QuerySet[Any]":
        """Return the rows that point at some records, and move with them."""
        rows: models.QuerySet[Any] = self.model._base_manager.filter(**{f"{self.field.name}__in": list(keys)})
        return rows.exclude(record_status=RecordStatus.MERGED) if self.leaves_merged else rows


@cache
def relations_of(model: type[models.Model]) -> tuple[Relation, ...]:
    """List every foreign key to `model`; histories stay what they were, and derived tables follow by themselves."""
    return tuple(
        Relation(other, field, tuple(_rules(other, field.name)))
        for other in apps.get_models(include_auto_created=True)
        if not issubclass(other, Event) and other not in DERIVED
        for field in other._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is model
    )


def _rules(model: type[models.Model], name: str) -> Iterator[Once]:
    field = model._meta.get_field(name)
    if getattr(field, "unique", False):
        yield Once(())
    for together in model._meta.unique_together:
        if name in together:
            yield Once(tuple(column for column in together if column != name))
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and name in (columns := _columns(constraint)):
            yield Once(tuple(column for column in columns if column != name), constraint.condition)
        elif isinstance(constraint, ExclusionConstraint) and name in _named(constraint):
            # Rows may meet there without being alike; only those that are alike in everything are one row.
            yield Once(tuple(f.name for f in model._meta.concrete_fields if not f.primary_key and f.name != name))


def _columns(constraint: models.UniqueConstraint) -> tuple[str, ...]:
    """List the columns of a rule, of its expressions too."""
    expressions: list[Any] = list(constraint.expressions)
    inside = (part for expression in expressions for part in [expression, *getattr(expression, "source_expressions", [])])
    return (*constraint.fields, *(str(part.name) for part in inside if hasattr(part, "name")))


def _named(constraint: ExclusionConstraint) -> set[str]:
    expressions = (expression for expression, _ in constraint.expressions)
    return {str(getattr(expression, "name", "")) for expression in expressions}


def columns_to(model: type[models.Model], target: Any) -> list[str]:
    """List the columns of a table that point at another."""
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is target
    ]
