"""The sources of a page, numbered in the order in which they are met, and which of them carries which value."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from explorer.disagreements import position as written
from pages.addresses import page_of, resource_of_kind
from pages.labels import in_sentence, translated
from pages.values import Value
from registry.vocabularies import Confidence


@dataclass
class Footnote:
    """A place in a source, with its number on the page."""

    number: int
    title: str
    href: str
    publisher: str
    published: str
    locator: str
    url: str
    confidence: str
    #: What is said of the citation, each time it is cited.
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Contradiction:
    """What another source states instead."""

    stated: str
    note: str
    footnote: Footnote


class Footnotes:
    """Footnotes of one page."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_place: dict[tuple[str, str], Footnote] = {}

    def __iter__(self) -> Any:
        """Yield them in the order of their numbers."""
        return iter(self._by_place.values())

    def __len__(self) -> int:
        """Count them."""
        return len(self._by_place)

    def add(self, citation: dict[str, Any]) -> Footnote:
        """Return the footnote of a citation, a new one if its place was not met before."""
        source = citation["source"]
        key = str(source["slug"]), str(citation.get("locator") or "")
        if key not in self._by_place:
            self._by_place[key] = Footnote(
                number=len(self._by_place) + 1,
                title=str(source.get("title") or source["slug"]),
                href=page_of(resource_of_kind("source"), source["slug"]),
                publisher=str(source.get("publisher") or ""),
                published=str(source.get("published") or ""),
                locator=key[1],
                url=str(source.get("url") or ""),
                confidence=confidence(citation.get("confidence")),
            )
        note = self._by_place[key]
        if (remark := citation.get("note")) and remark not in note.remarks:
            note.remarks.append(str(remark))
        return note


class Citations:
    """The citations of one record: which value each of them supports or contradicts."""

    def __init__(self, footnotes: Footnotes, citations: list[dict[str, Any]]) -> None:
        """Keep them; their footnotes get numbers as they are asked for."""
        self.footnotes, self.all = footnotes, citations

    def supporting(self, *entries: str) -> list[Footnote]:
        """Return the footnotes of what supports one of these values, each once."""
        found = [self.footnotes.add(one) for one in self.all if one["relation"] == "supports" and _covers(one, entries)]
        return sorted({note.number: note for note in found}.values(), key=lambda note: note.number)

    def contradicting(self, name: str) -> list[Contradiction]:
        """Return what other sources state instead of a value."""
        return [
            Contradiction(stated(one["stated_value"]).text, str(one.get("note") or ""), self.footnotes.add(one))
            for one in self.all
            if one["relation"] == "contradicts" and _covers(one, (name,))
        ]

    def whole(self) -> list[Footnote]:
        """Return the footnotes of what supports the record as a whole."""
        return [self.footnotes.add(one) for one in self.all if one["relation"] == "supports" and not fields_of(one)]

    def mentions(self) -> list[Footnote]:
        """Return the footnotes of what mentions the record, or may."""
        return [self.footnotes.add(one) for one in self.all if one["relation"] == "mentions"]


def fields_of(citation: dict[str, Any]) -> list[str]:
    """Return what a citation names: columns, lists, or rows of lists."""
    return list(citation.get("fields") or ())


def _covers(citation: dict[str, Any], entries: tuple[str, ...]) -> bool:
    """Return whether a citation names a value, or the whole list that a row stands in."""
    named = fields_of(citation)
    return any(entry in named or entry.partition(":")[0] in named for entry in entries)


def confidence(code: str | None) -> str:
    """Say how sure the curator is; "" where nobody rated it."""
    return gettext("confidence %(level)s") % {"level": in_sentence(translated(str(Confidence(code).label)))} if code else ""


def stated(given: Any) -> Value:
    """Put what a source states instead into words."""
    match given:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return Value(position(longitude, latitude))
        case {"type": str(kind)}:
            return Value(gettext("another outline (%(kind)s)") % {"kind": kind})
        case dict():
            return Value(", ".join(f"{name}: {value}" for name, value in given.items()))
        case list():
            return Value("; ".join(stated(one).text for one in given))
    return Value(str(given))


def position(longitude: float, latitude: float) -> str:
    """Write a position as people do: degrees with letters, latitude first."""
    return written(f"{abs(latitude):.5g}", latitude >= 0, f"{abs(longitude):.6g}", longitude >= 0)
