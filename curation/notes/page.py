"""Adds a note to a record, from its page."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from curation.notes.thread import note_add
from registry.curation import CurationError


class NotesPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the address to which a note is sent."""

    def get_urls(self) -> list[Any]:
        """Put it before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view(require_POST(self.note_view))
        return [path("<int:pk>/note/", view, name=f"registry_{self.opts.model_name}_note"), *super().get_urls()]

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the note, and return to the record."""
        record = self.get_object(request, str(pk)) if pk < 2**63 else None
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined, no-any-return]
        if not self.has_change_permission(request):
            raise PermissionDenied
        address = reverse(f"admin:registry_{self.opts.model_name}_change", args=[pk])
        try:
            text = request.POST.get("_note", "")
            note_add(record=record, user=request.user, text=text, address=request.build_absolute_uri(address))
        except CurationError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(f"{address}#notes")
