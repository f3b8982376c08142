"""Names of countries in Kazakh, Kyrgyz and Uzbek from the Unicode CLDR (LICENSE.unicode): translations, not statements."""

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "cldr_names.json"


def translated_names(kind: str, slug: str) -> list[tuple[str, str]]:
    """Return (name, language) of a country, each name once."""
    if kind != "country":
        return []
    found: dict[str, str] = {}
    for language, names in _names().items():
        if slug in names:
            found.setdefault(names[slug], language)
    return list(found.items())


@cache
def _names() -> dict[str, dict[str, str]]:
    return json.loads(_FILE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
