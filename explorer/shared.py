"""What every page of the explorer is rendered with."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from api.http.cache import STALE_IF_ERROR_S, STALE_S

_CACHE = f"public, max-age=0, s-maxage=5, stale-while-revalidate={STALE_S}, stale-if-error={STALE_IF_ERROR_S}"


def shared(request: HttpRequest) -> dict[str, object]:
    """Return what every page is rendered with: its own address, and a preview."""
    return {
        "here": request.build_absolute_uri(request.path),
        "preview": request.build_absolute_uri(static("explorer/preview.png")),
    }


def rendered(request: HttpRequest, template: str, context: Mapping[str, object] | None = None) -> HttpResponse:
    """Render a page that shared caches may keep."""
    response = render(request, template, {**shared(request), **(context or {})})
    response.headers["Cache-Control"] = _CACHE
    return response
