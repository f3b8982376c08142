"""The flows of an import: stage (a dry run), confirm, load (both at once), undo."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pghistory
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from imports.errors import ImportRefused
from imports.failures import explained
from imports.plan.accepted import together
from imports.plan.effects import plan_accepted
from imports.plan.steps import AFTER, EDITS
from imports.progress import Progress, silent
from imports.refusal import FileRefused
from imports.report.page import report_page
from imports.report.verdict import none_goes_in, verdict
from imports.source_file import Opened
from imports.staged_rows import NO_COUNTRY, stage_rows
from imports.targets import TABLES
from imports.trial import keep_shown
from imports.write.undo import Undone, undo
from imports.write.whole import note_of, work_of, write_whole
from registry.coverage import restoring
from registry.limits import Limits, limits_of
from registry.models import ImportOutcome, ImportRow, ImportRun, Source
from registry.vocabularies import ImportState, RecordStatus, RowOutcome

#: One import writes at a time: two would compare with a registry that the other is about to change.
_LOCK = 7_203_114
#: Held with the number of a run while its process works on it, so that others can tell it from one that was interrupted.
_RUN_LOCK = 7_203_116
_INTERRUPTED = gettext_lazy("It was interrupted; nothing was written.")
_UNFORESEEN = gettext_lazy("It failed unexpectedly; the log has the reason. Nothing was written.")

_SETTINGS = (
    "statement_timeout = 0",
    "work_mem = '64MB'",
    # Triggers ask small queries for each row: a plan that is kept saves more than a plan made to measure.
    "plan_cache_mode = auto",
)


class Circumstances(TypedDict, total=False):
    """How a file came: its name there, who uploaded it, whether its records are published at once, how it is to be read."""

    file_name: str
    user: Any
    actor: str
    publish: bool
    options: dict[str, Any]


def import_stage(*, opened: Opened, path: Path, progress: Progress = silent, **given: Unpack[Circumstances]) -> ImportRun:
    """Read a file, check its rows and work out what they would do: a dry run. Raises FileRefused or ImportRefused."""
    run = _begin(opened, path, **given)
    with _failing(run), _at_work(run, writes=False):
        _read(run, opened, progress)
        work = work_of(run, progress)
        run.counts = plan_accepted(work, doubles=True)
        progress("writing a preview")
        keep_shown(work)
        _settle(run, ImportState.CHECKED, progress)
    return run


def import_confirm(*, run: ImportRun, user: Any = None, progress: Progress = silent) -> ImportRun:
    """Load what was staged: all of it, or nothing. Raises ImportRefused, also where none of its rows can be loaded."""
    if run.state != ImportState.CHECKED:
        raise ImportRefused(
            gettext("This import is %(state)s; only a checked import can be loaded.")
            % {"state": run.get_state_display().lower()}
        )
    if waits := ImportRun.objects.filter(pk__in=run.options.get(AFTER) or []).exclude(state=ImportState.LOADED).first():
        raise ImportRefused(
            gettext("Load import %(number)s first: the rows of this one refer to its records.") % {"number": waits.pk}
        )
    _check_limits(run, user)
    with _failing(run), _at_work(run):
        if ImportRun.objects.select_for_update().get(pk=run.pk).state != ImportState.CHECKED:
            raise ImportRefused(gettext("Another user is loading this import."))
        _write(run, user, progress)
        if none_goes_in(run.counts):
            raise ImportRefused(verdict(run.counts))
    return run


def import_load(*, opened: Opened, path: Path, progress: Progress = silent, **given: Unpack[Circumstances]) -> ImportRun:
    """Stage and load a file in one go; where none of its rows can go in, the run is kept as failed, with its report.

    Raises FileRefused or ImportRefused, and then nothing was written.
    """
    run = _begin(opened, path, **given)
    with _failing(run), _at_work(run):
        _read(run, opened, progress)
        _write(run, given.get("user"), progress)
    return run


def import_undo(*, run: ImportRun, user: Any = None, reason: str = "", progress: Progress = silent) -> Undone:
    """Take a loaded import back, but for records that somebody has touched since: those another time. Raises ImportRefused."""
    if not may_be_undone(run):
        raise ImportRefused(not_to_be_undone(run))
    _check_limits(run, user)
    note = {**note_of(run, user, reason or f"import {run.pk} undone"), "import_undo": run.pk}
    with explained(), _at_work(run), pghistory.context(**note):
        if not may_be_undone(ImportRun.objects.select_for_update().get(pk=run.pk)):
            raise ImportRefused(gettext("Another user is undoing this import."))
        with restoring():
            undone = undo(work_of(run, progress))
        run.state, run.undone_at, run.undone_by = ImportState.UNDONE, timezone.now(), user
        earlier = run.counts.get("undone", {})
        done = {what: number + earlier.get(what, 0) for what, number in undone.counts.items()}
        run.counts = {**run.counts, "undone": done | {"left": undone.left}}
        run.save(update_fields=["state", "undone_at", "undone_by", "counts"])
    return undone


def _check_limits(run: ImportRun, user: Any) -> None:
    """Refuse a person whose account is limited: to countries, for a file has rows of any, or to other kinds of record."""
    limits = limits_of(user) if user is not None else Limits()
    if limits.countries:
        raise ImportRefused(gettext("Your account is limited to some countries; imports are loaded and undone by others."))
    if run.target in TABLES and not limits.has_kind(TABLES[run.target].model):
        raise ImportRefused(gettext("Your account is limited to other kinds of record than those of this file."))


def may_be_undone(run: ImportRun) -> bool:
    """Return whether an import is loaded, or was undone and had to leave records, which an undo finds again."""
    if run.state == ImportState.UNDONE:
        written = (RowOutcome.NEW, RowOutcome.CHANGED)
        return ImportOutcome.objects.filter(run=run, outcome__in=written, taken_back=False).exists()
    return bool(run.state == ImportState.LOADED)


def not_to_be_undone(run: ImportRun) -> str:
    """Describe why an import cannot be undone."""
    return gettext("This import is %(state)s; only a loaded import can be undone, or the rest of one.") % {
        "state": run.get_state_display().lower()
    }


def file_sha256(path: Path) -> str:
    """Return the digest by which a file is known again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begin(opened: Opened, path: Path, **given: Unpack[Circumstances]) -> ImportRun:
    """Create the run with its lock held, which is let go when the work holds it: nobody finds it without one."""
    with transaction.atomic(), connection.cursor() as cursor:
        run = _create(opened, path, **given)
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", _lock_of(run.pk))
    return run


