"""Suites that commit have a database of their own: a release reads it on several connections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from api.changes import log
from tests.databases import clone, database


@pytest.fixture(scope="module")
def own_database(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Commit here; the database is dropped at the end of the file."""
    with django_db_blocker.unblock(), clone(empty_database, f"{empty_database}_releases") as name, database(name):
        log.era()
        yield


@pytest.fixture
def db(own_database: None) -> None:
    """Stand in for the fixture of this name, which takes back what a test has written."""


@pytest.fixture
def releases_in(tmp_path: Path) -> Iterator[Path]:
    """Keep releases in a folder of the test."""
    before, settings.RELEASES = settings.RELEASES, tmp_path / "releases"
    yield settings.RELEASES
    settings.RELEASES = before
