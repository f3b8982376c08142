"""A record as readers would see it: its public page, made from a trial that is rolled back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, resolve, reverse
from django.utils.translation import gettext

from curation.proposals.content import Content
from curation.proposals.flow import model_of
from curation.proposals.replay import ReplayRefused, as_sent, tried
from registry.kinds import kind_of_model
from registry.models import Proposal
from registry.review import whole_of
from registry.vocabularies import RecordStatus


def public_address(record: Any) -> str:
    """Return the address of the public page of a record, or of the record that a part belongs to."""
    whole = whole_of(record)
    kind = kind_of_model(type(whole))
    assert kind is not None
    return reverse(f"pages:{kind.plural}-record", args=[whole.slug])


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
                return public_page(request, changed)
        except ReplayRefused as error:
            self.message_user(
                request,
                gettext("There is no preview, because the change cannot be published: %(error)s") % {"error": error},
                messages.WARNING,
            )
        back = reverse("admin:registry_proposal_change", args=[proposal.pk]) if proposal else f"{request.path}../change/"
        return HttpResponseRedirect(back)

    def _proposal(self, request: HttpRequest, record: Any) -> Proposal | None:
        key = request.GET.get("proposal", "")
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        found = Proposal.objects.filter(pk=key, record_id=record.pk).first()
        return found if found and found.waits and model_of(found) is self.model else None


def public_page(request: HttpRequest, record: Any) -> HttpResponse:
    """Make the public page of a record as if it were published; within a trial only."""
    whole = whole_of(record)
    rows = type(whole)._base_manager.filter(pk=whole.pk)
    rows.exclude(record_status=RecordStatus.PUBLISHED).update(record_status=RecordStatus.PUBLISHED)
    whole = rows.get()
    address = public_address(whole)
    view = resolve(address)
    made: Any = as_sent(request, None)
    made.path = made.path_info = address
    made.META = {**request.META, "QUERY_STRING": "", "PATH_INFO": address, "HTTP_ACCEPT": "text/html"}
    made.GET = QueryDict()
    made.preview_note = gettext("Preview: readers do not see this yet.")
    response: HttpResponse = view.func(made, *view.args, **view.kwargs)
    for name in ("ETag", "Registry-Position", "Vary"):
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
