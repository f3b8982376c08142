"""What a mapping file says of each key of the record, made into steps that fill a draft."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CharField, TextField

from imports.mapping.entries import Entry, MappingError, entries, entry, known_keys
from imports.values.areas import put_area
from imports.values.codes import put_code
from imports.values.commodities import put_commodities
from imports.values.countries import put_country
from imports.values.dates import ORDERS, put_date
from imports.values.draft import Draft
from imports.values.holders import joined_forms, put_holders
from imports.values.identities import is_scheme, put_derived_id, put_id
from imports.values.location import put_geometry, put_outline, put_point, put_printed_point
from imports.values.names import put_name, put_other_names
from imports.values.numbers import year
from imports.values.terms import folded
from imports.values.written_shapes import take_shape
from registry.fields import PartialDateField
from registry.vocabularies import CommodityRole, LicenseRole, NameKind

#: What stands for the geometry that a format carries.
GEOMETRY = "geometry"
_SPECIAL = {
    "deposit": ("external_id", "name", "other_names", "country", "commodities", "discovery_year", "location"),
    "license": ("external_id", "country", "commodities", "declared_area_km2", "parties", "area"),
}
#: The same of other kinds of record.
_USUAL = ("external_id", "country")
#: Columns of the models that a table of others does not set.
_KEPT = ("slug", "record_status", "boundary_source", "location_kind", "uncertainty_basis", "coordinates_as_printed")
#: What must stand in the record before the rest: names before other names, the place last.
_FIRST = ("external_id", "name", "country", "admin_area")
_LAST = ("location", "area")


@dataclass(frozen=True)
class Rule:
    """One step: the key it sets, the columns it reads, and what it does."""

    key: str
    columns: tuple[str, ...]
    put: Callable[[Draft], Any]


def _special(target: str) -> tuple[str, ...]:
    """List the keys of a target that take more than a text, a code or a date."""
    return _SPECIAL.get(target, _USUAL)


@cache
def fields_of(target: str) -> dict[str, Any]:
    """List the columns of a target that take a text, a code or a date."""
    model = apps.get_model("registry", target)
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if isinstance(field, (CharField, TextField)) and field.editable and field.name not in (*_KEPT, *_special(target))
    }


def keys_of(target: str) -> list[str]:
    """List all keys that the record of a target may have in a mapping file."""
    return [*_special(target), *fields_of(target)]


def make_rules(target: str, record: Any) -> tuple[Rule, ...]:
    """Make the steps in their order; raises MappingError."""
    given = known_keys(record, keys_of(target), "record")
    for key in ("external_id", "name") if target == "deposit" else ("external_id",):
        if key not in given:
            raise MappingError(f"record: it needs {key}")
    order = sorted(given, key=lambda key: (_FIRST.index(key) if key in _FIRST else len(_FIRST), key in _LAST))
    return tuple(rule for key in order for rule in _rules(target, key, given[key]))


def _rules(target: str, key: str, given: Any) -> Iterable[Rule]:
    if key in _MAKERS:
        return _MAKERS[key](given)
    if key == "name" and target == "deposit":
        said = entry(key, given, ("column", "columns"))
        columns = said.texts("columns") if "columns" in said.given else (said.needed("column"),)
        return [Rule(key, columns, lambda draft: put_name(draft, *columns))]
    if key == "location":
        return [_location(given)]
    if key == "discovery_year":
        column = entry(key, given, ("column",)).needed("column")
        return [Rule(key, (column,), lambda draft: year(draft, column, key))]
    field = fields_of(target)[key]
    if isinstance(field, PartialDateField):
        return [_date(key, given)]
    return [_code(key, given, field) if field.choices else _text(key, given)]


def _external_id(given: Any) -> list[Rule]:
    said = entry("external_id", given, ("scheme", "column", "columns"))
    scheme = said.needed("scheme")
    if not is_scheme(scheme):
        raise MappingError("record → external_id → scheme: write small letters, digits and single _ or -, at most 40")
    if "columns" in said.given:
        columns = said.texts("columns")
        return [Rule("external_id", columns, lambda draft: put_derived_id(draft, scheme, map(draft.cell, columns)))]
    column = said.needed("column")
    return [Rule("external_id", (column,), lambda draft: put_id(draft, scheme, column))]


@dataclass(frozen=True)
class Cell:
    """A column whose cells hold one text, or several with a separator between."""

    column: str
    separator: str

    def texts(self, draft: Draft) -> list[str]:
        """Return the texts of the row's cell."""
        text = draft.cell(self.column)
        return text.split(self.separator) if self.separator else [text]


def _cell(said: Entry) -> Cell:
    return Cell(said.needed("column"), said.text("split"))


