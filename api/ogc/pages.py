"""The same documents as pages that a person can read."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api.ogc.question import Asked
from api.resources.resource import Resource


def render_page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page."""
    return render(request, f"ogc/{name}.html", context)


def items_page(request: HttpRequest, resource: Resource, asked: Asked, given: dict[str, str], body: bytes) -> HttpResponse:
    """Show a page of records as a map and a table."""
    return render_page(request, "items", {"document": orjson.loads(body), "resource": resource})


def item_page(request: HttpRequest, resource: Resource, asked: Asked, body: bytes) -> HttpResponse:
    """Show one record."""
    return render_page(request, "item", {"document": orjson.loads(body), "resource": resource})


def readable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a problem as a page to whom wants pages."""
    return response
