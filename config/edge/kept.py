"""Complete responses that the edge keeps: a request that comes again needs no thread, no Django and no database.

`api.http.cache` says of a response from which state of the data it was made. Middlewares do not see a request that is answered
from here, so nothing is kept unless each of them states `passes_kept`: that it neither refuses nor counts requests.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from api.database.servers import REPLICA
from api.http.cache import is_current
from config.edge.answers import Answer
from config.middleware import NEWEST_COOKIE, NO_CACHE

Key = tuple[Hashable, ...]

#: What a response may depend on besides its address: all that Vary may name, the host of its links, and the client's copy.
_SHAPING = frozenset(
    (b"accept", b"accept-encoding", b"accept-language", b"host", b"if-none-match", b"x-forwarded-host", b"x-forwarded-proto")
)
#: With a replica there are requests that must see what another server knows (see `config.middleware.FreshReads`).
_REPLICATED = REPLICA in settings.DATABASES
#: What a key and the headers of a response take, about.
_ENTRY_BYTES = 2_000


def key_of(scope: dict[str, Any]) -> Key | None:
    """Return what identifies a request whose response may be kept: GET alone has one."""
    if scope["method"] != "GET":
        return None
    if _REPLICATED and any(_needs_newest(name, value) for name, value in scope["headers"]):
        return None
    shaping = [(name, value) for name, value in scope["headers"] if name in _SHAPING]
    return (scope["scheme"], scope.get("raw_path") or scope["path"], scope["query_string"], *shaping)


def all_pass(middlewares: Iterable[str]) -> bool:
    """Return whether no middleware of the settings needs to see each request."""
    return all(getattr(import_string(one), "passes_kept", False) for one in middlewares)


class KeptAnswers:
    """Responses, bounded in bytes; the least recently used goes first. For the thread of the event loop."""

    def __init__(self, most_bytes: int) -> None:
        """Keep nothing yet."""
        self.most_bytes, self.size = most_bytes, 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()

    def find(self, key: Key) -> Answer | None:
        """Return the response of a request, if it is known that the same would be made now."""
        found = self._kept.get(key)
        if found is None or found.state is None or not is_current(found.state):
            return None
        self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep a complete response, without the id of its request."""
        if answer.state is None or answer.rest is not None or _size(answer) > self.most_bytes // 8:
            return
        if known := self._kept.pop(key, None):
            self.size -= _size(known)
        headers = [pair for pair in answer.headers if pair[0] != b"x-request-id"]
        self._kept[key] = Answer(answer.status, headers, answer.body, state=answer.state)
        self.size += _size(answer)
        while self.size > self.most_bytes:
            _, gone = self._kept.popitem(last=False)
            self.size -= _size(gone)


def _needs_newest(name: bytes, value: bytes) -> bool:
    return (name == b"cache-control" and NO_CACHE.encode() in value) or (name == b"cookie" and NEWEST_COOKIE.encode() in value)


def _size(answer: Answer) -> int:
    return len(answer.body) + _ENTRY_BYTES
