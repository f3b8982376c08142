"""Names of countries, regions and commodities in the language of the page."""

from django.utils.translation import gettext

from api.database.bound import shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.composed import records
from api.resources.resource import resource_named
from explorer.language import DEFAULT, language
from registry.models import Name
from registry.vocabularies import NameKind

#: Kinds of record that have few names, which the catalogue of translations holds.
TRANSLATED = frozenset(("commodity", "region"))
_countries = VersionedCache(4)


def own_name(kind: str | None, slug: str | None, given: str) -> str:
    """Return the name of a record in the page's language, if it is of a kind that has one; else the name given."""
    if kind in TRANSLATED:
        return gettext(given) if given else given
    code = language()
    if kind != "country" or code == DEFAULT or not slug:
        return given
    return _countries.get(code, lambda: _names(code)).get(slug, given)


def _names(code: str) -> dict[str, str]:
    """Read the names of the countries in a language from their records; of several, the official one."""
    countries = records(resource_named("countries"))
    named = Name.objects.filter(language=code, country__in=countries.order_by().values("id")).order_by("id")
    found: dict[str, str] = {}
    for slug, text, kind in fetch(shape_of(named.values_list("country__slug", "text", "kind"))):
        if slug not in found or kind == NameKind.OFFICIAL:
            found[slug] = text
    return found
