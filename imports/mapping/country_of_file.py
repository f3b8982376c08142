"""The country that the name of a file states: “Kazakhstan_deposits_2024.csv”, “KZ-licences.xlsx”."""

import re
from itertools import islice

from imports.values.country_aliases import SAME
from imports.values.terms import Terms, folded

_SAME = {folded(name): code for name, code in SAME.items()}
#: Words in the longest names of countries that are looked for.
_LONGEST = 4


def country_of_name(stem: str, terms: Terms) -> str:
    """Return the code of the one country that a file's name states as a word; empty if it states none, or several."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem))
    found = {code for word in _codes(words) if (code := _of_code(word, terms))}
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST, len(words)) + 1):
            name = folded(" ".join(words[first:last]))
            codes = terms.country_names.get(name, frozenset())
            found |= {code for code in (*islice(codes, 2), _SAME.get(name, "")) if code in terms.countries and len(name) > 3}
    return found.pop() if len(found) == 1 else ""


def _codes(words: list[str]) -> list[str]:
    """List the words that may be a code: in capitals, and in a name all in capitals only at its ends."""
    capitals = [word for word in words if word.isupper() and word.isascii()]
    return capitals if len(capitals) < len(words) or len(words) == 1 else [words[0], words[-1]]


def _of_code(word: str, terms: Terms) -> str:
    if len(word) == 3:
        return terms.iso3.get(word, "")
    return word if len(word) == 2 and word in terms.countries else ""


def country_line(country: str, *, has_places: bool) -> str:
    """Write the country of a table that has no column of countries: that of the file's name, or of the locations."""
    if country:
        return f'  country: {{value: "{country}", from: "file name"}}  # taken from the name of the file; check it'
    if has_places:
        note = "no column of countries: the one in whose outline the location lies, noted as derived"
        return f'  country: {{from: "location"}}  # {note}'
    return '  # country: {value: "KZ"}  # no column of countries; without one, filters by country miss these records'
