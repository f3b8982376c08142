"""The search of the documentation: all words, in any section; explorer/static/explorer/find.js ranks as this does."""

from dataclasses import dataclass
from functools import cache

from explorer.docs import library, site

_SHOWN = 20
_BEFORE, _AFTER = 70, 170


@dataclass(frozen=True)
class Place:
    """A section of a page."""

    page: str
    heading: str
    address: str
    text: str

    def score(self, words: list[str]) -> int:
        """Return how well it suits the words: 0 if one is missing."""
        page, heading, text = self.page.lower(), self.heading.lower(), self.text.lower()
        if not all(word in page or word in heading or word in text for word in words):
            return 0
        return sum(10 * (word in heading) + 5 * (word in page) + (word in text) for word in words)

    def excerpt(self, words: list[str]) -> str:
        """Return the text around the first word that is found."""
        lower = self.text.lower()
        at = min((lower.find(word) for word in words if word in lower), default=0)
        begin = self.text.rfind(" ", 0, max(0, at - _BEFORE)) + 1
        end = self.text.find(" ", at + _AFTER)
        cut = self.text[begin:] if end < 0 else f"{self.text[begin:end]} …"
        return f"… {cut}" if begin else cut


@cache
def places() -> tuple[Place, ...]:
    """Return every section of every page, addressed from /docs/."""
    return tuple(
        Place(entry.title, section.heading.text, f"{entry.page.name}/#{section.heading.id}", section.text)
        for entry in library.entries()
        if entry.page
        for section in site.content(entry.page).sections
    )


def find(query: str) -> list[tuple[Place, str]]:
    """Return the sections that contain all words of a query, best first, each with an excerpt."""
    words = query.lower().split()
    scored = [(place.score(words), place) for place in places()] if words else []
    best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
    return [(place, place.excerpt(words)) for _, place in best[:_SHOWN]]
