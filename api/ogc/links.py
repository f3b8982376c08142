"""Links between the pages of the API, as absolute addresses with their formats."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from api.http.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA

#: Relations that OGC has registered.
REL = "http://www.opengis.net/def/rel/ogc/1.0/{}"
NAMES = {"json": JSON, "html": HTML, "geojson": GEOJSON, "schema": SCHEMA, "openapi": OPENAPI}

Link = dict[str, Any]


def address(request: HttpRequest, name: str, *args: str, **query: str) -> str:
    """Return the absolute address of a page of this API."""
    path = reverse(f"ogc:{name}", args=args)
    return request.build_absolute_uri(f"{path}?{urlencode(query)}" if query else path)


def outside(request: HttpRequest, name: str) -> str:
    """Return the absolute address of a page that is not one of this API, by its name among all addresses."""
    return request.build_absolute_uri(reverse(name))


def link(rel: str, href: str, kind: str, title: str) -> Link:
    """Return a link."""
    return {"rel": rel, "href": href, "type": kind, "title": title}


def self_links(request: HttpRequest, chosen: str, formats: tuple[str, ...], given: dict[str, str], title: str) -> list[Link]:
    """Return the links to a page itself and to its other formats."""
    here = request.build_absolute_uri(request.path)
    found = []
    for name in formats:
        query = urlencode({**given, "f": name})
        rel = "self" if name == chosen else "alternate"
        found.append(link(rel, f"{here}?{query}", NAMES[name], title if rel == "self" else f"{title}, as {name}"))
    return sorted(found, key=lambda one: one["rel"] != "self")
