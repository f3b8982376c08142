"""The data version: a number that moves with every committed change, and the caches that live as long as it stands."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from api.query.database import fetch

#: How old a version may be when a request uses it, in seconds; an answer is at most this much late to know of a change.
FRESH_SECONDS = 0.5

T = TypeVar("T")
_lock = threading.Lock()
_known: tuple[float, int, datetime] = (0.0, -1, datetime.fromtimestamp(0, UTC))


def data_version() -> tuple[int, datetime]:
    """Give the version and the time of the last change, read at most half a second ago and before the caller's query."""
    global _known
    read_at, version, changed = _known
    now = time.monotonic()
    if version < 0 or now - read_at > FRESH_SECONDS:
        ((version, changed),) = fetch("SELECT sum(changes)::bigint, max(changed_at) FROM registry_dataversion")
        _known = (now, version, changed)
    return version, changed


def forget() -> None:
    """Read the version anew at the next call (for tests)."""
    global _known
    _known = (0.0, -1, datetime.fromtimestamp(0, UTC))


class VersionedCache:
    """Results that hold until the data version moves, bounded in number; the oldest goes first."""

    def __init__(self, most: int) -> None:
        """Bound the number of entries."""
        self.most = most
        self._version = -1
        self._entries: dict[Any, Any] = {}

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """Give the entry of `key`, made if the version has moved or it was never asked for."""
        version, _ = data_version()
        with _lock:
            if version != self._version:
                self._version, self._entries = version, {}
            elif key in self._entries:
                return self._entries[key]  # type: ignore[no-any-return]
        value = make()
        with _lock:
            if version == self._version:
                if len(self._entries) >= self.most:
                    del self._entries[next(iter(self._entries))]
                self._entries[key] = value
        return value
