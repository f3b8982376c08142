"""Ids and names that a file has given before, remembered on disk, so that memory stays flat whatever its length."""

import hashlib
import sqlite3
from typing import Any

from django.utils.translation import gettext

from imports.rows import Problem
from imports.values.names import is_no_name
from imports.values.terms import folded

_CACHE_KB = 16_384


class Seen:
    """What has been seen in one walk through a file."""

    def __init__(self) -> None:
        """Begin with nothing; the empty name makes SQLite keep a private file, and remove it at the end."""
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", f"cache_size=-{_CACHE_KB}"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def problems_of(self, line: int, record: dict[str, Any]) -> tuple[Problem, ...]:
        """Report repeated records of a file: the same id is an error, the same name in the same country a warning."""
        found = []
        if identity := record.get("external_id"):
            value = f"{identity['scheme']}:{identity['value']}"
            if first := self._first_line("id", value, line):
                fix = f"Keep one of lines {first} and {line}."
                found.append(
                    Problem(
                        "duplicate-id", gettext("Line %(first)s has this id already.") % {"first": first}, value=value, fix=fix
                    )
                )
        if (iso3 := record.get("iso3")) and (first := self._first_line("iso3", str(iso3), line)):
            found.append(
                Problem("duplicate-id", gettext("Line %(first)s has this country already.") % {"first": first}, value=str(iso3))
            )
        name = record.get("name")
        if isinstance(name, str) and not is_no_name(name):
            place = f"{record.get('country')}:{folded(name)}"
            if first := self._first_line("name", place, line):
                said = f"Line {first} has the same name in the same country."
                fix = "Check whether both are the same place."
                found.append(Problem("duplicate-name", said, value=name, fix=fix, is_error=False))
        return tuple(found)

    def _first_line(self, kind: str, value: str, line: int) -> int | None:
        """Return the line where it was seen first; None if this is the first."""
        what = hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=12).digest()
        added = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (what, line))
        if added.rowcount:
            return None
        (first,) = self._database.execute("SELECT line FROM seen WHERE what = ?", (what,)).fetchone()
        return int(first)
