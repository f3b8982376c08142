"""The page of a record's history."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse

from registry.admin.history.changes import changes_of

_CHANGES_PER_PAGE = 50


class HistoryPage(admin.ModelAdmin):
    """Shows the history that the database keeps, instead of the admin's own log."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Show who changed what, when and why, newest first."""
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = Paginator(changes_of(record), _CHANGES_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {record}",
            "record": record,
            "original": record,
            "object": record,
            "opts": self.opts,
            "page": page,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/registry/record_history.html", context)
