"""Which server a query goes to: the primary, or a replica, if the service has one that is fresh enough for the client.

Readers are served from the replica, which may be a moment behind. Curators, whatever is written, and requests that must see
what was committed before them are served from the primary; so is everybody while the replica is away or too far behind.
A service reads from one replica only: of two, one could be behind what responses of the other were kept for.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"
#: How long a replica that failed is left alone.
ASIDE_S = 5.0
#: How far a replica may be behind the primary before readers leave it, and how often the primary is asked.
MOST_BEHIND_S, COMPARE_EVERY_S = 10.0, 5.0


class _Thread(threading.local):
    reads_replica = False
    needs_newest = False


_thread = _Thread()
_aside_until = 0.0


def read_from_replica() -> None:
    """Let this thread serve readers: from the replica, if there is one."""
    _thread.reads_replica = REPLICA in settings.DATABASES


def need_newest(needed: bool) -> None:
    """Let the request that this thread serves see everything that was committed before it, or no longer.

    Without a replica there is nothing newer, and nobody takes the mark back (`config.middleware.FreshReads`).
    """
    _thread.needs_newest = needed and REPLICA in settings.DATABASES


def needs_newest() -> bool:
    """Return whether the request that this thread serves must see everything that was committed before it."""
    return _thread.needs_newest


@contextmanager
def from_primary() -> Iterator[None]:
    """Read the primary within a block."""
    before = _thread.needs_newest
    need_newest(True)
    try:
        yield
    finally:
        need_newest(before)


def reading() -> str:
    """Return the alias of the server that this thread reads now."""
    if not _thread.reads_replica or _thread.needs_newest or time.monotonic() < _aside_until:
        return PRIMARY
    # What is read in a transaction rests on what was written in it.
    return PRIMARY if connections[PRIMARY].in_atomic_block else REPLICA


def serving() -> str:
    """Return the alias of the server from which readers are served now, in whatever thread."""
    return REPLICA if REPLICA in settings.DATABASES and time.monotonic() >= _aside_until else PRIMARY


def set_aside() -> None:
    """Read the primary for a moment: the replica does not answer, or is too far behind."""
    global _aside_until
    _aside_until = time.monotonic() + ASIDE_S


class Comparison:
    """Compares how much of the primary's changes a replica has, by the numbers of changes that were seen on each."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self._asked_at, self._number = float("-inf"), -1

    def is_due(self) -> bool:
        """Return whether the primary should be asked again."""
        return time.monotonic() - self._asked_at > COMPARE_EVERY_S

    def is_behind(self, replica: int) -> bool:
        """Return whether the replica still lacks what the primary had some time ago."""
        return replica < self._number and time.monotonic() - self._asked_at > MOST_BEHIND_S

    def note(self, replica: int, primary: int) -> None:
        """Note what the primary has, unless the replica has yet to reach what was noted before."""
        if replica >= self._number or primary < self._number:
            self._asked_at, self._number = time.monotonic(), primary