def _other_names(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        cell, language = _cell(said), said.text("language")
        kind = said.one_of("kind", NameKind.values, "alternate")
        return Rule("other_names", (cell.column,), lambda draft: put_other_names(draft, cell.texts(draft), language, kind))

    return [rule(said) for said in entries("other_names", given, ("column", "split", "language", "kind"))]


def _country(given: Any) -> list[Rule]:
    said = entry("country", given, ("column", "value"))
    if "value" in said.given:
        code = said.needed("value").upper()
        return [Rule("country", (), lambda draft: draft.record.__setitem__("country", code))]
    column = said.needed("column")
    return [Rule("country", (column,), lambda draft: put_country(draft, column))]


def _commodities(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        role = said.one_of("role", CommodityRole.values, "unknown")
        if "value" in said.given:
            symbol = said.needed("value")
            return Rule("commodities", (), lambda draft: put_commodities(draft, [symbol], role))
        cell = _cell(said)
        return Rule("commodities", (cell.column,), lambda draft: put_commodities(draft, cell.texts(draft), role, cell.column))

    return [rule(said) for said in entries("commodities", given, ("column", "split", "value", "role"))]


def _parties(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        role = said.one_of("role", LicenseRole.values, "holder")
        cell = _cell(said)

        def put(draft: Draft) -> None:
            names = joined_forms(cell.texts(draft), cell.separator)
            put_holders(draft, [(cell.column, name.strip()) for name in names if name.strip()], role)

        return Rule("parties", (cell.column,), put)

    return [rule(said) for said in entries("parties", given, ("column", "split", "role"))]


def _declared_area(given: Any) -> list[Rule]:
    said = entry("declared_area_km2", given, ("column", "unit", "unit_column"))
    column, unit, unit_column = said.needed("column"), said.text("unit"), said.text("unit_column")
    if not (unit or unit_column):
        raise MappingError("record → declared_area_km2: it needs a unit (ha, km2), or a unit_column")
    columns = (column, unit_column) if unit_column else (column,)
    return [Rule("declared_area_km2", columns, lambda draft: put_area(draft, column, unit_column, unit))]


def _area(given: Any) -> list[Rule]:
    if given == GEOMETRY:
        return [Rule("area", (), lambda draft: put_outline(draft, "area"))]
    if isinstance(given, str):
        raise MappingError(f"record → area: write “{GEOMETRY}” for the outline of the file's format, or column: for one in WKT")
    column = entry("area", given, ("column",)).needed("column")

    def put(draft: Draft) -> None:
        if take_shape(draft, column):
            put_outline(draft, "area")

    return [Rule("area", (column,), put)]


def _location(given: Any) -> Rule:
    if given == GEOMETRY:
        return Rule("location", (), put_geometry)
    said = entry("location", given, ("column", "longitude", "latitude"))
    if "column" in said.given:
        column = said.needed("column")
        return Rule("location", (column,), lambda draft: put_printed_point(draft, column))
    x, y = said.needed("longitude"), said.needed("latitude")
    return Rule("location", (x, y), lambda draft: put_point(draft, x, y))


def _date(key: str, given: Any) -> Rule:
    said = entry(key, given, ("column", "order"))
    column, order = said.needed("column"), said.one_of("order", ORDERS, "year-first")
    return Rule(key, (column,), lambda draft: put_date(draft, column, key, order))


def _code(key: str, given: Any, field: Any) -> Rule:
    """Codes: the registry's own are understood anyway; `codes` adds the file's words."""
    said = entry(key, given, ("column", "codes", "otherwise", "value"))
    known = [str(code) for code, _ in field.flatchoices]
    if "value" in said.given:
        value = said.one_of("value", known, "")
        return Rule(key, (), lambda draft: draft.record.__setitem__(key, value))
    codes = {folded(code): code for code in known}
    words = said.given.get("codes") or {}
    if not isinstance(words, dict):
        raise MappingError(f"record → {key} → codes: write each of the file's words with the code that it means")
    for word, code in words.items():
        if code not in known:
            raise MappingError(f"record → {key} → codes: “{str(code)[:40]}” is not a code; available: {', '.join(known)}")
        codes[folded(str(word))] = code
    otherwise = said.one_of("otherwise", known, "") if "otherwise" in said.given else None
    column = said.needed("column")
    return Rule(key, (column,), lambda draft: put_code(draft, column, key, codes, None, otherwise))


def _text(key: str, given: Any) -> Rule:
    said = entry(key, given, ("column", "value"))
    if "value" in said.given:
        value = said.needed("value")
        return Rule(key, (), lambda draft: draft.put_text(key, value))
    column = said.needed("column")
    return Rule(key, (column,), lambda draft: draft.put_text(key, draft.cell(column), column))


_MAKERS: dict[str, Callable[[Any], list[Rule]]] = {
    "external_id": _external_id,
    "other_names": _other_names,
    "country": _country,
    "commodities": _commodities,
    "parties": _parties,
    "declared_area_km2": _declared_area,
    "area": _area,
}
