"""Chips: each thing that narrows the selection, in words, with the address without it."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from api.query.facets import Counted
from pages.explore.facets import code_words, facet_label, shown_facets, value_words
from pages.explore.selection import Selection

_PLACES = {
    "bbox": gettext_lazy("In a box on the map"),
    "intersects": gettext_lazy("In a shape"),
    "within": gettext_lazy("Located in"),
}


@dataclass(frozen=True)
class Chip:
    """One thing that narrows."""

    words: str
    href: str


def chips(selection: Selection, total: Counted) -> list[Chip]:
    """Return what narrows the selection, in the order of the address."""
    found = []
    for name, value in selection.given.items():
        if name in shown_facets(selection.resource):
            names = {str(one.value): value_words(selection.resource, name, one) for one in total.facets[name].values}
            for one in selection.chosen(name):
                words = names.get(one) or code_words(selection.resource, name, one)
                found.append(Chip(f"{facet_label(name)}: {words}", selection.toggled(name, one)))
        elif name != "radius_km":
            found.append(Chip(_words(selection, name, value), selection.href(**{name: None, **_beside(name)})))
    return found


def _words(selection: Selection, name: str, value: str) -> str:
    if name == "search":
        return f"“{value}”"
    if name == "near":
        words = gettext("Within %(distance)s km of %(place)s")
        return words % {"distance": selection.given["radius_km"], "place": value.replace(",", ", ")}
    if name in ("bbox", "intersects"):
        return str(_PLACES[name])
    if name == "within":
        return f"{_PLACES[name]} {value}"
    base, _, how = name.partition("__")
    if how == "isnull":
        return f"{facet_label(base)}: {gettext('not stated') if value in ('true', '1') else gettext('stated')}"
    signs = {"gte": " ≥ ", "lte": " ≤ ", "gt": " > ", "lt": " < ", "not": " ≠ "}
    return f"{facet_label(base)}{signs.get(how, ': ')}{value}"


def _beside(name: str) -> dict[str, None]:
    return {"radius_km": None} if name == "near" else {}
