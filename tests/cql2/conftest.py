"""A database that holds the official test data, made once: the suites here read it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.cql2 import collections
from tests.databases import clone, database


@pytest.fixture(scope="package", autouse=True)
def on_official_data(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Load the official collections into a clone of the empty database."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            name = made.enter_context(clone(empty_database, f"{empty_database}_cql2"))
        with database(name):
            with django_db_blocker.unblock():
                collections.load()
            yield
        with django_db_blocker.unblock():
            made.close()
