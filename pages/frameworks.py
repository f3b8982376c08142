"""Policy frameworks that concern the country of a record today, and why each does."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext, gettext_lazy

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.filters.parameters import today
from api.resources.resource import Resource, resource_named
from api.rest import policies
from explorer.language import DEFAULT, language
from pages.addresses import page_of
from pages.facts import fields_of
from pages.labels import in_sentence
from pages.names import own_name
from pages.values import named
from registry.models import PolicyFramework
from registry.sql import sql

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
#: Why a framework is listed, by the basis that the API gives; English pages show the API's own words.
_REASONS: dict[str, "_StrPromise"] = {
    "national": gettext_lazy("a measure of the country itself"),
    "membership": gettext_lazy("a measure of %(through)s, of which the country is a member"),
    "party": gettext_lazy("the country is a party to it"),
    "party_through_membership": gettext_lazy("%(through)s, of which the country is a member, is a party to it"),
    "region": gettext_lazy("it is about the region %(through)s"),
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
        FrameworkGroup(basis, str(title), tuple(_framework(one, basis) for one in answer[basis]))
        for basis, title in _TITLES.items()
        if answer.get(basis)
    ]


def _read(country: str, day: date) -> dict[str, Any]:
    ((answer,),) = fetch(sql("SELECT {frameworks}", frameworks=policies.in_country(country, day)))
    return orjson.loads(answer)  # type: ignore[no-any-return]


def _framework(one: dict[str, Any], basis: str) -> FrameworkHere:
    resource = resource_named("policy-frameworks")
    fields = dict(fields_of(resource))
    return FrameworkHere(
        name=one["name"],
        href=page_of(resource, one["slug"]),
        kind=named(fields["kind"], one["kind"], PolicyFramework),
        status=in_sentence(named(fields["status"], one["status"], PolicyFramework)) if one["status"] else "",
        reason=_reason(one, basis),
    )


def _reason(one: dict[str, Any], basis: str) -> str:
    if language() == DEFAULT:
        return str(one["reason"])
    through = own_name("region" if one["basis"] == "region" else None, one["through"], one["through_name"] or "")
    words = gettext(str(_REASONS[one["basis"]])) % {"through": through}
    if basis == "undetermined":
        return gettext("%(reason)s; it is not recorded for this day") % {"reason": words}
    return f"{words} ({one['since']})" if one["since"] else words
