"""Errors as pages for people, on any address; programs get problem documents (RFC 9457)."""

import sys
from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from api import errors
from api.errors import Broken, Problem, problem_of
from api.http.methods import read_only

#: How many of the allowed values a page names.
_MOST = 60
_JSON = ["application/problem+json", "application/json"]
_NOT_FOUND = gettext_noop("Page not found")
_MOVED = gettext_noop("Check the URL. The page may have been moved.")
_TO_CURATORS = (
    "The database is unavailable, or the request took too long. Nothing was saved. Your input is still in the form: go back,"
    " wait a few seconds, and send it again."
)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond to an undeclared address (Django's handler404); one that only lacks its last slash is redirected."""
    response = errors.not_found(request, exception)
    if response.status_code != 404:
        return response
    return _negotiated(request, response, 404, _NOT_FOUND, _MOVED)


def broken(request: HttpRequest) -> HttpResponse:
    """Respond to an uncaught exception (Django's handler500): an unavailable database, or an internal error."""
    error = sys.exc_info()[1]
    if (problem := problem_of(error) if error else None) is not None:
        return failed(request, problem)
    detail = gettext_noop("The error is logged with the X-Request-ID of this response.")
    return _negotiated(request, errors.broken(request), 500, Broken.title, detail)


def failed(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Respond for a page that cannot be made now, e.g. while the database restarts."""
    words = _TO_CURATORS if request.path.startswith("/admin/") else problem.detail
    return _negotiated(request, problem.response(), problem.status, problem.title, words)


def as_page(request: HttpRequest, document: HttpResponse) -> HttpResponse:
    """Make a page of a problem document for a browser; headers, such as what credentials are wanted, stay."""
    said = orjson.loads(document.content)
    return _negotiated(request, document, document.status_code, said["title"], said.get("detail", ""))


def page_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a function a page that can be read; another method is refused with a page, too."""
    return read_only(view, refuse=failed)


def _negotiated(request: HttpRequest, document: HttpResponse, status: int, title: str, words: str) -> HttpResponse:
    """Return the problem document, or a page for a client that prefers one."""
    response = document
    if request.get_preferred_type([*_JSON, "text/html"]) == "text/html":
        said = orjson.loads(document.content)
        context = {
            "status": status,
            "title": gettext(title),
            "words": gettext(words) if words else "",
            "parameter": said.get("parameter", ""),
            "allowed": said.get("allowed", ())[:_MOST],
        }
        response = render(request, "explorer/error.html", context, status=status)
        for name, value in document.headers.items():
            if name != "Content-Type":
                response.headers[name] = value
    response.headers["Vary"] = "Accept"
    return response
