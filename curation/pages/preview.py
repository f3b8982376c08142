"""A record as readers would see it: its public page, made from a trial that is rolled back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext

from curation.proposals.content import Content
from curation.proposals.flow import model_of
from curation.proposals.replay import ReplayRefused, tried
from curation.public_page import public_page
from registry.models import Proposal


class PreviewPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the preview to the pages of a kind of record."""

    def get_urls(self) -> list[Any]:
        """Put it before Django's own, which take any text for a key."""
        name = f"registry_{self.opts.model_name}_preview"
        return [path("<int:pk>/preview/", self.admin_site.admin_view(self.preview_view), name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the public page with a proposal published, or of a draft as it is."""
        record = self.get_object(request, str(pk)) if pk < 2**63 else None
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined, no-any-return]
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        proposal = self._proposal(request, record)
        content = Content.read(proposal.content) if proposal else Content()
        try:
            with tried(self, request, pk, content) as changed:
                page = public_page(request, changed)
            if page.status_code == 200:
                return page
            said = gettext("There is no preview: as it is, readers would see no page of this record.")
            self.message_user(request, said, messages.WARNING)
        except ReplayRefused as error:
            self.message_user(
                request,
                gettext("There is no preview, because the change cannot be published: %(error)s") % {"error": error},
                messages.WARNING,
            )
        name, key = ("proposal", proposal.pk) if proposal else (self.opts.model_name, pk)
        return HttpResponseRedirect(reverse(f"admin:registry_{name}_change", args=[key]))

    def _proposal(self, request: HttpRequest, record: Any) -> Proposal | None:
        key = request.GET.get("proposal", "")
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        found = Proposal.objects.filter(pk=key, record_id=record.pk).first()
        return found if found and found.waits and model_of(found) is self.model else None
