"""Rows of a checked file, written for a look and rolled back: their records as readers will see them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DatabaseError, connection, models
from django.utils.translation import gettext

from imports.errors import ImportRefused
from imports.plan.steps import AFTER, Work
from imports.progress import silent
from imports.report.shown import Fact, facts_shown, representation
from imports.write.whole import write_whole
from registry.models import ImportProblem, ImportRow, ImportRun
from registry.sql import sql
from registry.trial import trial
from registry.vocabularies import ImportState, RecordStatus

#: Records that a check shows.
SHOWN = 3
#: A look waits for nobody who writes.
_WAIT = "1s"
#: How often rows are added that the others refer to.
_ROUNDS = 3


@dataclass(frozen=True)
class TriedRecord:
    """A record that a row makes or changes, within a trial."""

    row: int
    line: int
    outcome: str
    record: Any


@dataclass(frozen=True)
class ShownRecord:
    """A record of a check, as readers will see it: what it will hold, by field."""

    row: int
    line: int
    outcome: str
    title: str
    facts: tuple[Fact, ...]


def keep_shown(work: Work) -> None:
    """Keep on a run that was planned what some of its records will look like, new and changed ones by turns."""
    chosen = work.ask(
        """
        SELECT row_id FROM import_effect WHERE outcome IN ('new', 'changed')
        ORDER BY row_number() OVER (PARTITION BY outcome ORDER BY line), outcome DESC LIMIT {most}
        """,
        most=SHOWN,
    )
    try:
        with tried(work.run, [row for (row,) in chosen]) as found:
            work.run.shown = [asdict(_shown(one)) for one in found]
    except (ImportRefused, DatabaseError):
        # Somebody writes at the moment; what was checked is right without it.
        work.run.notes = [*work.run.notes, gettext("There is no preview of records: the registry is being changed.")]


def _shown(found: TriedRecord) -> ShownRecord:
    return ShownRecord(found.row, found.line, found.outcome, str(found.record), facts_shown(representation(found.record)))


@contextmanager
def tried(run: ImportRun, rows: Sequence[int], user: Any = None) -> Iterator[list[TriedRecord]]:
    """Write rows of a checked run, with those that they refer to, and roll all back in the end; gives their records.

    Raises ImportRefused or DatabaseError, and then nothing was written either.
    """
    with trial(user), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_WAIT}'")
        wanted = list(ImportRow.objects.filter(run=run, pk__in=rows).order_by("line", "pk").only("line", "scheme", "value"))
        lines = {row.line for row in wanted}
        earlier = [
            _written(before, ImportRow.objects.filter(run=before, line__in=lines), [])
            for before in ImportRun.objects.filter(pk__in=run.options.get(AFTER) or []).order_by("pk")
        ]
        work = _written(run, ImportRow.objects.filter(pk__in=[row.pk for row in wanted]), earlier)
        yield list(_tried(work, wanted))


def _tried(work: Work, wanted: list[ImportRow]) -> Iterator[TriedRecord]:
    written = {
        (scheme, value): (outcome, key)
        for scheme, value, outcome, key in work.ask("""
            SELECT r.scheme, r.value, e.outcome, e.record_id FROM import_effect e JOIN registry_importrow r ON r.id = e.row_id
            WHERE e.outcome IN ('new', 'changed')
        """)
    }
    for row in wanted:
        if found := written.get((row.scheme, row.value)):
            outcome, key = found
            yield TriedRecord(row.pk, row.line, outcome, work.table.model._base_manager.get(pk=key))


def _written(run: ImportRun, rows: "models.QuerySet[ImportRow]", earlier: list[Work]) -> Work:
    """Write rows of a run as a run of their own; rows of the file that they refer to are written with them."""
    keys = set(rows.values_list("pk", flat=True))
    for _ in range(_ROUNDS):
        copied = _copy(run, keys, [before.run.pk for before in earlier])
        work = write_whole(copied, None, silent)
        referred = _referred(run, copied) - keys
        if not referred:
            break
        keys |= referred
    ImportRun.objects.filter(pk=copied.pk).update(state=ImportState.LOADED)
    return work


def _copy(run: ImportRun, rows: set[int], earlier: list[int]) -> ImportRun:
    copied = ImportRun.objects.get(pk=run.pk)
    copied.pk, copied.source, copied.options = None, run.source, {**run.options, AFTER: earlier}
    # Readers see no draft: it is shown as it will be once it is published.
    copied.record_status = RecordStatus.PUBLISHED
    copied._state.adding = True
    copied.save()
    statement = sql(
        "INSERT INTO registry_importrow (run_id, line, scheme, value, digest, is_sound, raw, mapped, problems)"
        " SELECT {copied}, line, scheme, value, digest, is_sound, raw, mapped, problems FROM registry_importrow"
        " WHERE id = ANY ({rows}) ORDER BY line, id",
        copied=copied.pk,
        rows=sorted(rows),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
    return copied


def _referred(run: ImportRun, copied: ImportRun) -> set[int]:
    """Find the rows of the file that rows of the copy refer to and that are not in it."""
    missing = ImportProblem.objects.filter(run=copied, rule="reference-unknown").values_list("value", flat=True)
    if not (texts := list(missing)):
        return set()
    same = models.Q(value__in=texts) | models.Q(mapped__name__in=texts)
    return set(ImportRow.objects.filter(same, run=run, is_sound=True).values_list("pk", flat=True)[:10])
