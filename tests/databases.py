"""Turning the connection to another database, and clones of databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.caches import forget_database


@contextmanager
def database(name: str) -> Iterator[None]:
    """Turn the connection to another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    forget_database()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        forget_database()


@contextmanager
def clone(template: str, name: str) -> Iterator[str]:
    """Make a database that holds what another one holds, and drop it at the end.

    Threads of a server that a test has ended may live a little longer than it: its connections are terminated.
    """
    connection.close()
    away = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{template}'"
    _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', away, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
