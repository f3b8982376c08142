"""The page of a record's history."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from curation.history.changes import changes_of
from curation.labels import label
from curation.light import light
from registry.models.base import Record

_CHANGES_PER_PAGE = 50
_MOST_MERGED = 50


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
            "title": gettext("History of %(record)s") % {"record": record},
            "record": record,
            "original": record,
            "object": record,
            "opts": self.opts,
            "page": page,
            "revert": reverse(f"{self.admin_site.name}:registry_{self.opts.model_name}_revert", args=[record.pk])
            if self.has_change_permission(request, record)
            else "",
            "others": _merged_with(record, self.admin_site),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/registry/record_history.html", context)


def _merged_with(record: Any, site: Any) -> list[tuple[str, str, str]]:
    """Lead to the histories of the records that were merged with this one: how, name, address."""
    if not isinstance(record, Record):
        return []
    related: Any = type(record)._base_manager
    found = [
        (gettext("Took in"), other) for other in light(related.filter(merged_into=record.pk)).order_by("pk")[:_MOST_MERGED]
    ]
    if record.merged_into_id:  # type: ignore[attr-defined]
        found.append((gettext("Merged into"), light(related.filter(pk=record.merged_into_id)).get()))  # type: ignore[attr-defined]
    name = f"{site.name}:registry_{record._meta.model_name}_history"
    return [(how, f"{label(other)} ({other.slug})", reverse(name, args=[other.pk])) for how, other in found]
