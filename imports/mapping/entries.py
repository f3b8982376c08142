"""One entry of a mapping file: a column by its name, or several keys, each checked as it is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


class MappingError(ValueError):
    """A mapping file that says what cannot be; the message names the key."""


def known_keys(given: Any, known: Iterable[str], place: str) -> dict[str, Any]:
    """Take a mapping whose keys are all known; raises MappingError for another."""
    if not isinstance(given, dict):
        raise MappingError(gettext("%(place)s has keys: %(known)s") % {"place": place, "known": ", ".join(known)})
    for key in given:
        if key not in known:
            raise MappingError(
                gettext("%(place)s has no key “%(key)s”; available: %(names)s")
                % {"place": place, "key": str(key)[:40], "names": ", ".join(sorted(known))}
            )
    return given


@dataclass(frozen=True)
class Entry:
    """What a mapping file says of one key of the record."""

    key: str
    given: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.given.get(name, default)
        if not isinstance(value, str):
            raise MappingError(
                gettext("record → %(key)s → %(name)s: write a text, in quotes") % {"key": self.key, "name": name}
            )
        return value

    def needed(self, name: str) -> str:
        """Return a text that must be there."""
        value = self.text(name)
        if not value:
            raise MappingError(gettext("record → %(key)s: it needs %(name)s") % {"key": self.key, "name": name})
        return value

    def one_of(self, name: str, codes: Iterable[str], default: str) -> str:
        """Return one of some codes."""
        value = self.text(name, default)
        codes = tuple(codes)
        if value not in codes:
            raise MappingError(
                gettext("record → %(key)s → %(name)s: there is no “%(value)s”; available: %(codes)s")
                % {"key": self.key, "name": name, "value": value[:40], "codes": ", ".join(codes)}
            )
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.given.get(name, [])
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise MappingError(gettext("record → %(key)s → %(name)s: write a list of texts") % {"key": self.key, "name": name})
        return tuple(value)


def entry(key: str, given: Any, known: Iterable[str]) -> Entry:
    """Read an entry; a text alone is the name of a column."""
    if isinstance(given, str):
        return Entry(key, {"column": given})
    return Entry(key, known_keys(given, known, f"record → {key}"))


def entries(key: str, given: Any, known: Iterable[str]) -> list[Entry]:
    """Read one entry, or a list of them."""
    known = tuple(known)
    return [entry(key, item, known) for item in (given if isinstance(given, list) else [given])]
