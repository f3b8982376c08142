"""Errors as pages for people; programs, and whatever is asked below /api/, get the problem documents of the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api import errors

_JSON = ["application/problem+json", "application/json"]


def wants_page(request: HttpRequest) -> bool:
    """Tell whether whoever asks is a person at a browser: text/html is what they would rather have."""
    return not request.path.startswith("/api/") and request.get_preferred_type([*_JSON, "text/html"]) == "text/html"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that nobody declared (Django's handler404); one that only lacks its last slash is sent there."""
    response = errors.not_found(request, exception)
    if response.status_code != 404 or not wants_page(request):
        return response
    return _page(request, 404, "There is nothing at this address", "Perhaps it has moved, or was mistyped.")


def broken(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours (Django's handler500), without its insides."""
    if not wants_page(request):
        return errors.broken(request)
    return _page(request, 500, "The registry made a mistake", "It is logged under the X-Request-ID of this answer.")


def unavailable(request: HttpRequest, problem: errors.Problem) -> HttpResponse:
    """Answer for a page that cannot be made now, e.g. while the database restarts."""
    response = _page(request, problem.status, problem.title, problem.detail)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    context = {"status": status, "title": title, "words": words}
    response = render(request, "explorer/error.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response
