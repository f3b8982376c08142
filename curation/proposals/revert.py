"""Undoing a change, or returning a record to a version, from its history: a proposal that a reviewer publishes."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from curation.history.changes import changes_of
from curation.proposals.earlier import after, return_to, undo_of
from curation.proposals.flow import Grounds, proposal_make
from registry.curation import CurationError
from registry.models import Proposal
from registry.review import is_public
from registry.vocabularies import ProposalOrigin, RecordStatus


class RevertPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the address to which the forms of the history page are sent."""

    def get_urls(self) -> list[Any]:
        """Put it before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view(require_POST(self.revert_view))
        return [path("<int:pk>/revert/", view, name=f"registry_{self.opts.model_name}_revert"), *super().get_urls()]

    def revert_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Propose what undoes a change, or what returns the record to a version, and lead to the proposal."""
        record = self.get_object(request, str(pk)) if pk < 2**63 else None
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined, no-any-return]
        if not self.has_change_permission(request, record) or getattr(record, "record_status", "") == RecordStatus.MERGED:
            raise PermissionDenied
        try:
            proposal = self._propose(request, record)
        except CurationError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:registry_{self.opts.model_name}_history", args=[pk]))
        said = (
            gettext("This is what it changes. It is public when you or a reviewer publish it.")
            if is_public(record)
            else gettext("This is what it changes. It is written when you or a reviewer publish it.")
        )
        self.message_user(request, said, messages.INFO)
        return HttpResponseRedirect(reverse("admin:registry_proposal_change", args=[proposal.pk]))

    def _propose(self, request: HttpRequest, record: Any) -> Proposal:
        """Make the proposal; raises CurationError."""
        number = request.POST.get("_transaction", "")
        change = next((one for one in changes_of(record) if str(one.transaction) == number), None)
        if change is None:
            raise CurationError(gettext("This record has no such change."))
        if "_undo" in request.POST:
            if any(row.model is self.model and row.done == "added" for row in change.rows):
                raise CurationError(gettext("This change made the record. Withdraw it, or delete it if it was never public."))
            content = undo_of(self, request, record, change)
        else:
            content = return_to(self, request, record, after(change.transaction))
        if not content:
            raise CurationError(gettext("The record has these values already, so there is nothing to return to."))
        grounds = Grounds(reason=request.POST.get("_reason", ""), origin=ProposalOrigin.REVERT)
        return proposal_make(record=record, user=request.user, content=content, grounds=grounds)
