"""Names of countries, regions and commodities in the language of the page."""

from typing import Any

from django.utils.translation import gettext

from api.database.bound import shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.composed import records
from api.resources.resource import resource_named
from explorer.language import DEFAULT, language
from pages.addresses import resource_of_kind
from registry.models import Name
from registry.vocabularies import NameKind

#: Kinds of record that have few names, which the catalogue of translations holds.
TRANSLATED = frozenset(("commodity", "region"))
_countries = VersionedCache(5)


def own_name(kind: str | None, slug: str | None, given: str) -> str:
    """Return the name of a record in the page's language, if it is of a kind that has one; else the name given."""
    if kind in TRANSLATED:
        return gettext(given) if given else given
    code = language()
    if kind != "country" or code == DEFAULT or not slug:
        return given
    return _countries.get(code, lambda: _names(code)).get(slug, given)


def country_called(name: str) -> str:
    """Return the name of a country in the page's language by its name in the registry."""
    if language() == DEFAULT:
        return name
    slugs: dict[str, str] = _countries.get("slugs", _slugs)
    return own_name("country", slugs.get(name), name)


def titles(kind: str, slugs: set[str]) -> dict[str, str]:
    """Return what records are called in the page's language by their slugs, of those that readers see."""
    resource: Any = resource_of_kind(kind)
    rows = records(resource).filter(slug__in=sorted(slugs)).order_by().values_list("slug", resource.model.label_field)
    return {slug: own_name(kind, slug, name or slug) for slug, name in rows}


def _slugs() -> dict[str, str]:
    rows = records(resource_named("countries")).order_by().values_list("name", "slug")
    return dict(fetch(shape_of(rows)))


def _names(code: str) -> dict[str, str]:
    """Read the names of the countries in a language from their records; of several, the official one."""
    countries = records(resource_named("countries"))
    named = Name.objects.filter(language=code, country__in=countries.order_by().values("id")).order_by("id")
    found: dict[str, str] = {}
    for slug, text, kind in fetch(shape_of(named.values_list("country__slug", "text", "kind"))):
        if slug not in found or kind == NameKind.OFFICIAL:
            found[slug] = text
    return found
