"""Words of the pages: units, names of schemes and formats, plurals."""

from collections.abc import Iterable
from urllib.parse import urlparse

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from api.resources.resource import Resource, resource_named
from explorer.language import numerals
from pages.addresses import page_of
from pages.footnotes import Footnote
from pages.labels import in_sentence, kinds_of
from pages.names import own_name
from pages.record_list import Listing
from pages.values import Value, scheme_name

register = template.Library()

_MARK = '<sup class="note"><a href="#source-{}" title="{}"><span class="unseen">{} </span>{}</a></sup>'

_FORMATS = {"csv": "CSV", "xlsx": gettext_lazy("a spreadsheet"), "geojson": "GeoJSON", "gpkg": "GeoPackage"}


@register.filter
def distance(metres: float) -> str:
    """Write a distance in metres or kilometres, with the digits that it has."""
    if metres < 2_000:
        return gettext("%(number)s m") % {"number": numerals(f"{metres:,.0f}")}
    return gettext("%(number)s km") % {"number": numerals(f"{metres / 1000:,.3g}")}


@register.filter
def coded(text: str) -> SafeString:
    """Set what stands between backticks as code."""
    parts = text.split("`")
    return format_html_join("", "{}", ((format_html("<code>{}</code>", one) if n % 2 else one,) for n, one in enumerate(parts)))


@register.filter
def half(number: float) -> float:
    """Halve a number."""
    return round(number / 2, 1)


@register.filter
def format_name(kind: str) -> str:
    """Name a format of an export."""
    return str(_FORMATS.get(kind, kind))


register.filter("in_sentence", in_sentence)
register.filter("scheme_name", scheme_name)
register.filter("plural_name", kinds_of)


@register.filter
def country_name(country: dict[str, str]) -> str:
    """Name a country in the language of the page."""
    return own_name("country", country["slug"], country["name"])


@register.filter
def is_outside(address: str) -> bool:
    """Return whether an address is of another site."""
    return bool(urlparse(address).netloc)


@register.filter
def linked(value: Value) -> SafeString:
    """Write a value, as a link where it leads to a page.

    It is no template: one that is included for each cell takes ten times as long.
    """
    if not value.href:
        return format_html("<bdi>{}</bdi>", value.text)
    if is_outside(value.href):
        return format_html('<a href="{}" rel="nofollow noopener"><bdi>{}</bdi></a>', value.href, value.text)
    return format_html('<a href="{}"><bdi>{}</bdi></a>', value.href, value.text)


@register.filter
def marks(notes: Iterable[Footnote]) -> SafeString:
    """Write the numbers of footnotes, each a link to its source at the foot of the page."""
    word = in_sentence(gettext("Source"))
    return format_html_join("", _MARK, ((one.number, _said(one), word, one.number) for one in notes))


@register.filter
def mark(note: Footnote) -> SafeString:
    """Write the number of one footnote."""
    return marks((note,))


def _said(note: Footnote) -> str:
    return f"{note.title}, {note.locator}" if note.locator else note.title


@register.filter
def is_kept(name: str, page: Listing) -> bool:
    """Return whether a parameter is kept by the form though no field of it shows it."""
    return name not in ("cursor", "search", "count", "limit", *(choice.name for choice in page.choices))


@register.filter
def page_address(slug: str, name: str) -> str:
    """Return the address of a record's page, by the name of its resource."""
    return page_of(resource_named(name), slug)


@register.filter
def citation_view(resource: Resource) -> str:
    """Name the view of a record's citation."""
    return f"pages:{resource.name}-citation"


@register.filter
def history_view(resource: Resource) -> str:
    """Name the view of a record's history."""
    return f"pages:{resource.name}-history"


@register.filter
def report_view(resource: Resource) -> str:
    """Name the view by which an error in a record is reported."""
    return f"pages:{resource.name}-report"
