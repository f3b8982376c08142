"""The registry's own words, by which those of a file are understood: countries in many languages, and commodities."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_PUNCTUATION = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return a name without case, accents, punctuation and spacing, so that its spellings meet."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _PUNCTUATION.sub(" ", plain.replace("&", " and ")).strip()


@dataclass(frozen=True)
class Terms:
    """What names mean: countries by code and by folded name, commodities by symbol and by folded name."""

    #: ISO 3166-1 alpha-2 code → English name.
    countries: dict[str, str]
    #: Alpha-3 code → alpha-2 code.
    iso3: dict[str, str]
    #: Folded name in any language → alpha-2 codes that go by it.
    country_names: dict[str, frozenset[str]]
    #: Folded name or symbol → symbol.
    commodities: dict[str, str]
    #: Symbols exactly as they are written.
    symbols: frozenset[str] = field(default=frozenset())
    #: Folded names of the organizations that the registry has.
    organizations: frozenset[str] = field(default=frozenset())


def make_terms(
    countries: Iterable[tuple[str, str, str]],
    country_names: Iterable[tuple[str, str]],
    commodities: Iterable[tuple[str, str]],
    commodity_names: Iterable[tuple[str, str]],
    organizations: Iterable[str] = (),
) -> Terms:
    """Make the terms of (alpha-2, alpha-3, name), (alpha-2, name), (symbol, name), (symbol, other name) and organizations."""
    countries, commodities = list(countries), list(commodities)
    names: dict[str, set[str]] = {}
    for code, text in [*((code, name) for code, _, name in countries), *country_names]:
        names.setdefault(folded(text), set()).add(code)
    meanings: dict[str, str] = {}
    for symbol, text in [*commodities, *commodity_names]:
        meanings.setdefault(folded(text), symbol)
    return Terms(
        countries={code: name for code, _, name in countries},
        iso3={iso3: code for code, iso3, _ in countries},
        country_names={text: frozenset(codes) for text, codes in names.items()},
        commodities=meanings,
        symbols=frozenset(symbol for symbol, _ in commodities),
        organizations=frozenset(map(folded, organizations)),
    )


def terms_of_registry() -> Terms:
    """Read the terms from the registry's tables."""
    from registry.models import Commodity, Country, Name, Organization

    return make_terms(
        Country.objects.values_list("slug", "iso3", "name"),
        Name.objects.filter(country__isnull=False).values_list("country__slug", "text"),
        Commodity.objects.values_list("slug", "name"),
        Name.objects.filter(commodity__isnull=False).values_list("commodity__slug", "text"),
        [
            *Organization.objects.values_list("name", flat=True),
            *Name.objects.filter(organization__isnull=False).values_list("text", flat=True),
        ],
    )
