"""The connection as the read path uses it: psycopg's own cursor, binary and prepared, past the ORM's row machinery."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.types.string import ByteaBinaryLoader

from api.database.reads import note_query
from registry.sql import Sql


def fetch(query: Sql | LiteralString, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one query and give its rows; JSON comes as the bytes that the database wrote.

    A query is composed SQL with its values, or a fixed text with parameters. It is planned for its values each time, unless it
    has none or says that its plan is kept; then the driver prepares it at its fourth use.

    Raises psycopg.errors.QueryCanceled at the statement timeout, LockNotAvailable at the lock timeout, and
    psycopg.OperationalError when the server is unavailable; the broken connection is dropped, so that the next request makes a
    new one.
    """
    try:
        # Asked for once: each use of `django.db.connection` looks for the one of this thread.
        wrapper = connections[DEFAULT_DB_ALIAS]
        if wrapper.connection is None:
            wrapper.ensure_connection()
        live = wrapper.connection
        if not getattr(live, "gives_json_bytes", False):
            live.adapters.register_loader("json", ByteaBinaryLoader)
            live.gives_json_bytes = True
        cursor = psycopg.Cursor(live)
        text, values, keeps = (
            (query.text, query.values, query.keeps_plan) if isinstance(query, Sql) else (query, parameters, False)
        )
        note_query(text, values)
        cursor.execute(text, values, prepare=None if keeps or not values else False, binary=True)
        return cursor.fetchall()
    except psycopg.Error as error:
        waited = isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable)
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not waited:
            connection.close()
        elif connection.in_atomic_block:
            # Past Django's cursor, Django does not see that the database has ended the transaction.
            connection.needs_rollback = True
        raise
