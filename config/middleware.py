"""What every request passes, and what only the admin's do.

A middleware costs as much as a detail query, so a request for data passes four, here and in `api.http.access`; Django's own
for sessions and sign-in are in the chain, as its checks demand, but run only for /admin/, and the language is set only for
pages below /ru/ and for the admin.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from pghistory.middleware import HistoryMiddleware

from api.database.servers import need_newest
from api.errors import MethodNotAllowed
from api.http import compression
from api.http.fixed_headers import FixedHeaders
from config.addresses import client_address
from config.admin_only import AdminOnly
from config.logs import client, identity_of, request_id, requests, tell
from config.sessions import LANGUAGE

Handler = Callable[[HttpRequest], Any]


class RequestLog:
    """Give each request an id (the caller's, if it is a plain one), and log one line about it."""

    passes_kept = True

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, with X-Request-ID."""
        identity = identity_of(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.client_address = client_address(request.META, settings.TRUSTED_PROXIES)  # type: ignore[attr-defined]
        tokens = request_id.set(identity), client.set(request.client_address)  # type: ignore[attr-defined]
        begin = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identity
            if requests.isEnabledFor(logging.INFO):
                tell(request.method, request.path, request.META.get("QUERY_STRING", ""), response.status_code, begin)
            return response
        finally:
            request_id.reset(tokens[0])
            client.reset(tokens[1])


#: What a request says, or who wrote a moment ago carries, that must see what was committed before it.
NO_CACHE, NEWEST_COOKIE = "no-cache", "registry_newest"
#: How long a curator's next requests are served from the primary: longer than a replica may be behind.
_NEWEST_S = 30


class FreshReads:
    """Where readers are served from a replica: answer from the primary who asks for the newest, and who has just written."""

    passes_kept = True

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer; a curator's change is followed by a moment of such answers, on public pages too."""
        need_newest(NO_CACHE in request.META.get("HTTP_CACHE_CONTROL", "") or NEWEST_COOKIE in request.COOKIES)
        try:
            response = self.get_response(request)
        finally:
            need_newest(False)
        if request.method == "POST" and request.path_info.startswith("/admin/"):
            response.set_cookie(
                NEWEST_COOKIE,
                "1",
                max_age=_NEWEST_S,
                path=f"{settings.PATH_PREFIX}/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


#: Scripts, workers, styles and data come from this host alone.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; manifest-src 'self'"
)


#: What Django's settings say, and what it has no setting for.
_SECURITY = FixedHeaders(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)


class SecurityHeaders(SecurityMiddleware):
    """Django's security headers, and a strict Content-Security-Policy unless a view has set its own."""

    passes_kept = True

    def __call__(self, request: HttpRequest) -> Any:
        """Lead to HTTPS if the settings say so, and add the headers to every answer."""
        response: Any = (self.process_request(request) if self.redirect else None) or self.get_response(request)
        if self.sts_seconds:
            response = self.process_response(request, response)
        _SECURITY.put_if_absent(response)
        return response


#: What every response may vary by, so that a 304 says the same as its 200. Behind a proxy, links and redirects depend on the
#: scheme and the host that it forwards.
_VARY = "Accept-Encoding, X-Forwarded-Host, X-Forwarded-Proto" if settings.USE_X_FORWARDED_HOST else "Accept-Encoding"


#: Types of streams that become smaller.
_STREAMED_TEXT = ("text/", "application/geo+json")


class Compression:
    """Compress what is worth it, unless it is kept compressed; streams of text too, with gzip.

    A response without a body has no type: a cache that adds the headers of a 304 to its copy would change the copy's.
    """

    passes_kept = True

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, compressed if the client takes it and the body is text of more than 1,000 bytes."""
        response = self.get_response(request)
        vary = response.headers.get("Vary")
        response.headers["Vary"] = f"{vary}, {_VARY}" if vary else _VARY
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if response.streaming:
            # Ranges are of the bytes as they are.
            in_ranges = response.headers.get("Accept-Ranges") == "bytes"
            is_text = response.headers.get("Content-Type", "").startswith(_STREAMED_TEXT) and not in_ranges
            if is_text and request.method != "HEAD" and compression.chosen(accepted, ("gzip",)):
                response.streaming_content = compression.PackedStream(iter(response.streaming_content))
                _encoded(response, "gzip")
            return response
        size = len(response.content)
        if not size:
            response.headers.pop("Content-Type", None)
        if size < compression.LEAST_BYTES or response.has_header("Content-Encoding"):
            return response
        if compression.is_text(response["Content-Type"]) and (encoding := compression.chosen(accepted)):
            response.content = compression.pack(response.content, encoding)
            _encoded(response, encoding)
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _encoded(response: Any, encoding: str) -> None:
    """Say that a body is encoded; its tag is that of the meaning, no longer of the bytes."""
    response.headers["Content-Encoding"] = encoding
    if (tag := response.headers.get("ETag")) and not tag.startswith("W/"):
        response.headers["ETag"] = f"W/{tag}"


class AdminSessions(AdminOnly, SessionMiddleware):
    """Sessions of curators."""


class AdminCommon(AdminOnly, CommonMiddleware):
    """Methods and trailing slashes of admin addresses."""

    def process_request(self, request: HttpRequest) -> Any:
        """Reject a method that no page of the admin has: Django's views take TRACE and DELETE for GET."""
        if request.method not in ("GET", "HEAD", "POST"):
            return MethodNotAllowed("It takes GET, HEAD, POST.", headers={"Allow": "GET, HEAD, POST"}).response()
        return super().process_request(request)


class AdminCsrf(AdminOnly, CsrfViewMiddleware):  # type: ignore[misc]
    """Forms of curators come from our own pages."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:  # type: ignore[override]
        """Run only for /admin/."""
        return super().process_view(request, *args) if request.path_info.startswith("/admin/") else None


class AdminAuthentication(AdminOnly, AuthenticationMiddleware):
    """Who is signed in."""


class AdminMessages(AdminOnly, MessageMiddleware):
    """What the admin tells after an action."""


class AdminHistory(AdminOnly, HistoryMiddleware):
    """Who changed a record, for the history."""


#: First step of an address → the language of the pages below it.
_LANGUAGES = {f"/{code}/": code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE}
_PREFIXES = tuple(_LANGUAGES)


class PageLanguage:
    """Makes the pages below /ru/ in Russian, and those of the admin in the language of its curator; all else is in English.

    On public pages the address alone decides, so that shared caches stay right: there is no cookie, and no redirect by
    Accept-Language. The pages of the admin are kept by no cache: what the curator has chosen decides, else the browser.
    """

    passes_kept = True

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, in the language of the address."""
        path = request.path_info
        if path.startswith("/admin/"):
            return self._in(request, request.session.get(LANGUAGE) or translation.get_language_from_request(request))
        # `/ru` is led to `/ru/` like every page without its last slash.
        if not path.startswith(_PREFIXES) and f"{path}/" not in _LANGUAGES:
            return self.get_response(request)
        return self._in(request, path.split("/", 2)[1])

    def _in(self, request: HttpRequest, code: str) -> Any:
        with translation.override(code):
            response = self.get_response(request)
        response.headers["Content-Language"] = code
        return response
