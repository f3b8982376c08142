"""The databases of a worker: the empty one, for those who make records, and the seed, for those who read."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection

from tests import templates
from tests.databases import clone, database


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Turn to a clone of the empty database, in the place of pytest-django's fixture, which migrates in every worker."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            name = made.enter_context(clone(templates.empty(), connection.creation._get_test_db_name()))
            made.enter_context(database(name))
        yield
        with django_db_blocker.unblock():
            made.close()


@pytest.fixture(scope="session")
def empty_database(django_db_setup: None) -> str:
    """Name the database of this worker, whatever a suite has turned to."""
    return str(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def seeded_database(empty_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Clone the seed, once per session."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            name = made.enter_context(clone(templates.seeded(), f"{empty_database}_seeded"))
        yield name
        with django_db_blocker.unblock():
            made.close()


@pytest.fixture(scope="package", autouse=True)
def on_seed(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Read the seeded database in this package."""
    with database(seeded_database):
        yield
