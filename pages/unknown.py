"""What is not known of the records in a country or region: how many of them lack what, each with the list of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from api.query.list_query import ListQuery, read_query
from api.query.rows import count_as_json
from api.resources.resource import resource_named
from pages.addresses import list_of
from pages.beside import Beside
from pages.related import MOST_COUNTED, counted_words
from registry.vocabularies import DepositType, DevelopmentStatus, LicenseStatus
from registry.vocabularies.location import PLACED

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _but_unknown(codes: list[str]) -> str:
    """Return every code but “unknown”, for a filter that keeps what has none of them."""
    return ",".join(code for code in codes if code != "unknown")


#: What may be unknown, the list, and the parameters that find it.
_COUNTED: tuple[tuple["_StrPromise", str, dict[str, str]], ...] = (
    (gettext_lazy("deposits without a location"), "deposits", {"location_kind__not": ",".join(sorted(PLACED))}),
    (gettext_lazy("deposits of unknown type"), "deposits", {"deposit_type__not": _but_unknown(DepositType.values)}),
    (
        gettext_lazy("deposits of unknown status"),
        "deposits",
        {"development_status__not": _but_unknown(DevelopmentStatus.values)},
    ),
    (gettext_lazy("licences of unknown status"), "licenses", {"status__not": _but_unknown(LicenseStatus.values)}),
    (gettext_lazy("licences without an expiry date"), "licenses", {"expires__isnull": "true"}),
)
_KINDS = frozenset(("country", "region"))


@dataclass(frozen=True)
class UnknownCount:
    """How many records lack something, in words, and where they are listed."""

    words: str
    number: str
    href: str


def ask_unknown(kind: str, slug: str, beside: Beside) -> None:
    """Ask for the numbers."""
    for name, _, query, _ in _queries(kind, slug):
        beside.ask(name, count_as_json(query, MOST_COUNTED))


def unknown_counts(kind: str, slug: str, beside: Beside) -> list[UnknownCount]:
    """Return what is unknown of some record."""
    return [
        UnknownCount(str(words), counted_words(count), href)
        for name, words, _, href in _queries(kind, slug)
        if (count := beside.answer(name))
    ]


def _queries(kind: str, slug: str) -> Iterator[tuple[str, Any, ListQuery, str]]:
    if kind not in _KINDS:
        return
    for index, (words, name, parameters) in enumerate(_COUNTED):
        resource, given = resource_named(name), {kind: slug, **parameters}
        yield f"unknown {index}", words, read_query(resource, given), f"{list_of(resource)}?{urlencode(given)}"
