"""Errors as RFC 9457 problem documents: one shape everywhere, saying what was wrong, by which rule, and what to do."""

import logging
import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson
import psycopg
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import is_valid_path
from rest_framework.exceptions import APIException

CONTENT_TYPE = "application/problem+json"


@dataclass
class Problem(Exception):
    """A problem that is reported to the client; `parameter` names what was wrong, `allowed` what would have been right."""

    detail: str
    parameter: str | None = None
    allowed: list[str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    status = 400
    title = "Bad request"
    kind = "bad-request"
    #: The level of the line in the log; None for Django's: a warning below 500, an error from there on.
    log_level: ClassVar[int | None] = None

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        document: dict[str, Any] = {
            "type": f"urn:registry:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.parameter is not None:
            document["parameter"] = self.parameter
        if self.allowed is not None:
            document["allowed"] = self.allowed
        return document

    def response(self) -> HttpResponse:
        """Return the answer."""
        return HttpResponse(
            orjson.dumps(self.document()),
            status=self.status,
            content_type=CONTENT_TYPE,
            headers={"Cache-Control": "no-store", **self.headers},
        )


class BadParameter(Problem):
    """A parameter that is unknown, or whose value breaks its rule."""

    title = "Invalid parameter"
    kind = "bad-parameter"


class BadBody(Problem):
    """A request body that cannot be read."""

    title = "Invalid request body"
    kind = "bad-body"


class WrongHost(Problem):
    """A host name under which the service is not reached."""

    title = "Unknown host name"
    kind = "wrong-host"


class NotAuthenticated(Problem):
    """A protected address, and no valid credentials."""

    status = 401
    title = "This address needs credentials"
    kind = "not-authenticated"


class Forbidden(Problem):
    """A protected address that these credentials do not open."""

    status = 403
    title = "This address is not open to you"
    kind = "forbidden"


class NotFound(Problem):
    """No such address, or no such published record."""

    status = 404
    title = "Not found"
    kind = "not-found"


class Moved(Problem):
    """A record that was merged into another one, at whose address it is found now."""

    status = 301
    title = "Merged into another record"
    kind = "merged"


class OtherIdentifier(Problem):
    """A record that was requested by its uid or another code, at whose slug it is found."""

    status = 301
    title = "Found under its slug"
    kind = "other-identifier"


class MethodNotAllowed(Problem):
    """A method that the address does not know."""

    status = 405
    title = "Method not allowed"
    kind = "method-not-allowed"


class NotAcceptable(Problem):
    """A format that the address does not give."""

    status = 406
    title = "Format not available"
    kind = "not-acceptable"


class Gone(Problem):
    """Something that was right once and leads nowhere now; the detail says how to begin again."""

    status = 410
    title = "No longer available"
    kind = "gone"


class BodyTooSlow(Problem):
    """A request body that did not arrive in time."""

    status = 408
    title = "The request arrived too slowly"
    kind = "body-too-slow"


class TooLarge(Problem):
    """A request beyond the bounds."""

    status = 413
    title = "The request is too large"
    kind = "too-large"


class Throttled(Problem):
    """More requests than a client may send."""

    status = 429
    title = "There were too many requests"
    kind = "throttled"


class TooSlow(Problem):
    """A query that the database could not answer in time."""

    status = 503
    title = "The query takes too long"
    kind = "too-slow"
    log_level = logging.WARNING


class Busy(Problem):
    """More of something heavy is asked for at once than is good for the others."""

    status = 503
    title = "Too many requests at the moment"
    kind = "busy"
    log_level = logging.WARNING


class Unavailable(Problem):
    """The database is unavailable for the moment."""

    status = 503
    title = "The registry is temporarily unavailable"
    kind = "unavailable"


class Broken(Problem):
    """A fault of ours."""

    status = 500
    title = "Internal error"
    kind = "internal"


def problem_of(error: BaseException) -> Problem | None:
    """Translate an exception into a problem; None for what is an internal error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DisallowedHost):
        return WrongHost(
            "The service is not configured for the host name of the request. Its operator sets the host names in"
            " REGISTRY_HOSTS."
        )
    if isinstance(error, Http404):
        return NotFound("There is no such URL.")
    if isinstance(error, APIException):
        return _problem_of_framework(error)
    if isinstance(error, PermissionDenied):
        return Forbidden(str(error) or "You do not have permission to perform this action.")
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(cause, psycopg.errors.QueryCanceled):
        return TooSlow("The database stopped the query. Narrow it by country, bbox or another filter, or lower the limit.")
    if isinstance(cause, psycopg.errors.LockNotAvailable):
        return Busy("These records are being restructured or locked. Try again in a few seconds.", headers={"Retry-After": "5"})
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return Unavailable("The database cannot be reached. Try again in a few seconds.", headers={"Retry-After": "5"})
    return None


def _problem_of_framework(error: APIException) -> Problem:
    """Translate an exception of Django REST framework, with the headers that its own handler gives."""
    classes = {one.status: one for one in (NotAuthenticated, Forbidden, NotFound, Throttled)}
    problem: Problem = classes.get(error.status_code, Problem)(str(error.detail))
    problem.status = error.status_code
    if challenge := getattr(error, "auth_header", None):
        problem.headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        problem.headers["Retry-After"] = str(math.ceil(wait))
    return problem


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Respond to an exception of a view (Django REST framework's EXCEPTION_HANDLER)."""
    problem = problem_of(error)
    if problem is None:
        return None
    request = context["request"]
    # The middleware that logs the request sees Django's own, which Django REST framework may have wrapped.
    getattr(request, "_request", request).log_level = problem.log_level
    return problem.response()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond to an address that nobody declared; one that only lacks its last slash is sent there."""
    if not request.path_info.endswith("/") and request.method in ("GET", "HEAD") and is_valid_path(f"{request.path_info}/"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponse(status=308, headers={"Location": f"{request.path}/{query and '?'}{query}"})
    return NotFound("There is no such URL.").response()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond to a request that Django refuses, e.g. one for another host name (Django's handler400)."""
    problem = problem_of(exception) if exception else None
    return (problem or Problem("The request violates a rule of HTTP or a limit of this service.")).response()


def broken(request: HttpRequest) -> HttpResponse:
    """Answer after an internal error, without its insides; the log has them under the request's id."""
    return Broken("The error is logged with the X-Request-ID of this response.").response()
