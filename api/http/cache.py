"""Responses that need not be made again: ETags by the versions of what was read, and bodies kept while these hold.

A tag says itself which kinds of record its response has read, and how often they had changed. So any worker can tell whether
a client's response would be made the same now, whether or not it has ever made it.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import blake2s
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.database.reads import EVERY, Observation
from api.database.version import DataVersion, State, data_version, known_version
from api.filters.parameters import today
from api.http import compression
from config.release import CODE
from registry.trial import is_trial

#: How long a shared cache may use a response: fresh, stale while it asks again, and stale while the service is unavailable.
FRESH_S, STALE_S, STALE_IF_ERROR_S = 1, 30, 3600
CACHE_CONTROL = f"public, max-age=0, s-maxage={FRESH_S}, stale-while-revalidate={STALE_S}, stale-if-error={STALE_IF_ERROR_S}"


#: The kinds at the beginning of a tag.
_KINDS = re.compile(r'"([0-9a-f]{1,8})-')


class Body:
    """The body of a response with its headers, kept in each encoding that was taken, and packed once for each."""

    def __init__(self, content: bytes, headers: dict[str, str], accepted: str = "") -> None:
        """Pack a body as a header Accept-Encoding takes it, if that is worth it."""
        self.headers = headers
        self.is_packable = len(content) >= compression.LEAST_BYTES and compression.is_text(headers.get("Content-Type", ""))
        encoding = self._chosen(accepted)
        self._forms = {encoding: compression.pack(content, encoding) if encoding else content}

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(map(len, self._forms.values()))

    def response(self, accepted: str) -> HttpResponse:
        """Return the response in the encoding that a header Accept-Encoding takes."""
        encoding = self._chosen(accepted)
        content = self._forms.get(encoding)
        if content is None:
            known, packed = next(iter(self._forms.items()))
            content = compression.unpack(packed, known) if known else packed
            if encoding:
                content = compression.pack(content, encoding)
            self._forms = {**self._forms, encoding: content}
        encoded = {"Content-Encoding": encoding} if encoding else {}
        return HttpResponse(content, headers=self.headers | encoded | {"Content-Length": str(len(content))})

    def _chosen(self, accepted: str) -> str:
        return compression.chosen(accepted) if self.is_packable else ""


class Kept(NamedTuple):
    """A body that is kept: what it was made from, its tag, and how many bytes it takes."""

    body: Body
    state: State
    tag: str
    size: int


class _Bodies:
    """Kept bodies, bounded in bytes; the least recently used goes first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Keep nothing (for tests)."""
        self.size = 0
        self.kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str, version: DataVersion, day: date) -> Kept | None:
        """Return a body that would be made the same now."""
        with self.lock:
            found = self.kept.get(key)
            if found is None or not version.still(found.state, day):
                return None
            self.kept.move_to_end(key)
            return found

    def put(self, key: str, body: Body, state: State, tag: str) -> None:
        """Keep a body, or weigh it again after it was taken in another encoding; one that is too large goes."""
        size = len(key) + body.size
        with self.lock:
            if known := self.kept.pop(key, None):
                self.size -= known.size
            if size > settings.BODY_CACHE_BYTES // 8:
                return
            self.kept[key] = Kept(body, state, tag, size)
            self.size += size
            while self.size > settings.BODY_CACHE_BYTES:
                _, freed = self.kept.popitem(last=False)
                self.size -= freed.size


bodies = _Bodies()


def is_current(state: State) -> bool:
    """Return whether what was made from a state would be made the same now, as far as is known without a query."""
    version = known_version()
    return version is not None and version.still(state, today())


def remembered(request: HttpRequest, form: str, vary: Sequence[str], make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a client that has this version, from memory if this was requested before, else by `make`.

    `form` is what was chosen of the response, its format and language; `vary` names the headers that chose it. The version is
    read before the query runs: a body may be newer than its tag says, never older.
    """
    if is_trial():
        return make()
    version, day = data_version(), today()
    # The whole query is the key: a digest of it could be that of another query. Links in a body depend on scheme and host.
    key = f"{form} {request.scheme}://{request.get_host()}{request.path}?{request.META.get('QUERY_STRING', '')}"
    # There is no Last-Modified: a second is too coarse, and a change may be committed after a later one.
    headers = {"Cache-Control": CACHE_CONTROL, "Registry-Position": version.position}
    if vary:
        headers["Vary"] = ", ".join(vary)
    known, accepted = request.META.get("HTTP_IF_NONE_MATCH", ""), request.META.get("HTTP_ACCEPT_ENCODING", "")
    if found := bodies.get(key, version, day):
        headers["ETag"] = found.tag
        if known and matches(known, found.tag):
            return _kept_for(found.state, HttpResponse(status=304), headers)
        response = found.body.response(accepted)
        if found.body.size != found.size - len(key):
            bodies.put(key, found.body, found.state, found.tag)
        return _kept_for(found.state, response, headers)
    if known and (still := _still(known, version, day, key)):
        return _kept_for(still, HttpResponse(status=304), headers | {"ETag": _tag(still, key)})
    with Observation() as read:
        response = make()
    if response.status_code not in (200, 204, 206):
        return response
    state = version.state(read.kinds, day)
    # A file that can be read in parts is known by its bytes.
    headers["ETag"] = tag = response.get("ETag") or _tag(state, key)
    if known and matches(known, tag):
        for close in response._resource_closers:  # type: ignore[attr-defined]  # Not `close`, which ends the request.
            close()
        return _kept_for(state, HttpResponse(status=304), headers)
    if response.status_code == 200 and not response.streaming and settings.BODY_CACHE_BYTES:
        body = Body(response.content, dict(response.headers.items()), accepted)
        bodies.put(key, body, state, tag)
        response = body.response(accepted)
    return _kept_for(state, response, headers)


def _tag(state: State, key: str) -> str:
    """Write a tag: the kinds that were read, how often they had changed, the day, the code, and what was asked of whom."""
    query = _digest(f"{state.place} {state.era} {key}")
    return f'W/"{state.kinds:x}-{state.changes:x}-{state.day:%y%j}-{CODE}-{query}"'


def _still(header: str, version: DataVersion, day: date, key: str) -> State | None:
    """Return the state of what a client has by its If-None-Match, if that would be made now."""
    states = (version.state(int(given, 16) & EVERY, day) for given in set(_KINDS.findall(header[:4000])))
    return next((state for state in states if matches(header, _tag(state, key))), None)


def _kept_for(state: State, response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    """Say by headers for how long a response holds; the edge may keep it for the same state of the data."""
    for name, value in headers.items():
        response.headers[name] = value
    response.kept_for = state  # type: ignore[attr-defined]
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
