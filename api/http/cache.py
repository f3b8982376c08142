"""Responses that need not be made again: ETags by data version, and bodies kept while the version holds."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2s

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.database.version import data_version
from api.filters.parameters import today
from config.release import CODE
from registry.trial import is_trial

#: How long a shared cache may use a response: fresh, stale while it asks again, and stale while the service is unavailable.
FRESH_S, STALE_S, STALE_IF_ERROR_S = 1, 30, 3600
CACHE_CONTROL = f"public, max-age=0, s-maxage={FRESH_S}, stale-while-revalidate={STALE_S}, stale-if-error={STALE_IF_ERROR_S}"


@dataclass
class _Bodies:
    """Bodies of one state of the data, bounded in bytes; the least recently used goes first."""

    version: Hashable = -1
    size: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()

    def get(self, key: str, version: Hashable) -> tuple[bytes, dict[str, str]] | None:
        with self.lock:
            if version != self.version:
                self.version, self.size = version, 0
                self.kept.clear()
                return None
            found = self.kept.get(key)
            if found:
                self.kept.move_to_end(key)
            return found

    def put(self, key: str, version: Hashable, body: bytes, headers: dict[str, str]) -> None:
        if len(body) > settings.BODY_CACHE_BYTES // 8:
            return
        with self.lock:
            if version != self.version or key in self.kept:
                return
            self.kept[key] = body, headers
            self.size += len(body) + len(key)
            while self.size > settings.BODY_CACHE_BYTES:
                gone, (dropped, _) = self.kept.popitem(last=False)
                self.size -= len(dropped) + len(gone)


bodies = _Bodies()


def remembered(request: HttpRequest, form: str, by_accept: bool, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a client that has this version, from memory if this was requested before, else by `make`.

    `form` is the format of the response; `by_accept` tells whether it was chosen by Accept. The version is read before the
    query runs: a body may be newer than its tag says, never older.
    """
    if is_trial():
        return make()
    version, day = data_version(), today()
    # The whole query is the key: a digest of it could be that of another query. Links in a body depend on scheme and host.
    key = f"{form} {request.scheme}://{request.get_host()}{request.path}?{request.META.get('QUERY_STRING', '')}"
    tag = f'W/"{version.number:x}-{day:%y%j}-{CODE}-{_digest(f"{version.place} {version.era} {key}")}"'
    # There is no Last-Modified: a second is too coarse, and a change may be committed after a later one.
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL, "Registry-Position": version.position}
    if by_accept:
        headers["Vary"] = "Accept"
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, headers=headers)
    state = version.place, version.era, version.number, day
    if found := bodies.get(key, state):
        return HttpResponse(found[0], headers=found[1] | headers)
    response = make()
    if response.status_code == 200 and not response.streaming:
        bodies.put(key, state, response.content, dict(response.headers.items()))
    if response.status_code in (200, 204):
        for name, value in headers.items():
            response.headers[name] = value
    return response


def _digest(text: str) -> str:
    return blake2s(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def content_tag(body: bytes) -> str:
    """Return the ETag of a response that is known by what it holds."""
    return f'W/"{blake2s(body, digest_size=16).hexdigest()}"'


def matches(header: str, tag: str) -> bool:
    """Return whether If-None-Match names the tag, by weak comparison."""
    bare = tag.removeprefix("W/")
    return header.strip() == "*" or bare in (part.strip().removeprefix("W/") for part in header[:4000].split(","))
