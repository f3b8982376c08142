"""The preview of a file: its first rows, unchanged and mapped, its points, and its mapping for editing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from curation.imports.forms import MappingForm
from curation.imports.progress import task_address
from curation.imports.receive import may_load
from imports.errors import ImportRefused
from imports.source_file import GENERIC
from imports.tasks.launch import task_start
from imports.tasks.storage import path_of
from registry.models import ImportRun, ImportTask, ImportUpload
from registry.vocabularies import ImportState, TaskKind, TaskState


def see(request: HttpRequest, upload: ImportUpload, context: dict[str, Any]) -> HttpResponse:
    """Show a file; look again or check it when that was sent."""
    is_kept = path_of(upload).is_file()
    problem = ""
    form = MappingForm(request.POST or None, initial=_initial(upload))
    if request.method == "POST" and not is_kept:
        problem = gettext("The file has been deleted; upload it again.")
    elif request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_go_on(request, upload, form))
        except ImportRefused as error:
            problem = str(error)
    last = upload.tasks.order_by("-id").first()
    if last and last.state == TaskState.RUNNING and request.method == "GET":
        return HttpResponseRedirect(task_address(last))
    if not problem and last and last.state == TaskState.FAILED:
        problem = last.message
    preview = upload.preview if last and not (last.kind == TaskKind.LOOK and last.state == TaskState.FAILED) else None
    context |= {
        "title": upload.file_name,
        "upload": upload,
        "form": form,
        "problem": problem,
        "preview": preview,
        "is_generic": upload.kind == GENERIC,
        "is_kept": is_kept,
        "same": same_file(upload, request.user),
        "wrong": sum(1 for row in (preview or {}).get("rows", ()) if row["problems"]),
    }
    return TemplateResponse(request, "curation/imports/look.html", context)


def same_file(upload: ImportUpload, user: Any) -> list[tuple[ImportRun, bool]]:
    """Return the imports of the very same file that were loaded or wait to be, and whether this person may open each."""
    runs = ImportRun.objects.filter(
        file_sha256=upload.file_sha256, state__in=(ImportState.LOADED, ImportState.CHECKED, ImportState.READING)
    )
    return [(run, may_load(user) or run.user_id == user.pk) for run in runs.defer("report").select_related("user")[:5]]  # type: ignore[attr-defined]


def _initial(upload: ImportUpload) -> dict[str, Any]:
    names = ("kind", "mapping", "encoding", "srid", "layer")
    return {**{name: getattr(upload, name) for name in names}, "publish": "1" if upload.publish else "0"}


def _go_on(request: HttpRequest, upload: ImportUpload, form: MappingForm) -> str:
    """Keep what was stated and start what was asked for; gives where to wait."""
    running = ImportTask.objects.filter(
        state=TaskState.RUNNING, kind=TaskKind.CHECK, upload__file_sha256=upload.file_sha256
    ).first()
    if running:
        raise ImportRefused(gettext("This file is being checked at the moment; wait until the check is complete."))
    kind = TaskKind.CHECK if "_check" in request.POST else TaskKind.LOOK
    form.keep(upload)
    upload.save(update_fields=["kind", "mapping", "encoding", "srid", "layer", "publish"])
    if upload.kind == GENERIC and not upload.mapping.strip():
        # It is guessed again, and reviewed before it is used.
        kind = TaskKind.LOOK
    return task_address(task_start(kind=kind, user=request.user, upload=upload))
