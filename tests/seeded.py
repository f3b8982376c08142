"""A second database that holds the seed: made once per session, used by the suites that read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.caches import forget_everything


@contextmanager
def database(name: str) -> Iterator[None]:
    """Turn the connection to another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    forget_everything()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        forget_everything()


def _run(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="session")
def seeded_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Clone the test database and load the seed into the clone."""
    template = connection.settings_dict["NAME"]
    name = f"{template}_seeded"
    with django_db_blocker.unblock():
        connection.close()
        _run(f'DROP DATABASE IF EXISTS "{name}"')
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        with database(name):
            call_command("seed", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    yield name
    with django_db_blocker.unblock():
        _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # threads of a server may live a little longer than it


@pytest.fixture(scope="package", autouse=True)
def on_seed(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Read the seeded database in this package."""
    with database(seeded_database):
        yield
