"""Rows that belong to exactly one record of several kinds: names, external ids, citations, subjects, sides."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from registry.constraints import exactly_one
from registry.kinds import APP, RecordKind

M = TypeVar("M", bound=type[models.Model])


def belongs_to_one(targets: Mapping[str, RecordKind], related_name: str, **named: str) -> Callable[[M], M]:
    """Return a model a foreign key to each kind, of which one is set; the indexes of the keys stand in `one_record`.

    A record finds its rows by `related_name`, or by what `named` says for a column.
    """

    def add(model: M) -> M:
        for column, kind in targets.items():
            key = models.ForeignKey(
                f"{APP}.{kind.model_name}",
                null=True,
                blank=True,
                on_delete=models.CASCADE,
                related_name=named.get(column, related_name),
                db_index=False,
            )
            model.add_to_class(column, key)
        model.belongs_to = tuple(sorted(targets))  # type: ignore[attr-defined]
        return model

    return add


def belongs_to(model: type[models.Model]) -> tuple[str, ...]:
    """List the columns of which one names the record that a row belongs to; none of other models."""
    return getattr(model, "belongs_to", ())


def owner(model: type[models.Model]) -> Coalesce:
    """Return the expression of the one key that is set; the index of the history and its queries are made from it."""
    return Coalesce(*belongs_to(model))


def owner_sql(model: type[models.Model], alias: str) -> str:
    """Return the same expression as SQL over the rows of an alias."""
    columns: Iterable[Any] = (model._meta.get_field(name) for name in belongs_to(model))
    return f"COALESCE({', '.join(f'{alias}.{chr(34)}{field.column}{chr(34)}' for field in columns)})"


def hash_of_list(column: str) -> models.Func:
    """Return a number for a list, to keep rows apart: the list itself may be longer than an index takes."""
    return models.Func(models.F(column), models.Value(0), function="hash_array_extended", output_field=models.BigIntegerField())


def _expressions(*columns: str | models.Func) -> list[Any]:
    """Return columns as expressions, where one of them is one."""
    some = any(isinstance(column, models.Func) for column in columns)
    return [models.F(column) if isinstance(column, str) else column for column in columns] if some else []


def one_record(table: str, targets: Iterable[str], *once: str | models.Func) -> list[models.BaseConstraint]:
    """Require exactly one target, and that the columns or expressions `once` differ within one record.

    The unique index of each target covers only its own rows, and serves the look-up of a record's children too.
    """
    columns = sorted(targets)
    return [
        exactly_one(f"{table}_one_record", *columns),
        *(
            models.UniqueConstraint(
                *_expressions(column, *once),
                fields=[] if _expressions(column, *once) else [column, *map(str, once)],
                condition=Q(**{f"{column}__isnull": False}),
                nulls_distinct=False,
                name=f"{table}_{column}",
                violation_error_message="This record already has such a row.",
            )
            for column in columns
        ),
    ]