def _create(opened: Opened, path: Path, **given: Unpack[Circumstances]) -> ImportRun:
    card, options = asdict(opened.source), given.get("options") or {}
    return ImportRun.objects.create(
        kind=opened.kind,
        target=opened.target,
        record_status=RecordStatus.PUBLISHED if given.get("publish", True) else RecordStatus.DRAFT,
        file_name=(given.get("file_name") or path.name)[:300],
        file_sha256=file_sha256(path),
        file_bytes=path.stat().st_size,
        options={**options, **together(opened.accepted, options), **({EDITS: True} if opened.edits else {})},
        columns=list(opened.columns),
        source_card=card,
        source=Source.objects.filter(slug__iexact=card["slug"]).first(),
        user=given.get("user"),
        actor=given.get("actor", ""),
    )


def _read(run: ImportRun, opened: Opened, progress: Progress) -> None:
    progress("reading", 0, opened.total)
    run.notes = [*opened.notes, *stage_rows(run, opened, progress)]


def _write(run: ImportRun, user: Any, progress: Progress) -> None:
    """Plan with the registry as it is now, and write."""
    write_whole(run, user, progress)
    if none_goes_in(run.counts):
        state, run.message = ImportState.FAILED, verdict(run.counts)
    else:
        state, run.loaded_at, run.loaded_by = ImportState.LOADED, timezone.now(), user
    _settle(run, state, progress)


def _settle(run: ImportRun, state: ImportState, progress: Progress) -> None:
    progress("writing the report")
    run.state = state
    if run.counts.get("derived"):
        run.notes = [note for note in run.notes if note != NO_COUNTRY]
    run.report = report_page(work_of(run, progress))
    run.save()


@contextmanager
def _at_work(run: ImportRun, *, writes: bool = True) -> Iterator[None]:
    """Work in one transaction, without the time limit that requests have; of those that write there is one at a time."""
    _fail_interrupted(run)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in _SETTINGS))
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _lock_of(run.pk))
        if run.state == ImportState.READING:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _lock_of(run.pk))
        if writes:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                raise ImportRefused(gettext("Another import is running; try again when it has finished."))
        yield


def _lock_of(run: int) -> list[int]:
    return [_RUN_LOCK, run % 2**31]


def _fail_interrupted(run: ImportRun) -> None:
    """Record on runs that are being read that they failed, if nobody holds their lock: their process has ended."""
    reading = ImportRun.objects.filter(state=ImportState.READING).exclude(pk=run.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        for other in reading.values_list("pk", flat=True):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _lock_of(other))
            if cursor.fetchone()[0]:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _lock_of(other))
                _fail(other, str(_INTERRUPTED))


@contextmanager
def _failing(run: ImportRun) -> Iterator[None]:
    """Record on the run why it failed, whatever the reason; what it has read is dropped with its transaction."""
    try:
        with explained():
            yield
    except BaseException as error:
        expected = isinstance(error, FileRefused | ImportRefused)
        message = str(error if expected else _UNFORESEEN if isinstance(error, Exception) else _INTERRUPTED)
        # The database may be what failed.
        with suppress(DatabaseError):
            _fail(run.pk, message)
            ImportRow.objects.filter(run=run.pk, run__state=ImportState.FAILED).delete()
        raise


def _fail(run: int, message: str) -> None:
    ImportRun.objects.filter(pk=run, state=ImportState.READING).update(state=ImportState.FAILED, message=message)
