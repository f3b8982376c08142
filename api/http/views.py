"""The dispatch that every public, read-only address shares: methods, formats, problems, conditional responses."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from api.errors import MethodNotAllowed
from api.filters.parameters import read_query
from api.http import cache
from api.http.language import PARAMETER, read_language
from api.http.long_poll import WAITED
from api.http.negotiation import choose

#: Methods of APIView that run before a handler or after it; a view that overrides one is dispatched with all of them.
_HOOKS = (
    "initialize_request",
    "initial",
    "determine_version",
    "get_authenticators",
    "perform_authentication",
    "get_permissions",
    "check_permissions",
    "get_throttles",
    "check_throttles",
    "finalize_response",
)
#: Attributes of APIView that would have no effect, with what to do instead.
_WITHOUT_EFFECT = {
    "renderer_classes": "responses are made as bytes; name their formats in `formats`",
    "parser_classes": "bodies are read by api.http.bodies",
    "content_negotiation_class": "override `chosen_format`",
    "metadata_class": "OPTIONS names the methods; override `options`",
}


class ReadView(APIView):
    """A public, read-only address, protected or throttled like any view of Django REST framework.

    Most addresses declare no authentication, permission, throttle or version. `as_view` notices that once, and requests then go
    straight to the handler. Where one is declared, on the class, in `as_view()` or by a DEFAULT_ setting, each request runs
    APIView's own `initial()` first. Handlers return a finished HttpResponse.
    """

    #: Names of the formats in which the address responds, the default first; empty if there is nothing to choose.
    formats: ClassVar[tuple[str, ...]] = ("json",)
    #: The parameter that chooses one of them.
    format_parameter: ClassVar[str] = "format"
    #: Whether names are shown in a language that the client chooses.
    by_language: ClassVar[bool] = False
    #: Whether requests are checked before the handler runs, and whether the response is for one client only: see `as_view`.
    is_checked = False
    is_private = False
    #: The parameters of the request; a view serves one.
    _given: dict[str, str] | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:  # type: ignore[override]
        """Make the view; decide whether its requests are checked. Raises ImproperlyConfigured for what has no effect."""

        def declared(name: str) -> Any:
            return initkwargs.get(name, getattr(cls, name))

        for name, instead in _WITHOUT_EFFECT.items():
            if declared(name) is not getattr(ReadView, name):
                raise ImproperlyConfigured(f"{cls.__name__}: `{name}` has no effect here: {instead}.")
        if any(issubclass(one, SessionAuthentication) for one in declared("authentication_classes")):
            raise ImproperlyConfigured(f"{cls.__name__}: sessions exist below /admin/ only; authenticate by a header instead.")
        is_private = bool(
            declared("authentication_classes")
            or declared("versioning_class")
            or any(one is not AllowAny for one in declared("permission_classes"))
            or any(getattr(cls, hook) is not getattr(ReadView, hook) for hook in _HOOKS)
        )
        is_checked = is_private or bool(declared("throttle_classes"))
        return super().as_view(**{**initkwargs, "is_checked": is_checked, "is_private": is_private})

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Answer, or say what was wrong."""
        if self.is_checked:
            return self._dispatch_checked(request, *args, **kwargs)
        try:
            return self._answer(request, kwargs)
        except Exception as error:  # noqa: BLE001 - handle_exception raises again what is a fault of ours
            return self.handle_exception(error)  # type: ignore[return-value]

    def _dispatch_checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what APIView.dispatch does around the handler."""
        self.request = checked = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        response: Any
        try:
            self.initial(checked, *args, **kwargs)
            response = self._answer(checked, kwargs)
        except Exception as error:  # noqa: BLE001 - as above
            response = self.handle_exception(error)
        response = self.finalize_response(checked, response, *args, **kwargs)
        # Each request is checked, also one that comes again.
        response.kept_for = None
        if self.is_private:
            response.headers["Cache-Control"] = "private, no-store"
        return response  # type: ignore[no-any-return]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Accept any format: `chosen_format` chooses among those of the address, which are no renderers."""
        return super().perform_content_negotiation(request, force=True)

    def check_throttles(self, request: Request) -> None:
        """Count a request once: one that has waited was counted when it came."""
        if WAITED not in request.META:
            super().check_throttles(request)

    def raise_uncaught_exception(self, exc: Exception) -> NoReturn:
        """Leave an internal error to Django."""
        raise exc

    def offered(self) -> tuple[str, ...]:
        """Name the formats of this address."""
        return self.formats

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return ()

    def given(self, request: HttpRequest, **kwargs: Any) -> dict[str, str]:
        """Read the parameters of the address; raises BadParameter."""
        if self._given is None:
            self._given = read_query(request.META.get("QUERY_STRING", ""), self.lists(**kwargs))
        return {**self._given}

    def chosen_format(self, request: HttpRequest, given: dict[str, Any]) -> str:
        """Choose the format by its parameter, else by Accept; raises a Problem."""
        formats = self.offered()
        if not formats:
            return ""
        stated = given.get(self.format_parameter)
        return choose(stated, request.META.get("HTTP_ACCEPT", ""), formats, self.format_parameter)

    def is_named(self, form: str) -> bool:
        """Return whether a response in a format shows names in a language that the client chooses."""
        return self.by_language

    def language(self, request: HttpRequest, given: dict[str, Any]) -> str:
        """Choose the language of names by its parameter, else by Accept-Language; "" for the default one. Raises a Problem."""
        return read_language(given.get(PARAMETER), request.META.get("HTTP_ACCEPT_LANGUAGE", ""))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Name the methods of this address."""
        return HttpResponse(status=204, headers={"Allow": self._methods()})

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        handler = getattr(self, method, None) if method in self.http_method_names else None
        if handler is None:
            raise MethodNotAllowed(f"It takes {self._methods()}.", headers={"Allow": self._methods()})
        if method != "get":
            response: HttpResponse = handler(request, **kwargs)
            if method != "options":
                response.headers["Cache-Control"] = "no-store"
            return response
        given = self.given(request, **kwargs)
        form = self.chosen_format(request, given)
        if self.is_private:
            return handler(request, **kwargs)  # type: ignore[no-any-return]
        is_named = self.is_named(form)
        language = self.language(request, given) if is_named else ""
        by_accept = bool(form) and self.format_parameter not in given
        by_language = is_named and PARAMETER not in given
        vary = [*(["Accept"] if by_accept else []), *(["Accept-Language"] if by_language else [])]
        return cache.remembered(request, f"{form} {language}".strip(), vary, lambda: handler(request, **kwargs))

    def _methods(self) -> str:
        names = self.http_method_names
        return ", ".join(name.upper() for name in names if getattr(self, "get" if name == "head" else name, None))
