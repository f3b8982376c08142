"""Where records are used: the keys of other records, and of rows of other records, that lead to them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from registry.models.base import Record
from registry.targets import belongs_to
from registry.triggers import TouchParent, triggers_of


@dataclass(frozen=True)
class Use:
    """One way in which records use others: by a key of their own, or by one of their rows."""

    model: Any
    #: The key: of the record itself, or of the rows of `rows`, which name their record by `owner`.
    key: str
    title: str
    rows: Any = None
    owner: str = ""

    def users(self, keys: Collection[int]) -> "models.QuerySet[Any]":
        """Return the records that use those of some keys."""
        if self.rows is None:
            return self.model._base_manager.filter(**{f"{self.key}__in": keys})  # type: ignore[no-any-return]
        rows = self.rows._base_manager.filter(**{f"{self.key}__in": keys}).order_by().values(f"{self.owner}_id")
        return self.model._base_manager.filter(pk__in=rows)  # type: ignore[no-any-return]


def uses_of(model: Any) -> Iterator[Use]:
    """Go through the ways in which records use those of a model; what cites a source is not among them."""
    for relation in model._meta.related_objects:
        rows: Any = relation.related_model
        name = relation.field.name
        if rows.__name__.endswith("History") or relation.hidden:
            continue
        if issubclass(rows, Record):
            yield Use(rows, name, str(relation.related_name or rows._meta.verbose_name_plural).replace("_", " "))
        elif (column := owner_of(rows)) not in ("", name):
            target: Any = rows._meta.get_field(column).related_model
            yield Use(target, name, str(target._meta.verbose_name_plural), rows, column)


def owner_of(model: type[models.Model]) -> str:
    """Return the key of the record that a row is a part of, which gets a new version with it; "" if it is of several kinds."""
    parents = [column for one in triggers_of(model) if isinstance(one, TouchParent) for column in one.parents]
    return next((column for column in parents if column not in belongs_to(model)), "")
