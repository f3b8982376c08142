"""Policy frameworks that concern the country of a record today, and why each does."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.utils.translation import gettext_lazy

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.filters.parameters import today
from api.resources.resource import Resource, resource_named
from api.rest import policies
from pages.addresses import page_of
from pages.facts import fields_of
from pages.labels import in_sentence
from pages.sentences import in_words
from pages.values import named
from registry.models import PolicyFramework
from registry.sql import sql

_kept = VersionedCache(300)
#: Kinds of record that lie in a country.
_IN_A_COUNTRY = frozenset(("deposit", "prospecting_object", "license"))
_TITLES = {
    "applies": gettext_lazy("Apply here"),
    "undetermined": gettext_lazy("It is not known whether these apply"),
    "party": gettext_lazy("The country is a party, which does not mean that they apply here"),
    "ended": gettext_lazy("Applied here and are over"),
    "later": gettext_lazy("Are not in force yet"),
}


@dataclass(frozen=True)
class FrameworkHere:
    """A framework, and why it is listed."""

    name: str
    href: str
    kind: str
    status: str
    reason: str


@dataclass(frozen=True)
class FrameworkGroup:
    """Frameworks that concern the place in the same way."""

    basis: str
    title: str
    frameworks: tuple[FrameworkHere, ...]


def country_of(resource: Resource, record: dict[str, Any]) -> str:
    """Return the code of the country that a record is, or is stated to lie in; "" if there is none."""
    if resource.kind == "country":
        return str(record["slug"])
    return str((record.get("country") or {}).get("slug") or "") if resource.kind in _IN_A_COUNTRY else ""


def frameworks(resource: Resource, record: dict[str, Any]) -> list[FrameworkGroup]:
    """Return the groups that have frameworks for the record's country; they are the same for all that lies in it."""
    country, day = country_of(resource, record), today()
    answer = _kept.get((country, day), lambda: _read(country, day)) if country else {}
    return [
        FrameworkGroup(basis, str(title), tuple(_framework(one) for one in answer[basis]))
        for basis, title in _TITLES.items()
        if answer.get(basis)
    ]


def _read(country: str, day: date) -> dict[str, Any]:
    ((answer,),) = fetch(sql("SELECT {frameworks}", frameworks=policies.in_country(country, day)))
    return orjson.loads(answer)  # type: ignore[no-any-return]


def _framework(one: dict[str, Any]) -> FrameworkHere:
    resource = resource_named("policy-frameworks")
    fields = dict(fields_of(resource))
    return FrameworkHere(
        name=one["name"],
        href=page_of(resource, one["slug"]),
        kind=named(fields["kind"], one["kind"], PolicyFramework),
        status=in_sentence(named(fields["status"], one["status"], PolicyFramework)) if one["status"] else "",
        reason=in_words(one["reason"]),
    )
