"""Slow queries: each is logged as it can be run again, with its values, for `manage.py slow`."""

import hashlib
import logging
from contextlib import suppress
from typing import Any

import psycopg
from django.conf import settings

log = logging.getLogger("registry.slow")


def note_slow(live: "psycopg.Connection[Any]", text: str, values: Any, seconds: float) -> None:
    """Log a query if it took as long as the settings call slow, whether it ended or was given up."""
    if not settings.SLOW_QUERY_MS or seconds * 1000 < settings.SLOW_QUERY_MS:
        return
    # What a broken connection ran is not to blame.
    with suppress(psycopg.Error):
        written = psycopg.ClientCursor(live).mogrify(text, values) if values else text
        log.warning("a slow query", extra={"milliseconds": round(seconds * 1000, 1), "sql": written, "statement": _key(text)})


def _key(text: Any) -> str:
    """Return what the runs of one statement have in common, whatever their values."""
    return hashlib.sha256(str(text).encode()).hexdigest()[:16]
