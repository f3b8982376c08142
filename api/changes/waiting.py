"""Waiting for a change: few at a time, without a transaction, and never past the time that was asked for.

A request that waits keeps one of the four threads of a worker. So two may wait in each, and whoever comes then is answered
at once; the others serve on. While it waits it holds no transaction and no lock: it looks at the end of the log twice a
second, a probe of an index.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

#: Of the four threads of a worker.
MAX_WAITING = 2
LOOK_EVERY_S = 0.5

_places = threading.BoundedSemaphore(MAX_WAITING)

T = TypeVar("T")


def wait_for(look: Callable[[], T | None], seconds: float) -> tuple[T | None, bool]:
    """Look until there is something or the time is over; give it, and whether there was a place to wait."""
    found = look()
    if found is not None or seconds <= 0:
        return found, True
    if not _places.acquire(blocking=False):
        return None, False
    try:
        until = time.monotonic() + seconds
        while found is None and (left := until - time.monotonic()) > 0:
            time.sleep(min(LOOK_EVERY_S, left))
            found = look()
    finally:
        _places.release()
    return found, True
