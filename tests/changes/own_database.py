"""Suites that commit have a database of their own, made from the empty one and dropped at the end of the file."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.changes import log
from tests.databases import clone, database


@pytest.fixture(scope="module")
def own_database(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Commit here: emptying every table after each test took three seconds. A database that was copied begins an era."""
    with django_db_blocker.unblock(), clone(empty_database, f"{empty_database}_changes") as name, database(name):
        log.era()
        yield


@pytest.fixture
def db(own_database: None) -> None:
    """Stand in for the fixture of this name, which takes back what a test has written."""
