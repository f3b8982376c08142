"""The dispatch that every public, read-only address shares: methods, cross-origin reading, problems, conditional answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from api.errors import MethodNotAllowed, problem_of
from api.http import caching

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Last-Modified, Retry-After, X-Request-ID",
}


class ReadView(APIView):
    """A public, read-only address. Dispatch is lean: no sign-in, no throttling, answers made as bytes."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Answer, or say what was wrong; pages of any origin may read every answer."""
        try:
            response = self._answer(request, kwargs)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            response = problem.response()
        for name, value in _CORS.items():
            response.headers[name] = value
        return response

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS":
            return self._preflight(request)
        handler = getattr(self, method.lower(), None) if method in ("GET", "POST") else None
        if handler is None:
            raise MethodNotAllowed(f"It takes {self._methods()}.", headers={"Allow": self._methods()})
        return caching.remembered(request, lambda: handler(request, **kwargs))

    def _methods(self) -> str:
        return "GET, HEAD, OPTIONS" if hasattr(self, "get") else "POST, OPTIONS"

    def _preflight(self, request: HttpRequest) -> HttpResponse:
        headers = {"Allow": self._methods()}
        if "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            headers |= {
                "Access-Control-Allow-Methods": self._methods(),
                "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, X-Request-ID",
                "Access-Control-Max-Age": "86400",
            }
        return HttpResponse(status=204, headers=headers)
