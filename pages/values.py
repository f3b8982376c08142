"""Values as people read them: numbers, dates, codes by their names, links to other pages."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext, gettext_lazy, ngettext
from rest_framework import serializers

from explorer.language import numerals
from explorer.numbers import kind_words
from pages.addresses import page_of, resource_of_kind, resource_of_model
from pages.labels import code_words, in_sentence, translated
from pages.names import own_name
from pages.provinces import PROVINCE, province

#: Digits of what the registry computes itself, such as an area.
_COMPUTED_DIGITS = 5
#: Registers that name our records, where their code says little.
_SCHEMES = {
    "usgs_ree": "USGS OFR 02-189",
    "usgs_major": "USGS major deposits",
    "mrds": "USGS MRDS",
    "dossier": gettext_lazy("Dossier of the seed"),
}


@dataclass(frozen=True)
class Value:
    """A value in words, and the page that it leads to."""

    text: str
    href: str = ""


def value_of(field: Any, given: Any, model: type[models.Model] | None) -> Value:
    """Put the value of a serializer's field into words; `model` is that of the row it stands in."""
    if isinstance(given, dict):
        return _link(field, given, model) if "slug" in given else Value(_counts(given))
    if isinstance(given, list):
        return Value("; ".join(value_of(field, one, model).text for one in given))
    if isinstance(given, bool):
        return Value(gettext("yes") if given else gettext("no"))
    if isinstance(given, float | int):
        if str(getattr(field, "field_name", "")).startswith("computed_"):
            return Value(significant(given, _COMPUTED_DIGITS))
        # Years are no quantities: no comma in them.
        return Value(f"{given}" if str(getattr(field, "field_name", "")).endswith("year") else number(given))
    text = str(given)
    if getattr(field, "field_name", "") == PROVINCE:
        return Value(province(text))
    if text.startswith(("http://", "https://")):
        return Value(text, text)
    return Value(named(field, text, model))


def named(field: Any, code: str, model: type[models.Model] | None) -> str:
    """Return the words of a code; the code itself where it has none."""
    words = _words_of(field, model).get(code)
    return translated(words) if words else code


@lru_cache(1024)
def _words_of(field: Any, model: type[models.Model] | None) -> dict[str, str]:
    """Return the words of each code of a field, in English."""
    return {code: str(words) for code, words in dict(choices_of(field, model) or ()).items()}


def number(given: float) -> str:
    """Write a number with its thousands apart, and no more digits than it has."""
    if given == int(given) and abs(given) < 1e15:
        return numerals(f"{int(given):,}")
    text = f"{given:,.7f}".rstrip("0")
    return numerals(text if text.strip("-0.,") else f"{given:g}")


def significant(given: float, digits: int = 3) -> str:
    """Write a computed number with so many digits that mean something."""
    return number(float(f"{given:.{digits}g}"))


def choices_of(field: Any, model: type[models.Model] | None) -> Any:
    """Return the codes of a field with their words; those of the column behind it where it names none."""
    if declared := getattr(field, "choices", None):
        return declared
    name = getattr(field, "source", None) or getattr(field, "field_name", "")
    found: Any = model
    try:
        for part in str(name).split("."):
            column = found._meta.get_field(part)
            found = column.related_model or found
    except Exception:  # noqa: BLE001 - a derived field has no column
        return None
    return getattr(column, "choices", None)


def scheme_name(scheme: str) -> str:
    """Name a register that has identifiers of its own."""
    return str(_SCHEMES.get(scheme, scheme.replace("_", " ")))


def _counts(given: dict[str, Any]) -> str:
    """Write numbers of records by their kind."""
    return ", ".join(f"{number(one)} {_kind_words(kind, one)}" for kind, one in given.items())


def _kind_words(kind: str, count: int) -> str:
    resource = resource_of_kind(kind)
    return ngettext(*kind_words(resource.model), count) if resource else in_sentence(code_words(kind))


def _link(field: Any, given: dict[str, Any], model: type[models.Model] | None) -> Value:
    words = str(given.get("name") or given.get("title") or given.get("text") or given.get("slug") or "")
    if "kind" in given and "slug" in given:
        resource = resource_of_kind(str(given["kind"]))
    else:
        resource = resource_of_model(linked_model(field, model)) if field is not None else None  # type: ignore[arg-type]
    slug = given.get("slug")
    return Value(own_name(resource.kind if resource else None, slug, words), page_of(resource, slug))


@lru_cache(1024)
def linked_model(field: Any, model: type[models.Model] | None) -> type[models.Model] | None:
    """Return the model that a link of a serializer leads to."""
    child = getattr(field, "child", field)
    declared = getattr(getattr(child, "Meta", None), "model", None)
    if declared is not None:
        return declared  # type: ignore[no-any-return]
    if not isinstance(child, serializers.Serializer) or model is None:
        return None
    rows = _related(model, str(getattr(field, "source", None) or getattr(field, "field_name", "")))
    # Rows between two records show columns of the other one: `slug` of `framework.slug`.
    slug = child.fields.get("slug")
    through = str(getattr(slug, "source", None) or "").rpartition(".")[0]
    return _related(rows, through) if rows and through else rows


def _related(model: type[models.Model], path: str) -> type[models.Model] | None:
    """Return the model that a key, or the accessor of rows, leads to."""
    name = path.split(".")[0]
    found: dict[str | None, Any] = {f.name: f.related_model for f in model._meta.get_fields() if f.is_relation}
    found |= {r.get_accessor_name(): r.related_model for r in model._meta.related_objects}
    return found.get(name)
