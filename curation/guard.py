"""The guard against lost updates: a form says which version it was opened with, and what was visible then."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.http import HttpRequest
from django.utils.translation import gettext

from curation.history.changes import Change, changes_of
from registry.kinds import kind_of_model
from registry.models.base import Record

VERSION, SNAPSHOT, SEEN = "_version", "_snapshot", "_seen"
#: Which transactions the fields show that were not touched: those of others come in with each page that tells of them.
BASE = "_base"
_SNAPSHOT = re.compile(r"(\d{1,20}):(\d{1,20}):((?:\d{1,20},?)*)")


@dataclass(frozen=True)
class Snapshot:
    """Which transactions had committed when a form was opened, as PostgreSQL writes it: `xmin:xmax:running`."""

    text: str
    least: int
    next: int
    running: frozenset[int]

    @classmethod
    def now(cls) -> "Snapshot":
        """Take the present one."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            (text,) = cursor.fetchone()
        return cls.read(text)

    @classmethod
    def read(cls, text: str) -> "Snapshot":
        """Read one; a text that is none sees nothing as new."""
        found = _SNAPSHOT.fullmatch(text)
        if not found:
            return cls("", 0, 2**63, frozenset())
        return cls(text, int(found[1]), int(found[2]), frozenset(int(x) for x in found[3].split(",") if x))

    def shows(self, transaction: int) -> bool:
        """Return whether a transaction had committed then."""
        return transaction < self.least or (transaction < self.next and transaction not in self.running)


@dataclass(frozen=True)
class Conflict:
    """What others have changed since a form was opened."""

    version: int
    changes: tuple[Change, ...]

    @property
    def message(self) -> str:
        """Describe what happened and what to do."""
        who = sorted({change.who for change in self.changes})
        by = gettext(" by %(names)s") % {"names": gettext(" and ").join(who)} if who else ""
        return gettext(
            "This record was changed%(by)s after you had opened it, so nothing was saved. "
            "What you typed is still here, and where you typed nothing stands what others "
            "wrote: compare it with the changes listed above, then tick the box there and "
            "save again."
        ) % {"by": by}


def opened_with(request: HttpRequest) -> Snapshot:
    """Return the snapshot that the untouched fields of a form that was sent show."""
    return Snapshot.read(request.POST.get(BASE) or request.POST.get(SNAPSHOT, ""))


def as_shown(row: models.Model, opened: Snapshot) -> Any:
    """Return a row as a form showed it, from its history; None for one that was not there."""
    history: Any = type(row).history.rel.related_model  # type: ignore[attr-defined]
    kept = {field.attname for field in history._meta.concrete_fields}
    columns = [field.attname for field in type(row)._meta.concrete_fields if field.attname in kept]
    for event in history._base_manager.filter(pgh_obj_id=row.pk).order_by("-pgh_id").iterator(chunk_size=20):
        if opened.shows(event.pgh_transaction):
            return type(row)(**{column: getattr(event, column) for column in columns})
    return None


def version_of(record: Any) -> int:
    """Return the version of a record as a whole; a row that has none counts with the record it belongs to."""
    if isinstance(record, Record):
        return record.version
    if holder := _holder(record):
        return int(getattr(record, holder).version)
    raise TypeError(f"{record!r} has no version")


def _holder(record: Any) -> str:
    """Name the key by which a part of a record names it; "" of what is no part of one."""
    kind = kind_of_model(type(record))
    return kind.holder if kind else ""


def lock(record: Any) -> None:
    """Hold the row whose version counts until the end of the transaction."""
    if holder := _holder(record):
        whole = getattr(record, holder)
        whole.version = type(whole)._base_manager.select_for_update().only("version").get(pk=whole.pk).version


def merged_problem(record: Any) -> str:
    """Say that a record was merged into another and changes no more; "" if it was not."""
    into = getattr(record, "merged_into", None)
    return gettext("This record was merged into “%(into)s”. Make the change there.") % {"into": into} if into else ""


def conflict_of(record: Any, request: HttpRequest) -> Conflict | None:
    """Compare the version in the form with the locked record's; None if it is the same, or if the changes were seen."""
    version = version_of(record)
    if str(version) in (request.POST.get(VERSION), request.POST.get(SEEN)):
        return None
    opened = Snapshot.read(request.POST.get(SNAPSHOT, ""))
    new = tuple(change for change in changes_of(record) if not opened.shows(change.transaction))
    return Conflict(version, new)
