"""Names of fields and of kinds of record as people read them, in the language of the page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext

#: Where the field's own name, with spaces, would not be read at once.
_LABELS: Mapping[str, str] = {
    "admin_area": "Province or district",
    "admin_code": "Code of the province (ISO 3166-2)",
    "age": "Geological age",
    "as_of": "As of",
    "cgi_uri": "CGI concept",
    "computed_area_km2": "Area of the outline (km²)",
    "contained_basis": "Counted as",
    "copy_url": "Copy that was read",
    "declared_area_km2": "Declared area (km²)",
    "inspire_uri": "INSPIRE concept",
    "iso3": "ISO 3166-1 alpha-3",
    "kind": "Kind",
    "m49": "UN M49 code",
    "oxide_factor": "Element to oxide, factor",
    "parent": "Part of",
    "ree": "Rare-earth element",
    "ree_class": "Class",
    "scheme_classes": "Light or heavy, by scheme",
    "source_srid": "Coordinate system of the source (EPSG)",
    "url": "Web address",
    "license_links": "Licences",
    "licenses": "Licences",
    "license_kinds": "Kinds of licence",
    "license_roles": "Licences",
    "deposit_roles": "Deposits",
    "framework_roles": "Policy frameworks",
    "finding_links": "Statements",
    "findings": "Statements",
    "disagreement_links": "Disagreements",
    "external_ids": "In other databases",
    "children": "Parts",
    "sites": "Deposits and objects",
    "deposits_inside": "Deposits inside the outline",
    "prospected_as": "Prospected as",
    "publisher_links": "Publisher in this registry",
    "derivatives": "Copies and translations",
    "superseded_by": "Superseded by",
    "members": "Members",
    "organization_memberships": "Member of",
    "memberships": "In the regions",
    "cited_by": "Cited by",
    "names": "Names",
    "parties": "Parties",
}
#: The noun, which the British spell otherwise than the verb.
_NOUN = re.compile(r"license(?!d)")
_ABBREVIATIONS = frozenset(("reo", "ree", "treo", "lreo", "mreo", "hreo", "id", "uid"))
_UNITS = {"_m": " (m)", "_km": " (km)", "_km2": " (km²)", "_pct": " (%)", "_tonnes": " (t)"}


def label_of(name: str) -> str:
    """Return the label of a field or list, by its name in the API."""
    return translated(_label(name))


def translated(text: str) -> str:
    """Translate a word of the registry's own; a page has the same ones hundreds of times, so each is looked up once."""
    return _translated(text, get_language())


@lru_cache(4096)
def _translated(text: str, language: str | None) -> str:
    return gettext(text)


def kind_of(model: Any) -> str:
    """Name a kind of record in the singular."""
    return translated(_spaced(str(model._meta.verbose_name)))


def kinds_of(model: Any) -> str:
    """Name a kind of record in the plural."""
    return translated(_spaced(str(model._meta.verbose_name_plural)))


def code_words(code: str) -> str:
    """Name a code that no vocabulary has words for: a kind of record that is cited, a doubt, a milestone."""
    return translated(_spaced(code))


def help_of(field: Any) -> str:
    """Return what a field means, in words."""
    text = str(getattr(field, "help_text", None) or "")
    return translated(text) if text else ""


def in_sentence(label: str) -> str:
    """Write a label within a sentence: only names and abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


@lru_cache(1024)
def _label(name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]
    for ending, unit in _UNITS.items():
        if name.endswith(ending):
            return _spaced(name.removesuffix(ending)) + unit
    return _spaced(name)


def _spaced(name: str) -> str:
    words = _NOUN.sub("licence", name.replace("_", " "))
    words = " ".join(one.upper() if one in _ABBREVIATIONS else one for one in words.split(" "))
    return words[:1].upper() + words[1:]
