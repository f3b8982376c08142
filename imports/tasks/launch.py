"""Starts the process of a task, with a maximum number at once, and detects one that was killed."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from imports.errors import ImportRefused
from imports.tasks.worker import fail_runs_of
from registry.models import ImportRun, ImportTask, ImportUpload
from registry.vocabularies import TaskKind, TaskState

_ROOT = Path(__file__).resolve().parents[2]
#: How many tasks of the kinds that only read run at once, for all people together; of those that write there is one.
MOST_AT_ONCE = {TaskKind.LOOK: 3, TaskKind.CHECK: 2}
#: A process without a heartbeat for so long counts as dead.
_SILENCE = timedelta(seconds=30)
_LOCK = 7_203_115


def task_start(
    *, kind: TaskKind, user: Any, upload: ImportUpload | None = None, run: ImportRun | None = None, reason: str = ""
) -> ImportTask:
    """Start a task in a process of its own; raises ImportRefused where one is at work already."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        notice_the_dead()
        _see_room(kind)
        task = ImportTask.objects.create(
            kind=kind, user=user, upload=upload, run=run, reason=reason, step="starting", seen_at=timezone.now()
        )
        # The process reads its row: it begins when the row is there.
        transaction.on_commit(lambda: _spawn(task))
    return task


def at_work() -> ImportTask | None:
    """Return the task that writes just now."""
    running = ImportTask.objects.filter(state=TaskState.RUNNING).exclude(kind__in=MOST_AT_ONCE)
    return running.select_related("upload", "run", "user").defer("run__report").first()


def _see_room(kind: TaskKind) -> None:
    if most := MOST_AT_ONCE.get(kind):
        if ImportTask.objects.filter(state=TaskState.RUNNING, kind=kind).count() >= most:
            raise ImportRefused(
                gettext("%(label)s: %(most)s files at once is the maximum; try again in a moment.")
                % {"label": kind.label, "most": most}
            )
    elif busy := at_work():
        name = busy.run.file_name if busy.run else busy.upload.file_name if busy.upload else gettext("another import")
        by = gettext(" (started by %(user)s)") % {"user": busy.user} if busy.user else ""
        raise ImportRefused(
            gettext(
                "%(kind)s “%(name)s”%(by)s is still running, and only one import can be written "
                "at a time; try again when it has finished."
            )
            % {"kind": busy.get_kind_display(), "name": name, "by": by}
        )


def notice_the_dead() -> None:
    """Mark tasks without a heartbeat for long, and their runs, as failed."""
    for task in ImportTask.objects.filter(state=TaskState.RUNNING, seen_at__lt=timezone.now() - _SILENCE):
        _bury(task, gettext("The process ended unexpectedly."))


def _bury(task: ImportTask, why: str) -> None:
    message = " ".join((why, gettext("It was rolled back completely. Try again.")))
    still = ImportTask.objects.filter(pk=task.pk, state=TaskState.RUNNING)
    if still.update(state=TaskState.FAILED, message=message, ended_at=timezone.now()):
        fail_runs_of(task, message)


def _spawn(task: ImportTask) -> None:
    order = {
        "task": task.pk,
        "kind": str(task.kind),
        "database": connection.settings_dict["NAME"],
        "folder": str(settings.IMPORT_FOLDER),
        # What it tells, it tells to who has started it.
        "language": translation.get_language() or settings.LANGUAGE_CODE,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "imports.tasks"],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        # A worker that is replaced takes nothing with it.
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.close()
    except BrokenPipeError:
        # It has ended already; how is reported below.
        pass
    threading.Thread(target=_wait, args=(process, task), daemon=True).start()


def _wait(process: "subprocess.Popen[bytes]", task: ImportTask) -> None:
    """See how a process ends: one that is killed writes nothing itself."""
    status = process.wait()
    try:
        if status:
            _bury(task, gettext("The process was killed (status %(status)s).") % {"status": status})
    finally:
        connection.close()
