"""What makes an import fail for reasons outside of its file, and how it is said."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError
from django.utils.translation import gettext

from imports.errors import ImportRefused
from registry.refusals import Refusal

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full_disk(error: BaseException | None) -> bool:
    """Return whether an error means that a disk of this machine, or a quota on it, is full."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _FULL


def failure_message(error: BaseException) -> str | None:
    """Describe why an import failed, for the user who started it; None for what nobody foresaw."""
    if is_full_disk(error):
        return gettext(
            "The disk for temporary files is full. Free some space, or set TMPDIR to a folder with more, and try again."
        )
    if isinstance(error, DatabaseError):
        if isinstance(error.__cause__, psycopg.errors.DiskFull):
            return gettext("The disk of the database is full. Free some space and try again.")
        return gettext("The database rejected the import: %(message)s") % {"message": Refusal.of(error).message}
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Raise what a full disk or the database refused as ImportRefused, with a clear message."""
    try:
        yield
    except Exception as error:
        if (message := failure_message(error)) is None:
            raise
        raise ImportRefused(gettext("%(message)s Nothing was written.") % {"message": message}) from error
