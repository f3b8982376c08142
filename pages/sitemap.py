"""The sitemap: an index of parts, each with the pages of ten thousand keys of one kind."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import escape

from api.database.bound import shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.http.methods import read_only
from api.query.composed import records
from api.resources.resource import Resource, all_resources, resource_named
from explorer.docs import library, site
from explorer.language import PREFIXES
from pages.addresses import page_of
from registry.sql import sql

app_name = "sitemap"
#: Keys of one part; a part may hold fifty thousand addresses (sitemaps.org).
_PART = 10_000
_HEADERS = {"Cache-Control": "public, max-age=3600"}
_XML = "application/xml; charset=utf-8"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_parts = VersionedCache(1)


@read_only
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the parts."""
    host = request.build_absolute_uri("/").rstrip("/")
    listed = "".join(
        f"<sitemap><loc>{escape(host + reverse('sitemap:part', args=[name, part]))}</loc></sitemap>"
        for name, parts in _parts.get("parts", _count)
        for part in range(parts)
    )
    listed += f"<sitemap><loc>{escape(host + reverse('sitemap:documents'))}</loc></sitemap>"
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_NAMESPACE}">{listed}</sitemapindex>',
        content_type=_XML,
        headers=_HEADERS,
    )


@read_only
def part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """`/sitemap-deposits-0.xml`: the pages of a part, with the day of their last change."""
    try:
        resource = resource_named(name)
    except KeyError as error:
        raise Http404 from error
    if number > 100_000:
        raise Http404
    host = request.build_absolute_uri("/").rstrip("/")
    first = number * _PART
    rows = fetch(shape_of(_rows(resource, first).values_list("slug", "updated_at")))
    listed = "".join(
        f"<url><loc>{escape(host + (address := page_of(resource, slug)))}</loc><lastmod>{updated:%Y-%m-%d}</lastmod>"
        f"{_languages(host, address)}</url>"
        for slug, updated in rows
    )
    return _addresses(listed)


@read_only
def documents(request: HttpRequest) -> HttpResponse:
    """`/sitemap-docs.xml`: the pages of the documentation."""
    host = request.build_absolute_uri("/").rstrip("/")
    return _addresses(
        "".join(f"<url><loc>{escape(host + site.address_of(page))}</loc></url>" for page in library.pages().values())
    )


def _addresses(listed: str) -> HttpResponse:
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="{_XHTML}">{listed}</urlset>',
        content_type=_XML,
        headers=_HEADERS,
    )


def _languages(host: str, address: str) -> str:
    """Return the links to a page in each language."""
    path = address.removeprefix(settings.FORCE_SCRIPT_NAME or "")
    before = host + address.removesuffix(path)
    return "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(before + prefix + path)}"/>'
        for code, prefix in PREFIXES.items()
    )


def _rows(resource: Resource, first: int) -> QuerySet[Any]:
    return records(resource).filter(id__gte=first, id__lt=first + _PART).order_by("id")


def _count() -> list[tuple[str, int]]:
    """Return the number of parts of each resource, from its greatest key."""
    found = []
    for resource in all_resources():
        rows = shape_of(records(resource).order_by("-id").values("id"))
        greatest = fetch(sql("{rows} LIMIT 1", rows=rows))
        if greatest:
            found.append((resource.name, greatest[0][0] // _PART + 1))
    return found


urlpatterns = [
    path("sitemap.xml", index, name="index"),
    path("sitemap-docs.xml", documents, name="documents"),
    path("sitemap-<slug:name>-<int:number>.xml", part, name="part"),
]
