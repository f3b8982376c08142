"""Databases of earlier releases, as they were dumped then, upgraded to the newest schema."""

import lzma
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from config.embedded.backup import Database
from config.environment import Environment
from tests.databases import clone, database
from tests.upgrade.scratch import Scratch

FOLDER = Path(__file__).parent


@contextmanager
def dumped(release: str, empty_database: str) -> Iterator[str]:
    """Load the dump of a release into a database of its own, turn the connection to it, and drop it at the end."""
    name = f"{empty_database}_release"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        _load(FOLDER / f"release-{release}.sql.xz", name)
        with database(name):
            yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _load(file: Path, name: str) -> None:
    target = Database.at(Environment.current().database_url).sibling(name)
    with tempfile.NamedTemporaryFile() as plain:
        plain.write(lzma.decompress(file.read_bytes()))
        plain.flush()
        done = target.run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", plain.name)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def db(django_db_setup: None) -> None:
    """Stand in for the fixture of this name: these tests have databases of their own, and commit."""


@pytest.fixture
def release(request: Any, empty_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Give the name of a database of the release that the test names."""
    with django_db_blocker.unblock(), dumped(request.param, empty_database) as name:
        yield name


@pytest.fixture(scope="module")
def scratch(seeded_database: str, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Scratch]:
    name = f"{seeded_database}_schema"
    url = urlunsplit(urlsplit(Environment.current().database_url)._replace(path=f"/{name}"))
    with ExitStack() as made:
        with django_db_blocker.unblock():
            made.enter_context(clone(seeded_database, name))
        yield Scratch(Path(tmp_path_factory.mktemp("scratch")), url)
        with django_db_blocker.unblock():
            made.close()
