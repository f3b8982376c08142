"""The data version: how often each kind of record has changed for readers, by commits, and the caches that rest on it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

import psycopg
from django.db import DatabaseError

from api.database.connection import fetch
from api.database.reads import BIT, Observation, note
from api.database.servers import REPLICA, Comparison, need_newest, needs_newest, reading, serving, set_aside
from registry.trial import is_trial

#: How old a version may be when a request uses it, in seconds; an answer is at most this much late to know of a change.
FRESH_SECONDS = 0.5
_READ = """
    SELECT sum(changes)::bigint, max(changed_at), registry_place(), (SELECT era FROM registry_changeera),
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint, array_agg(kind), array_agg(changes)
    FROM (SELECT kind, sum(changes)::bigint AS changes, max(changed_at) AS changed_at FROM registry_dataversion GROUP BY kind) v
"""

T = TypeVar("T")


class State(NamedTuple):
    """What a response was made from: the database, the day, the kinds of record that it read, how often these had changed."""

    place: str
    era: str | None
    day: date | None
    kinds: int
    changes: int


class DataVersion:
    """What the database held at a moment: in which database, after how many changes, and where the log of changes was."""

    def __init__(
        self,
        number: int,
        changed_at: datetime,
        place: str,
        era: str | None,
        horizon: int,
        kinds: "list[str] | tuple[str, ...]" = (),
        changes: "list[int] | tuple[int, ...]" = (),
    ) -> None:
        """Keep what was read in one statement."""
        self.number, self.changed_at, self.place, self.era, self.horizon = number, changed_at, place, era, horizon
        self._counts = [(BIT.get(kind, 0), count) for kind, count in zip(kinds, changes, strict=True)]
        self._sums: dict[int, int] = {}

    @cached_property
    def position(self) -> str:
        """Return the position of the feed of changes: what was committed before it is in everything read afterwards."""
        return position_text(self.era or "", self.horizon)

    def changes_of(self, kinds: int) -> int:
        """Return how often the kinds of a set have changed. No count falls, so an equal sum is an equal version of each."""
        found = self._sums.get(kinds)
        if found is None:
            found = self._sums[kinds] = sum(count for bit, count in self._counts if bit & kinds)
        return found

    def state(self, kinds: int, day: date | None = None) -> State:
        """Return the state of what is made now from some kinds."""
        return State(self.place, self.era, day, kinds, self.changes_of(kinds))

    def still(self, state: State, day: date | None = None) -> bool:
        """Return whether what was made from a state would be made the same now."""
        return state == self.state(state.kinds, day)


def position_text(era: str, transaction: int) -> str:
    """Write a position before all changes of a transaction; of two positions the earlier one is the smaller text."""
    return f"{era}-{transaction:019d}"


_lock = threading.Lock()
_UNKNOWN = (0.0, DataVersion(-1, datetime.fromtimestamp(0, UTC), "", None, 0))
#: What is known of each server, and when it was read.
_known: dict[str, tuple[float, DataVersion]] = {}
_comparison = Comparison()
_caches: "WeakSet[VersionedCache]" = WeakSet()


def data_version() -> DataVersion:
    """Return the version of the server that is read, read at most half a second ago and before the caller's query."""
    if is_trial():
        return DataVersion(*fetch(_READ)[0])
    server, most_s = reading(), 0.0 if needs_newest() else FRESH_SECONDS
    read_at, version = _known.get(server, _UNKNOWN)
    now = time.monotonic()
    if version.number < 0 or now - read_at > most_s:
        (row,) = fetch(_READ)
        version = DataVersion(*row)
        _known[server] = (now, version)
        if server == REPLICA:
            _compare(version.number)
    return version


def _compare(replica: int) -> None:
    """Leave the replica alone if it is too far behind the primary; without a primary it serves as it is."""
    if _comparison.is_behind(replica):
        set_aside()
    elif _comparison.is_due():
        need_newest(True)
        try:
            ((primary,),) = fetch("SELECT sum(changes)::bigint FROM registry_dataversion")
        except (psycopg.Error, DatabaseError):
            return
        finally:
            need_newest(False)
        _comparison.note(replica, primary)


def known_version() -> DataVersion | None:
    """Return the version from which readers are served, if it was read at most half a second ago; no query is run."""
    read_at, version = _known.get(serving(), _UNKNOWN)
    return version if version.number >= 0 and time.monotonic() - read_at <= FRESH_SECONDS else None


def forget() -> None:
    """Read the version again at the next call, and make every entry of every cache again (for tests)."""
    _known.clear()
    for cache in _caches:
        cache.forget()


class VersionedCache:
    """Results that hold until a kind of record changes that they were made from, bounded in number; the oldest goes first."""

    def __init__(self, most: int) -> None:
        """Bound the number of entries."""
        self.most = most
        self._entries: dict[Any, tuple[State, Any]] = {}
        _caches.add(self)

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """Return the entry of `key`, made if what it was made from has changed or it was never asked for."""
        if is_trial():
            return make()
        version = data_version()
        found = self._entries.get(key)
        if found is not None and version.still(found[0]):
            note(found[0].kinds)
            return found[1]  # type: ignore[no-any-return]
        with Observation() as read:
            value = make()
        with _lock:
            self._entries.pop(key, None)
            if len(self._entries) >= self.most:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = version.state(read.kinds), value
        return value

    def forget(self) -> None:
        """Make every entry again at its next use (for tests)."""
        with _lock:
            self._entries = {}
