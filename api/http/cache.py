"""Responses that need not be made again: ETags by data version, and bodies kept while the version holds."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2s

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.database.version import data_version
from api.filters.parameters import today
from api.http import compression
from config.release import CODE
from registry.trial import is_trial

#: How long a shared cache may use a response: fresh, stale while it asks again, and stale while the service is unavailable.
FRESH_S, STALE_S, STALE_IF_ERROR_S = 1, 30, 3600
CACHE_CONTROL = f"public, max-age=0, s-maxage={FRESH_S}, stale-while-revalidate={STALE_S}, stale-if-error={STALE_IF_ERROR_S}"


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


@dataclass
class _Bodies:
    """Bodies of one state of the data, bounded in bytes; the least recently used goes first."""

    version: Hashable = -1
    size: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[str, tuple[Body, int]] = OrderedDict()

    def get(self, key: str, version: Hashable) -> Body | None:
        with self.lock:
            if version != self.version:
                self.version, self.size = version, 0
                self.kept.clear()
                return None
            found = self.kept.get(key)
            if found:
                self.kept.move_to_end(key)
            return found and found[0]

    def put(self, key: str, version: Hashable, body: Body) -> None:
        """Keep a body, or weigh it again after it was taken in another encoding; one that is too large goes."""
        size = len(key) + body.size
        with self.lock:
            if version != self.version:
                return
            if known := self.kept.pop(key, None):
                self.size -= known[1]
            if size > settings.BODY_CACHE_BYTES // 8:
                return
            self.kept[key] = body, size
            self.size += size
            while self.size > settings.BODY_CACHE_BYTES:
                _, (_, freed) = self.kept.popitem(last=False)
                self.size -= freed


bodies = _Bodies()


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
    tag = f'W/"{version.number:x}-{day:%y%j}-{CODE}-{_digest(f"{version.place} {version.era} {key}")}"'
    # There is no Last-Modified: a second is too coarse, and a change may be committed after a later one.
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL, "Registry-Position": version.position}
    if vary:
        headers["Vary"] = ", ".join(vary)
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, headers=headers)
    state = version.place, version.era, version.number, day
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    if found := bodies.get(key, state):
        size = found.size
        response = found.response(accepted)
        if found.size != size:
            bodies.put(key, state, found)
        return _with_headers(response, headers)
    response = make()
    if response.status_code == 200 and not response.streaming and settings.BODY_CACHE_BYTES:
        body = Body(response.content, dict(response.headers.items()), accepted)
        bodies.put(key, state, body)
        response = body.response(accepted)
    return _with_headers(response, headers) if response.status_code in (200, 204) else response


def _with_headers(response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
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
