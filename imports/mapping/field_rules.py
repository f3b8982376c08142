"""Steps that fill one column of a record, or of a row of one of its lists, by the type of the column."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models as dj

from imports.mapping.entries import Entry, MappingError, entry
from imports.values.code_words import code_words
from imports.values.codes import put_code
from imports.values.countries import COUNTRY_FROM, put_country
from imports.values.dates import ORDERS, put_date
from imports.values.draft import Draft
from imports.values.numbers import number
from imports.values.quantities import put_figure, units_of
from imports.values.references import put_commodity, put_flag, put_organization, put_reference
from imports.values.terms import folded
from registry import models as m
from registry.constraints import range_of
from registry.fields import PartialDateField


@dataclass(frozen=True)
class Rule:
    """One step: the key it sets, the columns it reads, and what it does."""

    key: str
    columns: tuple[str, ...]
    put: Callable[[Draft], Any]


def field_rule(field: Any, given: Any) -> Rule:
    """Make the step that fills a column; raises MappingError."""
    return next(maker for kind, maker in _MAKERS if isinstance(field, kind))(field, given)


def _constant(key: str, value: Any) -> Rule:
    return Rule(key, (), lambda draft: draft.record.__setitem__(key, value))


def _related(field: Any, given: Any) -> Rule:
    key = field.name
    if field.related_model is m.Country:
        return _country(key, given)
    said = entry(key, given, ("column", "value", "scheme"))
    if "value" in said.given:
        return _constant(key, said.needed("value"))
    column, scheme = said.needed("column"), said.text("scheme")
    if field.related_model is m.Commodity:
        return Rule(key, (column,), lambda draft: put_commodity(draft, column, key))
    if field.related_model is m.Organization:
        return Rule(key, (column,), lambda draft: put_organization(draft, column, key))
    return Rule(key, (column,), lambda draft: put_reference(draft, column, key, scheme))


def _country(key: str, given: Any) -> Rule:
    """Take the country of a column, of all rows, or of the location, where the column is empty or there is none."""
    said = entry(key, given, ("column", "value", "from"))
    if "value" in said.given:
        said.one_of("from", ("file name",), "file name")
        return _constant(key, said.needed("value").upper())
    from_location = said.one_of("from", ("", "location"), "") == "location"
    column = said.text("column") if from_location else said.needed("column")

    def put(draft: Draft) -> None:
        found = put_country(draft, column, key) if column and (draft.cell(column) or not from_location) else None
        if from_location and found is None:
            draft.record |= {key: None, COUNTRY_FROM: "location"}

    return Rule(key, (column,) if column else (), put)


def _date(field: Any, given: Any) -> Rule:
    key = field.name
    said = entry(key, given, ("column", "order", "value"))
    if "value" in said.given:
        return _constant(key, said.needed("value"))
    column, order = said.needed("column"), said.one_of("order", ORDERS, "year-first")
    return Rule(key, (column,), lambda draft: put_date(draft, column, key, order))


def _number(field: Any, given: Any) -> Rule:
    key = field.name
    has_unit = bool(units_of(key))
    said = entry(key, given, ("column", *(("unit", "unit_column") if has_unit else ())))
    column, unit, unit_column = said.needed("column"), said.text("unit"), said.text("unit_column")
    if unit and folded(unit) not in units_of(key):
        raise MappingError(f"record → {key} → unit: “{unit[:40]}” is not known; available: {', '.join(units_of(key))}")
    if isinstance(field, dj.IntegerField):
        return Rule(key, (column,), lambda draft: put_whole(draft, column, key, range_of(field.model, key)))
    columns = (column, unit_column) if unit_column else (column,)
    return Rule(key, columns, lambda draft: put_figure(draft, column, key, unit, unit_column))


def put_whole(draft: Draft, column: str, key: str, within: Any = None) -> None:
    """Set a whole number."""
    value = number(draft, column, within)
    if value is not None:
        draft.record[key] = int(value) if value == int(value) else value


def _flag(field: Any, given: Any) -> Rule:
    key = field.name
    said = entry(key, given, ("column", "value"))
    if "value" in said.given:
        value = said.given["value"]
        if not isinstance(value, bool):
            raise MappingError(f"record → {key} → value: write true or false")
        return _constant(key, value)
    column = said.needed("column")
    return Rule(key, (column,), lambda draft: put_flag(draft, column, key))


def _list(field: Any, given: Any) -> Rule:
    key = field.name
    said = entry(key, given, ("column", "split", "codes"))
    column, split = said.needed("column"), said.text("split")
    codes = _codes(said, field.base_field) if field.base_field.choices else None

    def put(draft: Draft) -> None:
        cell = draft.cell(column)
        texts = [text.strip() for text in (cell.split(split) if split else [cell]) if text.strip()]
        unknown = [text for text in texts if codes is not None and folded(text) not in codes]
        if unknown:
            draft.warn("code-unknown", f"“{', '.join(unknown)[:60]}” is not a known code for {key}.", column, cell)
        found = [text if codes is None else codes[folded(text)] for text in texts if text not in unknown]
        if found:
            draft.record[key] = list(dict.fromkeys(found))

    return Rule(key, (column,), put)


def _codes(said: Entry, field: Any) -> dict[str, str]:
    """Return what words mean: those of the mapping, of the vocabulary, and others in use."""
    known = [str(code) for code, _ in field.flatchoices]
    codes = code_words(field)
    words = said.given.get("codes") or {}
    if not isinstance(words, dict):
        raise MappingError(f"record → {said.key} → codes: write each of the file's words with the code that it means")
    for word, code in words.items():
        if code not in known:
            raise MappingError(f"record → {said.key} → codes: “{str(code)[:40]}” is not a code; available: {', '.join(known)}")
        codes[folded(str(word))] = code
    return codes


def _text(field: Any, given: Any) -> Rule:
    """Texts and codes: the registry's own codes are understood anyway; `codes` adds the file's words."""
    key = field.name
    if not field.choices:
        said = entry(key, given, ("column", "value"))
        if "value" in said.given:
            value = said.needed("value")
            return Rule(key, (), lambda draft: draft.put_text(key, value))
        column = said.needed("column")
        return Rule(key, (column,), lambda draft: draft.put_text(key, draft.cell(column), column))
    said = entry(key, given, ("column", "codes", "otherwise", "value"))
    known = [str(code) for code, _ in field.flatchoices]
    if "value" in said.given:
        return _constant(key, said.one_of("value", known, ""))
    codes = _codes(said, field)
    otherwise = said.one_of("otherwise", known, "") if "otherwise" in said.given else None
    column = said.needed("column")
    return Rule(key, (column,), lambda draft: put_code(draft, column, key, codes, None, otherwise))


#: Type of a column → what makes its step; the first that fits.
_MAKERS: tuple[tuple[Any, Callable[[Any, Any], Rule]], ...] = (
    (dj.ForeignKey, _related),
    (PartialDateField, _date),
    (ArrayField, _list),
    (dj.BooleanField, _flag),
    ((dj.FloatField, dj.DecimalField, dj.IntegerField), _number),
    (dj.Field, _text),
)
