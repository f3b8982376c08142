"""The dispatch that every public, read-only address shares: methods, formats, problems, conditional responses."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from api.errors import MethodNotAllowed, problem_of
from api.http import caching
from api.http.negotiation import choose
from api.query.parameters import read_query


class ReadView(APIView):
    """A public, read-only address. Dispatch is lean: no sign-in, no throttling, responses made as bytes."""

    #: Names of the formats in which the address responds, the default first; empty if there is nothing to choose.
    formats: ClassVar[tuple[str, ...]] = ("json",)
    #: The parameter that chooses one of them.
    format_parameter: ClassVar[str] = "format"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Answer, or say what was wrong."""
        try:
            return self._answer(request, kwargs)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            request.log_level = problem.log_level
            return problem.response()

    def offered(self) -> tuple[str, ...]:
        """Name the formats of this address."""
        return self.formats

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return ()

    def given(self, request: HttpRequest, **kwargs: Any) -> dict[str, str]:
        """Read the parameters of the address; raises BadParameter."""
        return read_query(request.META.get("QUERY_STRING", ""), self.lists(**kwargs))

    def chosen_format(self, request: HttpRequest, given: dict[str, Any]) -> str:
        """Choose the format by its parameter, else by Accept; raises a Problem."""
        formats = self.offered()
        if not formats:
            return ""
        stated = given.get(self.format_parameter)
        return choose(stated, request.META.get("HTTP_ACCEPT", ""), formats, self.format_parameter)

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": self._methods()})
        handler = getattr(self, method.lower(), None) if method in ("GET", "POST") else None
        if handler is None:
            raise MethodNotAllowed(f"It takes {self._methods()}.", headers={"Allow": self._methods()})
        if method == "POST":
            response: HttpResponse = handler(request, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            return response
        given = self.given(request, **kwargs)
        form = self.chosen_format(request, given)
        by_accept = bool(form) and self.format_parameter not in given
        return caching.remembered(request, form, by_accept, lambda: handler(request, **kwargs))

    def _methods(self) -> str:
        return "GET, HEAD, OPTIONS" if getattr(self, "get", None) else "POST, OPTIONS"
