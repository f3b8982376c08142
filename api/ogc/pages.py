"""The same documents as pages that a person can read, in the style of the front page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from api.errors import Problem
from api.http.negotiation import choose
from api.ogc.crs import CRS84
from api.ogc.documents import title_of
from api.ogc.extents import extent_of, systems_of
from api.ogc.item_query import ItemQuery
from api.resources.resource import GEOMETRY, Resource

#: Columns that tell a reader little; the item shows them.
_ASIDE = frozenset({"slug", "uid", "version"})
_PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Crumb:
    """A step on the way from the landing page to a page."""

    title: str
    address: str


@dataclass(frozen=True)
class Line:
    """A record in a table: where it is shown whole, what it is called, and its cells."""

    slug: str
    address: str
    cells: list[str]
    located: bool


def render_page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page, with what all of them share."""
    shared = {
        "license": settings.SPECTACULAR_SETTINGS["LICENSE"]["name"],
        "crumbs": crumbs(context.get("resource"), name),
        "root": request.build_absolute_uri(reverse("ogc:landing")),
    }
    if resource := context.get("resource"):
        shared |= {
            "title": title_of(resource),
            "extent": extent_of(resource),
            "located": bool(resource.geometry),
            "systems": systems_of(resource),
        }
    return render(request, f"ogc/{name}.html", {**shared, **context}, status=status)


#: What a page about properties is headed with.
_HEADINGS = {
    "schema": "properties of a record",
    "queryables": "properties for filters",
    "sortables": "properties for sorting",
}


def document_page(request: HttpRequest, page: str, document: dict[str, Any], resource: Resource | None) -> HttpResponse:
    """Show a document of the API about itself or a collection."""
    context: dict[str, Any] = {"document": document, "resource": resource}
    if page == "schema":
        kind = str(request.resolver_match and request.resolver_match.url_name)
        context["heading"] = _HEADINGS[kind]
        context["properties"] = (
            document["properties"]["properties"]["properties"] if kind == "schema" else document["properties"]
        )
    return render_page(request, page, context)


def crumbs(resource: Resource | None, page: str) -> list[Crumb]:
    """Return the way to a page."""
    way = [] if page in ("landing", "problem") else [Crumb("OGC API", reverse("ogc:landing"))]
    if resource:
        way.append(Crumb("Collections", reverse("ogc:collections")))
        if page != "collection":
            way.append(Crumb(title_of(resource), reverse("ogc:collection", args=[resource.name])))
        if page == "item":
            way.append(Crumb("Records", reverse("ogc:items", args=[resource.name])))
    return way


def items_page(
    request: HttpRequest, resource: Resource, item_query: ItemQuery, given: dict[str, str], body: bytes
) -> HttpResponse:
    """Show a page of records as a map and a table."""
    document = orjson.loads(body)
    features = document["features"]
    names = list(features[0]["properties"]) if features else []
    columns = [name for name in names if name not in _ASIDE] if item_query.properties is None else names
    first = {name: value for name, value in given.items() if name != "cursor"}
    rest = {name: value for name, value in given.items() if name not in ("f", "filter", "bbox", "cursor")}
    context = {
        "resource": resource,
        "document": document,
        "columns": columns,
        "lines": [_line(resource, feature, columns) for feature in features],
        "given": given,
        "rest": rest,
        "next": next((one["href"] for one in document["links"] if one["rel"] == "next"), None),
        "features": _geojson(request, item_query, given) if any(feature["geometry"] for feature in features) else None,
        "geojson": f"{request.path}?{urlencode({**given, 'f': 'geojson'})}",
        "begin": f"{request.path}?{urlencode(first)}" if "cursor" in given else None,
    }
    return render_page(request, "items", context)


def item_page(request: HttpRequest, resource: Resource, item_query: ItemQuery, body: bytes) -> HttpResponse:
    """Show one record."""
    document = orjson.loads(body)
    context = {
        "resource": resource,
        "document": document,
        "label": document["properties"].get("name") or document["properties"].get("title") or document["id"],
        "pairs": [(name, _cell(value), _web(value)) for name, value in document["properties"].items()],
        "features": _geojson(request, item_query, {}) if document["geometry"] else None,
        "geojson": f"{request.path}?f=geojson",
        "whole": reverse(f"pages:{resource.name}-record", args=[document["id"]]),
    }
    return render_page(request, "item", context)


def _geojson(request: HttpRequest, item_query: ItemQuery, given: dict[str, str]) -> str | None:
    """Return the address that the map fetches; a map is drawn in WGS 84 only."""
    if item_query.crs.uri != CRS84:
        return None
    return f"{request.path}?{urlencode({**given, 'f': 'geojson'})}"


def _line(resource: Resource, feature: dict[str, Any], columns: Iterable[str]) -> Line:
    properties = feature["properties"]
    where = reverse("ogc:item", args=[resource.name, feature["id"]])
    return Line(feature["id"], where, [_cell(properties[name]) for name in columns], feature[GEOMETRY] is not None)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return str(value)


def _web(value: Any) -> str:
    """Return the address that a value is, if it is one that is safe to follow."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) and " " not in value else ""


def readable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a problem as a page to whom wants pages."""
    if response.headers.get("Content-Type") != _PROBLEM or request.method != "GET":
        return response
    try:
        wanted = choose(None, request.META.get("HTTP_ACCEPT", ""), ("json", "html"))
    except Problem:
        wanted = "json"
    if "f=html" not in request.META.get("QUERY_STRING", "").split("&") and wanted != "html":
        response.headers["Vary"] = "Accept"
        return response
    page = render_page(request, "problem", {"problem": orjson.loads(response.content)}, response.status_code)
    for name, value in response.headers.items():
        if name != "Content-Type":
            page.headers[name] = value
    page.headers["Vary"] = "Accept"
    return page
