"""How long a thread has waited for the database, and how often."""

import threading
import time
from collections.abc import Callable
from typing import Any


class _Spent(threading.local):
    seconds = 0.0
    queries = 0


_spent = _Spent()


def spend(begin: float) -> float:
    """Count a query that began at a time of `time.perf_counter()` and has ended now; return how long it took."""
    seconds = time.perf_counter() - begin
    _spent.seconds += seconds
    _spent.queries += 1
    return seconds


def take() -> tuple[float, int]:
    """Return the seconds and queries of this thread since it was asked last."""
    found = _spent.seconds, _spent.queries
    if found[1]:
        _spent.seconds, _spent.queries = 0.0, 0
    return found


def timed(execute: Callable[..., Any], text: str, values: Any, many: bool, context: Any) -> Any:
    """Count the queries of the ORM: an execute wrapper of Django."""
    begin = time.perf_counter()
    try:
        return execute(text, values, many, context)
    finally:
        spend(begin)
