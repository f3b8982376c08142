"""Exports of what a list shows, by the writers of the public exports."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import EmptyResultSet, PermissionDenied
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext as _

from curation.unknown import UnknownFilters
from registry.curation import CurationError
from registry.files import provider
from registry.kinds import kind_of_model

FORMAT = "_format"


class ExportsLists(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the export to the list of a kind of record."""

    def get_urls(self) -> list[Any]:
        """Put the address before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=f"registry_{self.opts.model_name}_export"), *super().get_urls()]

    def export_formats(self) -> tuple[str, ...]:
        """Name the formats in which this kind comes."""
        kind = kind_of_model(self.model)
        return provider().formats(kind.name) if kind else ()

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Write all that the list of this address shows: of drafts, what the role lets the person see."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = request.GET.copy()
        wanted = query.pop(FORMAT, [""])[-1]
        query.pop(PAGE_VAR, None)
        listed = HttpResponseRedirect(
            f"{reverse(f'admin:registry_{self.opts.model_name}_changelist')}{'?' if query else ''}{query.urlencode()}"
        )
        if wanted not in self.export_formats():
            formats = ", ".join(self.export_formats())
            self.message_user(request, _("Choose one of these formats: %(formats)s.") % {"formats": formats}, messages.ERROR)
            return listed
        request.GET = query  # type: ignore[assignment]
        try:
            with transaction.atomic():
                shown = self.get_changelist_instance(request).get_queryset(request)
            kind = kind_of_model(self.model)
            assert kind is not None
            keys = shown.order_by().values("pk")
            rows = self.model._base_manager.filter(pk__in=keys)
            file = provider().file(kind.name, rows, wanted)
        except (UnknownFilters, IncorrectLookupParameters, DisallowedModelAdminLookup, DataError):
            return listed  # The list says what it does not know.
        except EmptyResultSet:
            self.message_user(request, _("The list is empty; there is nothing to export."), messages.WARNING)
            return listed
        except CurationError as error:
            self.message_user(request, str(error), messages.ERROR)
            return listed
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
        if file.size is not None:
            headers["Content-Length"] = str(file.size)
        return StreamingHttpResponse(file.content, content_type=file.media_type, headers=headers)
