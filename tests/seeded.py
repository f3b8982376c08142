"""Databases beside the empty one of pytest-django: a clone for those who commit, and the seed for those who read."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.core.management import call_command
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


@pytest.fixture(scope="session")
def empty_database(django_db_setup: None) -> str:
    """Name the database that pytest-django has made, whatever a suite has turned to."""
    return str(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def seeded_database(empty_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Load the seed into a clone, once per session."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            name = made.enter_context(clone(empty_database, f"{empty_database}_seeded"))
            with database(name):
                call_command("seed", verbosity=0)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        yield name
        with django_db_blocker.unblock():
            made.close()


@pytest.fixture(scope="package", autouse=True)
def on_seed(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Read the seeded database in this package."""
    with database(seeded_database):
        yield
