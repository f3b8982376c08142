"""Pages that are functions: they can be read, and nothing else."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from api.errors import MethodNotAllowed

ALLOW = "GET, HEAD, OPTIONS"


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer GET and HEAD with the page, OPTIONS with these methods, and any other method with 405."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOW})
        return MethodNotAllowed(f"It takes {ALLOW}.", headers={"Allow": ALLOW}).response()

    return answer
