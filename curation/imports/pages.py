"""Adds the pages of loading to those of imports: who may open which, and where each stands."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.utils.translation import gettext

from curation.imports.confirm import about, decide, may_let_go
from curation.imports.preview import see
from curation.imports.progress import tell, wait
from curation.imports.receive import may_load, may_stage, their_own
from curation.imports.shown import shown_page
from curation.imports.upload import bring
from registry.models import ImportRun, ImportTask, ImportUpload
from registry.vocabularies import TaskKind


class LoadPages(admin.ModelAdmin):
    """Bring, see, wait, decide."""

    def get_urls(self) -> list[Any]:
        """Put them before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view
        return [
            path("load/", view(self.bring_view), name="registry_importrun_load"),
            path("load/<int:pk>/", view(self.see_view), name="registry_importrun_look"),
            path("task/<int:pk>/", view(self.wait_view), name="registry_importrun_task"),
            path("task/<int:pk>/state.json", view(self.tell_view), name="registry_importrun_state"),
            path("<int:pk>/page/", view(self.shown_view), name="registry_importrun_shown"),
            path("<int:pk>/confirm/", view(self.decide_view), {"kind": TaskKind.LOAD}, name="registry_importrun_confirm"),
            path("<int:pk>/discard/", view(self.decide_view), {"kind": TaskKind.DISCARD}, name="registry_importrun_discard"),
            path("<int:pk>/undo/", view(self.decide_view), {"kind": TaskKind.UNDO}, name="registry_importrun_undo"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Offer to load a file."""
        return super().changelist_view(
            request, {"title": gettext("Imports"), "may_stage": may_stage(request.user), **(extra_context or {})}
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show the report, and what can be decided, above the fields."""
        run = self.get_object(request, object_id)  # type: ignore[arg-type]
        context = about(run, request.user) if run and self.has_view_permission(request) else {}
        return super().change_view(
            request, object_id, form_url, {**context, "title": str(run), "subtitle": None} | (extra_context or {})
        )

    def bring_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file."""
        self._see_rights(request)
        return bring(request, self._context(request))

    def see_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a file before it is checked."""
        self._see_rights(request)
        upload = self._found(request, ImportUpload.objects.all(), pk)
        return see(request, upload, self._context(request))

    def wait_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how far a task has come."""
        return wait(request, self._task(request, pk), self._context(request))

    def tell_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Describe how far a task has come."""
        return tell(self._task(request, pk))

    def shown_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the public page that the record of a row will have."""
        self._see_rights(request)
        return shown_page(request, self._found(request, ImportRun.objects.defer("report"), pk))

    def decide_view(self, request: HttpRequest, pk: int, kind: TaskKind) -> HttpResponse:
        """Load, discard or take back."""
        self._see_rights(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = self._found(request, ImportRun.objects.defer("report"), pk)
        if not (may_let_go(run, request.user) if kind == TaskKind.DISCARD else may_load(request.user)):
            raise PermissionDenied
        return decide(request, run, kind, self.log_change)

    def _task(self, request: HttpRequest, pk: int) -> ImportTask:
        self._see_rights(request)
        rows = ImportTask.objects.select_related("upload", "run").defer("run__report", "upload__preview")
        task: ImportTask = self._found(request, rows, pk, "user", "run__user", "upload__user")
        return task

    def _see_rights(self, request: HttpRequest) -> None:
        if not may_stage(request.user):
            raise PermissionDenied

    def _found(self, request: HttpRequest, rows: Any, pk: int, *owners: str) -> Any:
        """Return a row that this person may see; that of another is not there."""
        row = their_own(rows, request.user, *owners).filter(pk=pk).first() if pk < 2**63 else None
        if row is None:
            raise Http404(gettext("There is no such import."))
        return row

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
