"""In which fields two records differ, and what keeps the value that does not stay."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from registry.models.base import Record
from registry.triggers import curated_columns

#: Codes by which a column says “unknown”.
_UNKNOWN_CODES = frozenset(("unknown", "unspecified"))
_IDENTITY = frozenset(("id", "uid", "slug", "record_status", "merged_into"))
#: Fields that say one thing together: the first of them gives the group its name, and rules of the database join them.
_TOGETHER: tuple[tuple[str, ...], ...] = (
    (
        "location",
        "footprint",
        "location_kind",
        "location_uncertainty_m",
        "uncertainty_basis",
        "coordinates_as_printed",
        "source_srid",
    ),
    ("boundary", "boundary_source", "boundary_date"),
    ("ore_tonnes", "ore_tonnes_low", "ore_tonnes_high"),
    ("contained_tonnes", "contained_tonnes_low", "contained_tonnes_high", "contained_basis"),
    ("reporting_code", "category", "unfc_class", "balance"),
    ("value", "value_low", "value_high", "unit", "comparator"),
    ("oxide_factor", "element"),
)
#: What only qualifies another field of its group.
_QUALIFYING = frozenset(("location_kind", "uncertainty_basis", "source_srid", "location_uncertainty_m", "contained_basis"))


#: What is written in the registry's own words: no source states it.
_OUR_WORDS = frozenset(("description", "note", "summary"))


@dataclass(frozen=True)
class Difference:
    """Something that the merged record says and the survivor does not: a field, or some that say one thing together."""

    name: str
    fields: tuple[Any, ...]
    kept: dict[str, Any]
    other: dict[str, Any]

    @property
    def survivor_is_silent(self) -> bool:
        """Return whether the survivor says nothing there."""
        return all(is_unknown(value) for value in self.kept.values())

    def stated(self, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Give, of the values of one side, those that a source would state and the other side does not, as JSON."""
        others = self.other if values is self.kept else self.kept
        for field in self.fields:
            value = values[field.name]
            if field.name not in _QUALIFYING | _OUR_WORDS and not is_unknown(value) and not same(value, others[field.name]):
                yield field.name, as_json(field, value)


def differences(record: Record, into: Record) -> list[Difference]:
    """List where the merged record says something else than the survivor, in the order of the model."""
    found = []
    for fields in groups_of(type(record)):
        kept = {field.name: value_of(into, field) for field in fields}
        other = {field.name: value_of(record, field) for field in fields}
        unlike = [name for name in other if not same(kept[name], other[name])]
        unlike = [name for name in unlike if name not in _QUALIFYING] or unlike
        if not all(is_unknown(other[name]) for name in unlike):
            found.append(Difference(fields[0].name, fields, kept, other))
    return found


@cache
def groups_of(model: type[Record]) -> tuple[tuple[Any, ...], ...]:
    """Return the fields that people curate, those that say one thing together as one."""
    columns = set(curated_columns(model))
    fields = {f.name: f for f in model._meta.concrete_fields if f.column in columns and f.name not in _IDENTITY}
    groups: dict[str, list[Any]] = {}
    for name, field in fields.items():
        together = next((names for names in _TOGETHER if name in names), (name,))
        first = next(one for one in together if one in fields)
        groups.setdefault(first, []).append(field)
    return tuple(tuple(group) for group in groups.values())


def value_of(record: Record, field: Any) -> Any:
    """Read a value: of a link, the key."""
    return getattr(record, field.attname)


def is_unknown(value: Any) -> bool:
    """Return whether a value means unknown."""
    return value is None or value == "" or value == [] or (isinstance(value, str) and value in _UNKNOWN_CODES)


def same(one: Any, other: Any) -> bool:
    """Compare two values; shapes by their vertices, and all that is unknown is alike."""
    if is_unknown(one) or is_unknown(other):
        return is_unknown(one) and is_unknown(other)
    if isinstance(one, GEOSGeometry) and isinstance(other, GEOSGeometry):
        return bool(one.equals_exact(other))
    return bool(one == other)


def as_json(field: Any, value: Any) -> Any:
    """Write a value as a citation keeps it: a shape as GeoJSON, a link by its slug, a figure as a number."""
    if isinstance(field, BaseSpatialField):
        return json.loads(value.geojson)
    if isinstance(field, models.ForeignKey):
        target = field.related_model._base_manager.filter(pk=value).values_list("slug", flat=True).first()
        return str(target) if target else None
    if isinstance(value, bool | int | float | str | list):
        return value
    return float(value) if isinstance(field, models.DecimalField) else str(value)
