"""Pages that are functions: they can be read, and nothing else."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from api.errors import MethodNotAllowed, Problem
from api.http.cache import content_tag, matches

ALLOW = "GET, HEAD, OPTIONS"
#: What a 304 repeats (RFC 9110, 15.4.5).
_KEPT = ("ETag", "Cache-Control", "Vary", "Content-Location", "Expires")
View = Callable[..., HttpResponse]


def _document(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


def read_only(view: View, refuse: Callable[[HttpRequest, Problem], HttpResponse] = _document) -> View:
    """Answer GET and HEAD with the page, OPTIONS with these methods, and any other method with 405 as `refuse` writes it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return _known_by_content(request, view(request, *args, **kwargs))
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOW})
        return refuse(request, MethodNotAllowed(f"It takes {ALLOW}.", headers={"Allow": ALLOW}))

    return answer


def _known_by_content(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tag a page by its content, and answer 304 to a client that has it; errors, and what nobody may store, have no tag.

    What has a tag of its own has compared it.
    """
    if (
        response.status_code != 200
        or response.streaming
        or "ETag" in response.headers
        or "no-store" in response.headers.get("Cache-Control", "")
    ):
        return response
    tag = content_tag(response.content)
    response.headers["ETag"] = tag
    if not matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return response
    return HttpResponse(status=304, headers={name: response.headers[name] for name in _KEPT if name in response.headers})
