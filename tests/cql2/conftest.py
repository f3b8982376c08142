"""A database that holds the official test data, made once: the suites here read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.cql2 import collections
from tests.seeded import _run, database


@pytest.fixture(scope="package", autouse=True)
def on_official_data(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Clone the test database, and load the official collections into the clone."""
    template = connection.settings_dict["NAME"]
    name = f"{template}_cql2"
    with django_db_blocker.unblock():
        connection.close()
        _run(f'DROP DATABASE IF EXISTS "{name}"')
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    with database(name):
        with django_db_blocker.unblock():
            collections.load()
        yield
    with django_db_blocker.unblock():
        _run(f'DROP DATABASE IF EXISTS "{name}"')
