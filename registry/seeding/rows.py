"""Rows of tables as the cards want them, before anybody knows their numbers."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model

from registry.seeding.errors import CardLocation
from registry.seeding.values import fields_of

AnyModel = type[Model]


@dataclass(frozen=True)
class Ref:
    """What names a row: a record by its slug, a row that belongs to a record by that and by what tells it apart."""

    model: AnyModel
    key: tuple[Any, ...]

    def __str__(self) -> str:
        """Return the slug, or the kind of row."""
        return str(self.key[0]) if len(self.key) == 1 else f"{self.model._meta.verbose_name}"


@dataclass(frozen=True)
class ById:
    """A row that has no slug (a citation, an event of a licence), named by an external id."""

    model: AnyModel
    value: str


@dataclass
class Row:
    """One row: which, whose, what it holds, and where that is written."""

    ref: Ref
    #: The record that the row belongs to; a record belongs to itself.
    owner: Ref
    values: dict[str, Any]
    place: CardLocation
    #: The card gives way to other files' values for the same record.
    gives_way: bool = False
    #: Other names of a record that its cards give as the record's own.
    other_names: list[str] = field(default_factory=list)
    #: Fields of which a card that gives way has another value than the record.
    given_way: list[str] = field(default_factory=list)

    @property
    def is_owner(self) -> bool:
        """Return whether the row is a record, not a row of one."""
        return self.ref == self.owner


def record_ref(model: AnyModel, slug: str) -> Ref:
    """Name a record."""
    return Ref(model, (slug,))


def row_ref(model: AnyModel, column: str, owner: Ref, identity: tuple[str, ...], values: dict[str, Any]) -> Ref:
    """Name a row of a record by what tells it apart, with the usual values for what is not given."""
    usual = fields_of(model)
    compared = tuple(comparable(values[name] if name in values else usual[name].get_default()) for name in identity)
    return Ref(model, (column, owner, *compared))


def comparable(value: Any) -> Any:
    """Turn a value into one that can be compared and hashed."""
    if isinstance(value, GEOSGeometry):
        return bytes(value.wkb)
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return value
