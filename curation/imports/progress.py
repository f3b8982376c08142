"""The progress page of a task, its request every second, and the page it opens when the task has ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from imports.tasks.launch import notice_the_dead
from registry.models import ImportTask
from registry.vocabularies import TaskKind, TaskState


def task_address(task: ImportTask) -> str:
    """Return the address at which a task is waited for."""
    return reverse("admin:registry_importrun_task", args=[task.pk])


def wait(request: HttpRequest, task: ImportTask, context: dict[str, Any]) -> HttpResponse:
    """Show how far a task has come; lead on when it has ended."""
    if _ended(task):
        return HttpResponseRedirect(_leads_to(task))
    context |= {"title": task.get_kind_display(), "task": task, "now": _now(task)}
    return TemplateResponse(request, "curation/imports/task.html", context)


def tell(task: ImportTask) -> JsonResponse:
    """Describe how far a task has come, and where to go when it has ended."""
    return JsonResponse({"ended": _ended(task), "goes": _leads_to(task), **_now(task)})


def _ended(task: ImportTask) -> bool:
    if task.state == TaskState.RUNNING:
        notice_the_dead()
        # Its process may have ended since the row was read, and where it leads was written with how it ended.
        task.refresh_from_db(fields=["state", "message", "run"])
    return task.state != TaskState.RUNNING


def _now(task: ImportTask) -> dict[str, Any]:
    """Return the step, its share in per cent (null where nobody can tell), and the seconds since the start."""
    share = min(100, round(100 * task.done / task.total)) if task.total else None
    return {
        "step": gettext(task.step or "starting"),
        "share": share,
        "seconds": max(0, round((timezone.now() - task.started_at).total_seconds())),
    }


def _leads_to(task: ImportTask) -> str:
    run, upload = task.run_id, task.upload_id
    if task.kind == TaskKind.DISCARD and task.state == TaskState.DONE:
        return f"{reverse('admin:registry_importrun_changelist')}"
    if run and not (task.kind == TaskKind.CHECK and task.state == TaskState.FAILED):
        return reverse("admin:registry_importrun_change", args=[run])
    if upload:
        return reverse("admin:registry_importrun_look", args=[upload])
    return reverse("admin:registry_importrun_changelist")
