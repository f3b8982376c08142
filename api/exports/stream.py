"""Streams: the bytes of a running COPY, on a connection of its own that ends when the reader goes away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from api.database.reads import note_query
from api.database.servers import PRIMARY, reading, set_aside
from api.errors import Busy
from api.exports.build.order import time_limit

#: How many exports a worker writes at once; its other threads stay free for reading.
AT_ONCE = 2
_BLOCK_BYTES = 1 << 16
_slots = threading.BoundedSemaphore(AT_ONCE)
_running: set[int] = set()


def running() -> int:
    """Return how many exports this worker writes now."""
    return len(_running)


class Slot:
    """One of the exports that a worker writes at once; given back once, however it ends."""

    def __init__(self) -> None:
        """Take one; raises Busy if none is free."""
        if not _slots.acquire(blocking=False):
            raise Busy(
                f"This worker writes {AT_ONCE} exports already, which is the maximum. Try again in a few seconds.",
                headers={"Retry-After": "10"},
            )
        self._taken = True
        _running.add(id(self))

    def give_back(self) -> None:
        """Let another one begin."""
        if self._taken:
            self._taken = False
            _running.discard(id(self))
            _slots.release()


def parameters() -> dict[str, Any]:
    """Return what leads to the database, as Django goes there, under a name that an administrator recognises."""
    given: dict[str, Any] = dict(connections[reading()].get_connection_params())
    wanted = {name: given[name] for name in ("host", "port", "dbname", "user", "password", "options") if given.get(name)}
    return {**wanted, "application_name": "registry export"}


def connect() -> "psycopg.Connection[Any]":
    """Begin a transaction on a connection for one export, with the time limit of exports.

    The limit is the transaction's own: behind pgbouncer a connection takes no settings, and keeps none for the next client.
    """
    server = reading()
    try:
        live = psycopg.connect(**parameters())
    except psycopg.OperationalError:
        if server == PRIMARY:
            raise
        set_aside()
        live = psycopg.connect(**parameters())
    live.execute(time_limit(settings.EXPORT_TIMEOUT_MS))
    return live


class CopyStream:
    """The rows of a COPY in blocks, between a head and a tail; the first block is read at once, so that errors show early."""

    def __init__(
        self,
        statement: "Callable[[psycopg.Connection[Any]], str]",
        slot: Slot,
        *,
        head: bytes = b"",
        tail: bytes = b"",
        skipped: int = 0,
        convert: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """Begin; `skipped` bytes of the first row are left out, and each row is what `convert` makes of it."""
        self._slot, self._tail, self._convert = slot, tail, convert
        self._live: psycopg.Connection[Any] | None = None
        try:
            self._live = connect()
            text = statement(self._live)
            note_query(text)
            self._copy = self._live.cursor().copy(text)
            self._rows: psycopg.Copy = self._copy.__enter__()
            first = self._read()
        except BaseException:
            self.close()
            raise
        self._ended = not first
        self._next: bytes | None = head + first[skipped:]

    def __iter__(self) -> Iterator[bytes]:
        """Be read once."""
        return self

    def __next__(self) -> bytes:
        """Return the next block; the query ends with the last one."""
        block = self._next
        if block is None:
            raise StopIteration
        if self._ended:
            self._next = None
            self._finish()
            return block + self._tail
        try:
            self._next = self._read()
        except BaseException:
            self.close()
            raise
        self._ended = not self._next
        return block

    def _read(self) -> bytes:
        parts: list[Any] = []
        size = 0
        while size < _BLOCK_BYTES:
            row = self._rows.read()
            if not row:
                break
            parts.append(self._convert(bytes(row)) if self._convert else row)
            size += len(row)
        return b"".join(parts)

    def _finish(self) -> None:
        with suppress(psycopg.Error):
            self._copy.__exit__(None, None, None)
        self.close()

    def close(self) -> None:
        """End the query if it is still running."""
        self._next = None
        live, self._live = self._live, None
        if live is not None:
            with suppress(psycopg.Error):
                if live.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                    live.cancel_safe(timeout=5)
            live.close()
        self._slot.give_back()
