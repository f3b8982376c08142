"""The messages in scripts, and their translations for pages in another language than English."""

import re
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, ngettext

from config.environment import ROOT

_CALL = re.compile(r'\bn?gettext\(\s*"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?')
#: A number of each category of plurals (CLDR); a fraction is counted as few are.
_PLURALS = {"one": 1, "few": 2, "many": 5, "other": 2}
Translated = dict[str, str | dict[str, str]]


@cache
def messages_in(*packages: str) -> tuple[tuple[str, str], ...]:
    """Return the messages in the scripts of packages, each with its plural or ""."""
    files = (path for package in packages for path in sorted((ROOT / package / "static").rglob("*.js")))
    return tuple(dict.fromkeys(found for path in files for found in _CALL.findall(path.read_text(encoding="utf-8"))))


def translated(messages: Iterable[tuple[str, str]]) -> Translated:
    """Return messages in the active language, those about a number by the categories of plurals."""
    return {
        one: {name: ngettext(one, many, number) for name, number in _PLURALS.items()} if many else gettext(one)
        for one, many in messages
    }
