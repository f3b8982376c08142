"""The province of a row: in the words of the file, and by its ISO 3166-2 code where the words name one of the country."""

from functools import cache
from typing import Any

import pycountry

from imports.values.draft import Draft
from imports.values.terms import folded

#: Words for “province”, “city” and “region” that the standard writes behind names, and sources do not.
_KINDS = ("sheng", "shi", "zizhiqu", "oblysy", "oblast", "lan")


def put_province(draft: Draft, text: str, column: str, name: str = "") -> None:
    """Set the area that a file states, and its code if it, or the name in it, is a subdivision of the stated country."""
    draft.put_text("admin_area", text, column)
    country = draft.record.get("country")
    if isinstance(country, str) and (code := province_code(country, name or text)):
        draft.record["admin_code"] = code


def province_code(country: str, text: str) -> str | None:
    """Return the ISO 3166-2 code of the subdivision of that name; None if none, or several, are called so."""
    codes = _names(country).get(_plain(text), frozenset())
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _names(country: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    every: Any = pycountry.subdivisions
    for one in every.get(country_code=country) or ():
        name = _plain(one.name)
        found[name] = found.get(name, frozenset()) | {one.code}
    return found


def _plain(name: str) -> str:
    words = folded(name.partition("[")[0]).split()
    return " ".join(words[:-1] if len(words) > 1 and words[-1] in _KINDS else words)
