"""The data version: a number that moves with every committed change that readers can see, and the caches that rest on it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from weakref import WeakSet

from api.database.connection import fetch
from registry.trial import is_trial

#: How old a version may be when a request uses it, in seconds; an answer is at most this much late to know of a change.
FRESH_SECONDS = 0.5
_READ = """
    SELECT sum(changes)::bigint, max(changed_at), registry_place(), (SELECT era FROM registry_changeera),
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    FROM registry_dataversion
"""

T = TypeVar("T")


class DataVersion:
    """What the database held at a moment: in which database, after how many changes, and where the log of changes was."""

    def __init__(self, number: int, changed_at: datetime, place: str, era: str | None, horizon: int) -> None:
        """Keep what was read in one statement."""
        self.number, self.changed_at, self.place, self.era, self.horizon = number, changed_at, place, era, horizon

    @cached_property
    def position(self) -> str:
        """Return the position of the feed of changes: what was committed before it is in everything read afterwards."""
        return position_text(self.era or "", self.horizon)


def position_text(era: str, transaction: int) -> str:
    """Write a position before all changes of a transaction; of two positions the earlier one is the smaller text."""
    return f"{era}-{transaction:019d}"


_lock = threading.Lock()
_NOTHING = DataVersion(-1, datetime.fromtimestamp(0, UTC), "", None, 0)
_known: tuple[float, DataVersion] = (0.0, _NOTHING)
_caches: "WeakSet[VersionedCache]" = WeakSet()


def data_version() -> DataVersion:
    """Return the version, read at most half a second ago and before the caller's query."""
    global _known
    if is_trial():
        return DataVersion(*fetch(_READ)[0])
    read_at, version = _known
    now = time.monotonic()
    if version.number < 0 or now - read_at > FRESH_SECONDS:
        (row,) = fetch(_READ)
        version = DataVersion(*row)
        _known = (now, version)
    return version


def forget() -> None:
    """Read the version again at the next call, and make every entry of every cache again (for tests)."""
    global _known
    _known = (0.0, _NOTHING)
    for cache in _caches:
        cache.forget()


class VersionedCache:
    """Results that hold until the data version moves, bounded in number; the oldest goes first."""

    def __init__(self, most: int) -> None:
        """Bound the number of entries."""
        self.most = most
        self._version: object = None
        self._entries: dict[Any, Any] = {}
        _caches.add(self)

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """Return the entry of `key`, made if the version has moved or it was never asked for."""
        if is_trial():
            return make()
        read = data_version()
        version = read.place, read.number
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

    def forget(self) -> None:
        """Make every entry again at its next use (for tests)."""
        self._version = None
