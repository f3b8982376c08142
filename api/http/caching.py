"""Answers that need not be made again: ETags by data version, and bodies kept while the version stands."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import blake2s

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from api.query.parameters import today
from api.query.version import data_version
from config.release import CODE

#: A CDN may serve a second from its copy, and go on with it while it asks again or while we are away.
CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=30, stale-if-error=3600"


@dataclass
class _Bodies:
    """Bodies of one data version, bounded in bytes; what was not asked for longest goes first."""

    version: int = -1
    size: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()

    def get(self, tag: str, version: int) -> tuple[bytes, dict[str, str]] | None:
        with self.lock:
            if version != self.version:
                self.version, self.size = version, 0
                self.kept.clear()
                return None
            found = self.kept.get(tag)
            if found:
                self.kept.move_to_end(tag)
            return found

    def put(self, tag: str, version: int, body: bytes, headers: dict[str, str]) -> None:
        if len(body) > settings.BODY_CACHE_BYTES // 8:
            return
        with self.lock:
            if version != self.version or tag in self.kept:
                return
            self.kept[tag] = body, headers
            self.size += len(body)
            while self.size > settings.BODY_CACHE_BYTES:
                _, (gone, _) = self.kept.popitem(last=False)
                self.size -= len(gone)


bodies = _Bodies()


def remembered(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a client that has this version, from memory if this was asked before, else by `make`.

    The version is read before the query runs: a body may be newer than its tag says, never older.
    """
    if request.method not in ("GET", "HEAD"):
        response = make()
        response.headers["Cache-Control"] = "no-store"
        return response
    version, changed = data_version()
    tag = entity_tag(request, version)
    headers = {
        "ETag": tag,
        "Cache-Control": CACHE_CONTROL,
        "Vary": "Accept",
        "Last-Modified": _last_modified(changed),
    }
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, headers=headers)
    if found := bodies.get(tag, version):
        return HttpResponse(found[0], headers=found[1] | headers)
    response = make()
    if response.status_code == 200 and not response.streaming:
        bodies.put(tag, version, response.content, dict(response.headers.items()))
    if response.status_code in (200, 204):
        for name, value in headers.items():
            response.headers[name] = value
    return response


def entity_tag(request: HttpRequest, version: int) -> str:
    """Name a version of an answer: data, date (what has expired changes with it), address and format, code."""
    meta = request.META
    asked = f"{meta.get('HTTP_HOST')} {request.path}?{meta.get('QUERY_STRING')} {meta.get('HTTP_ACCEPT')}"
    return f'W/"{version:x}-{today():%y%j}-{CODE}-{blake2s(asked.encode("utf-8", "replace"), digest_size=6).hexdigest()}"'


def matches(header: str, tag: str) -> bool:
    """Tell whether If-None-Match names the tag, by weak comparison."""
    bare = tag.removeprefix("W/")
    return header.strip() == "*" or bare in (part.strip().removeprefix("W/") for part in header[:4000].split(","))


def _last_modified(changed: datetime) -> str:
    midnight = datetime.combine(today(), time(), UTC)
    return http_date(max(changed, midnight).timestamp())
