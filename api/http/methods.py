"""Pages that are functions: they can be read, and nothing else."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from api.errors import MethodNotAllowed, Problem

ALLOW = "GET, HEAD, OPTIONS"
View = Callable[..., HttpResponse]


def _document(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


def read_only(view: View, refuse: Callable[[HttpRequest, Problem], HttpResponse] = _document) -> View:
    """Answer GET and HEAD with the page, OPTIONS with these methods, and any other method with 405 as `refuse` writes it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOW})
        return refuse(request, MethodNotAllowed(f"It takes {ALLOW}.", headers={"Allow": ALLOW}))

    return answer
