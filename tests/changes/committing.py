"""Suites that commit have a database of their own, made from the empty one and dropped at the end of the file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.seeded import _run, database


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Commit here: emptying every table after each test took three seconds."""
    name = f"{connection.settings_dict['NAME']}_changes"
    with django_db_blocker.unblock():
        template = connection.settings_dict["NAME"]
        connection.close()
        _run(f'DROP DATABASE IF EXISTS "{name}"')
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            with database(name):
                yield
        finally:
            _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def db(own_database: None) -> None:
    """Stand in for the fixture of this name, which takes back what a test has written."""
