"""The work of the process: inspect, check, load, undo or discard a file, and record the result."""

import logging

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from imports.errors import ImportRefused
from imports.failures import explained
from imports.flows import import_confirm, import_stage, import_undo
from imports.parts import import_parts
from imports.refusal import FileRefused
from imports.tasks.heartbeat import Telling
from imports.tasks.inspection import how, look, open_upload
from imports.tasks.storage import forget, path_of
from registry.models import ImportOutcome, ImportProblem, ImportRow, ImportRun, ImportTask, ImportUpload
from registry.vocabularies import ImportState, TaskKind, TaskState

log = logging.getLogger(__name__)
_UNFORESEEN = gettext_noop("It failed unexpectedly; the log of the service contains the reason. Nothing was written.")


def work(number: int) -> None:
    """Do one task from its beginning to its end."""
    task = ImportTask.objects.select_related("upload", "run", "user").get(pk=number)
    with Telling(task) as telling:
        try:
            with explained():
                message = _STEPS[TaskKind(task.kind)](task, telling)
        except (FileRefused, ImportRefused) as error:
            return _end(task, TaskState.FAILED, str(error))
        except FileNotFoundError:
            return _end(task, TaskState.FAILED, gettext("The file has been deleted; upload it again."))
        except Exception:
            log.exception("import task %s failed", number)
            _end(task, TaskState.FAILED, gettext(_UNFORESEEN))
            raise
    return _end(task, TaskState.DONE, message)


def _end(task: ImportTask, state: TaskState, message: str) -> None:
    task.state, task.message, task.ended_at = state, message, timezone.now()
    task.save(update_fields=["state", "message", "ended_at", "run", "left_alone"])
    if state == TaskState.FAILED:
        fail_runs_of(task, message)


def fail_runs_of(task: ImportTask, message: str) -> None:
    """Record on a run that was being read by this task that it failed; what it had read went with its transaction."""
    if task.kind == TaskKind.CHECK and task.upload:
        begun = ImportRun.objects.filter(
            state=ImportState.READING, actor=_actor(task), file_sha256=task.upload.file_sha256, created_at__gte=task.started_at
        )
        begun.update(state=ImportState.FAILED, message=message)


def _actor(task: ImportTask) -> str:
    return f"admin, task {task.pk}"


def _look(task: ImportTask, telling: Telling) -> str:
    look(_upload(task))
    return ""


def _check(task: ImportTask, telling: Telling) -> str:
    upload = _upload(task)
    task.run, *_ = import_parts(
        import_stage,
        opened=open_upload(upload),
        path=path_of(upload),
        file_name=upload.file_name,
        user=task.user,
        actor=_actor(task),
        publish=upload.publish,
        options={**how(upload), **({"mapping": "written in the admin"} if upload.mapping else {})},
        progress=telling,
    )
    upload.run = task.run
    upload.save(update_fields=["run"])
    return ""


def _load(task: ImportTask, telling: Telling) -> str:
    import_confirm(run=_run(task), user=task.user, progress=telling)
    _forget_upload(_run(task))
    return ""


def _undo(task: ImportTask, telling: Telling) -> str:
    undone = import_undo(run=_run(task), user=task.user, reason=task.reason, progress=telling)
    task.left_alone = [list(one) for one in undone.left_alone]
    return f"{undone}."


def _discard(task: ImportTask, telling: Telling) -> str:
    """Remove a run that never wrote to a record, with all that was staged for it."""
    telling("discarding")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        run = ImportRun.objects.select_for_update().get(pk=_run(task).pk)
        if run.state not in (ImportState.CHECKED, ImportState.FAILED):
            raise ImportRefused(
                gettext("This import is %(state)s; only an import that was not loaded can be deleted.")
                % {"state": run.get_state_display().lower()}
            )
        _forget_upload(run)
        for model in (ImportOutcome, ImportProblem, ImportRow):
            model.objects.filter(run=run)._raw_delete(using="default")
        name = run.file_name
        task.run = None
        ImportTask.objects.filter(run=run).update(run=None)
        ImportUpload.objects.filter(run=run).update(run=None)
        run.delete()
    return f"The check of {name} was discarded."


def _forget_upload(run: ImportRun) -> None:
    for upload in ImportUpload.objects.filter(run=run):
        forget(upload)


def _upload(task: ImportTask) -> ImportUpload:
    if task.upload is None:
        raise FileNotFoundError
    return task.upload


def _run(task: ImportTask) -> ImportRun:
    if task.run is None:
        raise ImportRefused(gettext("This import no longer exists."))
    return task.run


_STEPS = {
    TaskKind.LOOK: _look,
    TaskKind.CHECK: _check,
    TaskKind.LOAD: _load,
    TaskKind.UNDO: _undo,
    TaskKind.DISCARD: _discard,
}
