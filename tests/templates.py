"""The databases that others are cloned from: an empty one and the seed, made once and kept until a file of theirs changes."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.core.management import call_command
from django.db import connection

from config.environment import ROOT
from tests.databases import database
from tests.room import with_room

PREFIX = "registry_made_"
#: What a database is made of: the program, the data, and the packages.
SOURCES = ("api", "config", "curation", "explorer", "fixtures", "imports", "pages", "registry", "requirements.txt")
_LOCK = 7_305_117


def empty() -> str:
    """Name a database of the newest schema that holds nothing."""
    return _made("empty", "template1", lambda: call_command("migrate", verbosity=0, run_syncdb=True))


def seeded() -> str:
    """Name a database that holds the seed."""
    return _made("seeded", empty(), _seed)


def _seed() -> None:
    call_command("seed", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _made(kind: str, template: str, make: Callable[[], None]) -> str:
    """Make a database unless one of the same files is there; its name says that it is complete."""
    name, unfinished = f"{PREFIX}{kind}_{_digest()}", f"{PREFIX}{kind}_unfinished"
    with _alone() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{PREFIX}{kind}_"])
        found = {row[0] for row in cursor}
        if name not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE "{old}"')
            cursor.execute(f'CREATE DATABASE "{unfinished}" TEMPLATE "{template}"')
            with database(unfinished):
                with_room(make)
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


@contextmanager
def _alone() -> Iterator[Any]:
    """Let the other workers wait, who need the same databases."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield cursor


@cache
def _digest() -> str:
    """Sum up the files that the databases are made of."""
    found = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(ROOT)} {file.stat().st_size}\n".encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:16]
