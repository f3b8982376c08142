"""What a source says of which records, as the page of the source shows it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from pages.addresses import page_of, resource_of_kind
from pages.alone import Alone
from pages.footnotes import confidence
from pages.labels import code_words, in_sentence, label_of
from pages.names import own_name

#: A page stays readable: more rows are one click away.
_MOST = 60
_TITLES = {
    "supports": gettext_lazy("What it supports"),
    "contradicts": gettext_lazy("What it contradicts"),
    "mentions": gettext_lazy("What it mentions"),
}


@dataclass(frozen=True)
class CarriedRow:
    """A record that the source is cited for, and for which of its values."""

    name: str
    href: str
    kind: str
    values: str
    locator: str
    confidence: str
    #: The values that no other source supports.
    alone: str


@dataclass(frozen=True)
class Carried:
    """The records of which a source says the same kind of thing; `more` counts those that the page leaves out."""

    relation: str
    title: str
    rows: tuple[CarriedRow, ...]
    more: int
    #: How many values of the source rest on it alone.
    alone: int


def carried(record: dict[str, Any], alone: Alone) -> list[Carried]:
    """Sort the citations of a source by their relation."""
    found: dict[str, list[dict[str, Any]]] = {relation: [] for relation in _TITLES}
    for one in record.get("citations") or ():
        if one.get("record"):
            found.setdefault(one["relation"], []).append(one)
    number = sum(len(entries) for entries in alone.values())
    return [
        Carried(
            relation,
            str(_TITLES.get(relation, relation)),
            tuple(_row(one, alone) for one in citations[:_MOST]),
            max(0, len(citations) - _MOST),
            number if relation == "supports" else 0,
        )
        for relation, citations in found.items()
        if citations
    ]


def _row(citation: dict[str, Any], alone: Alone) -> CarriedRow:
    cited = citation["record"]
    return CarriedRow(
        name=own_name(cited["kind"], cited["slug"], str(cited.get("name") or cited["slug"])),
        href=page_of(resource_of_kind(cited["kind"]), cited["slug"]),
        kind=code_words(str(cited["kind"])),
        values=", ".join(map(entry_words, citation.get("fields") or ())) or gettext("the record as a whole"),
        locator=citation.get("locator") or "",
        confidence=confidence(citation.get("confidence")),
        alone=_alone(citation, alone),
    )


def _alone(citation: dict[str, Any], alone: Alone) -> str:
    """Name the values of a citation that no other source supports."""
    cited = citation["record"]
    lost = alone.get((cited["kind"], cited["slug"]), set()) if citation["relation"] == "supports" else set()
    fields = citation.get("fields") or ()
    return (
        gettext("all of them")
        if fields and lost.issuperset(fields)
        else ", ".join(entry_words(one) for one in fields if one in lost)
    )


def entry_words(entry: str) -> str:
    """Name a value in words: `names:Кутессай` is a row of a list."""
    name, _, row = entry.partition(":")
    return f"{in_sentence(label_of(name))} {row}".strip()
