"""A client of the service with cookies, which follows no redirect and waits for at most twenty seconds."""

import http.client
from http.client import HTTPMessage
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.nemesis.ledger import Ledger

_PATIENCE_S = 20
#: What a client may be answered: that it is served, sent on, mistaken, too early, too much, or to come again.
_EXPECTED = {200, 204, 302, 303, 304, 400, 403, 404, 409, 410, 429, 502, 503, 504}


class Unanswered(Exception):
    """No answer, or one that was cut off: the client knows that it has to ask again."""


class _Unredirected(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Browser:
    """Opens addresses of one server, and counts what it was answered in the ledger."""

    def __init__(self, base: str, client: str, ledger: Ledger) -> None:
        """Begin without cookies."""
        self.base, self.client, self.ledger = base, client, ledger
        self._opener = build_opener(HTTPCookieProcessor(), _Unredirected())

    def open(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> tuple[int, bytes, HTTPMessage]:
        """Give status, body and headers.

        Raises Unanswered.
        """
        body = urlencode(form, doseq=True).encode() if form is not None else None
        address = path if path.startswith("http") else f"{self.base}{path}"
        request = Request(address, data=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            try:
                with self._opener.open(request, timeout=_PATIENCE_S) as response:
                    status, read, given = response.status, response.read(), response.headers
            except HTTPError as error:
                with error:
                    status, read, given = error.code, error.read(), error.headers
        except (OSError, URLError, http.client.HTTPException) as error:
            self.ledger.note(self.client, "cut off" if isinstance(error, http.client.IncompleteRead) else "no answer")
            raise Unanswered(str(error)) from None
        self.ledger.note(self.client, str(status))
        if status not in _EXPECTED:
            self.ledger.note_broken(f"{self.client} was answered {status} at {path}: {read[:300]!r}")
        return status, read, given
