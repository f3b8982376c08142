"""The connection as the read path uses it: psycopg's own cursor, binary and prepared, past the ORM's row machinery."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DatabaseError, connections
from psycopg.types.string import ByteaBinaryLoader

from api.database.durations import spend
from api.database.reads import note_query
from api.database.servers import PRIMARY, reading, set_aside
from api.database.slow import note_slow
from registry.sql import Sql

_WAITED = psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable
_READ_ONLY = psycopg.errors.ReadOnlySqlTransaction


def fetch(query: Sql | LiteralString, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one query and give its rows; JSON comes as the bytes that the database wrote.

    A query is composed SQL with its values, or a fixed text with parameters. It is planned for its values each time, unless it
    has none or says that its plan is kept; then the driver prepares it at its fourth use.

    The primary is asked where the replica of the service cannot answer.

    Raises psycopg.errors.QueryCanceled at the statement timeout, LockNotAvailable at the lock timeout, and
    psycopg.OperationalError when the server is unavailable; the broken connection is dropped, so that the next request makes a
    new one.
    """
    text, values, keeps = (query.text, query.values, query.keeps_plan) if isinstance(query, Sql) else (query, parameters, False)
    note_query(text, values)
    server = reading()
    try:
        return _fetch(server, text, values, keeps)
    except (psycopg.Error, DatabaseError) as error:
        if server == PRIMARY or not _is_of_server(error):
            raise
    return _fetch(PRIMARY, text, values, keeps)


def _fetch(server: str, text: Any, values: Any, keeps: bool) -> list[tuple[Any, ...]]:
    # Asked for once: each use of `django.db.connection` looks for the one of this thread.
    wrapper = connections[server]
    try:
        if wrapper.connection is None:
            wrapper.ensure_connection()
        live = wrapper.connection
        if not getattr(live, "gives_json_bytes", False):
            live.adapters.register_loader("json", ByteaBinaryLoader)
            live.gives_json_bytes = True
        cursor = psycopg.Cursor(live)
        begin = time.perf_counter()
        try:
            cursor.execute(text, values, prepare=None if keeps or not values else False, binary=True)
            return cursor.fetchall()
        finally:
            note_slow(live, text, values, spend(begin))
    except psycopg.Error as error:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not isinstance(error, _WAITED):
            wrapper.close()
        elif wrapper.in_atomic_block:
            # Past Django's cursor, Django does not see that the database has ended the transaction.
            wrapper.needs_rollback = True
        raise


def _is_of_server(error: Exception) -> bool:
    """Return whether a replica failed and not the query; leave the replica alone if it is away."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, _WAITED) or not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | _READ_ONLY):
        return False
    # A long query may conflict with what the replica has to apply.
    if not isinstance(cause, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected | _READ_ONLY):
        set_aside()
    return True


def live_connection() -> "psycopg.Connection[Any]":
    """Return the connection that is read now, as psycopg has it."""
    wrapper = connections[reading()]
    wrapper.ensure_connection()
    return wrapper.connection  # type: ignore[no-any-return]
