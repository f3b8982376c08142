"""Turns a save of what is public into a proposal: it is tried with all its rules, rolled back, and kept for review."""

from typing import Any

import pghistory
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from curation.attempt import PROPOSAL, PROPOSE, Attempt, attempt_of
from curation.guard import SNAPSHOT, Snapshot
from curation.proposals.content import Content, content_of
from curation.proposals.flow import Grounds, model_of, proposal_change, proposal_make
from curation.proposals.replay import as_sent, filled_in
from registry.curation import CurationError
from registry.kinds import kind_of_model
from registry.models import Proposal
from registry.models.proposals import WAITING
from registry.refusals import Refusal
from registry.review import is_public, must_propose, whole_of
from registry.trial import TRIAL
from registry.vocabularies import ProposalOrigin


class Proposed(Exception):
    """A change that was tried and is to be kept for review; it rolls the trial back."""

    def __init__(self, record: Any, content: Content) -> None:
        """Keep what was changed."""
        super().__init__(str(record))
        self.record, self.content = record, content


class ProposesChanges(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page on which a change of what is public waits for a reviewer."""

    def decide_how_to_save(self, request: HttpRequest, record: Any) -> None:
        """Note on the attempt whether it makes a proposal; such a change is only tried."""
        attempt = attempt_of(request)
        attempt.must_propose = must_propose(request.user, record)
        attempt.proposes = attempt.must_propose or (PROPOSE in request.POST and is_public(record))
        if attempt.proposal and not self._is_of(attempt.proposal, record):
            attempt.proposal = None
        elif attempt.proposal and not attempt.proposal.waits and request.method == "POST":
            said = gettext("Proposal %(pk)s is %(state)s already. Nothing was saved:") % {
                "pk": attempt.proposal.pk,
                "state": attempt.proposal.get_state_display().lower(),
            }
            attempt.refusals.append(
                Refusal("proposal", gettext("%(said)s compare, and save again to make the change by itself.") % {"said": said})
            )
            attempt.proposal = None
        if attempt.report and attempt.report.record != whole_of(record).uid:
            attempt.report = None
        # A step is no trial: the rules apply to it.
        if attempt.proposes and attempt.step is None and request.method == "POST":
            pghistory.context(**{TRIAL: True})

    def proposed(self, request: HttpRequest, form: Any, formsets: Any) -> Content | None:
        """Return what is to be proposed of a form that was sent; None where it is saved. Raises CurationError."""
        attempt = attempt_of(request)
        if not attempt.proposes:
            return None
        content = content_of(form, formsets)
        if attempt.step is not None:
            if content:
                raise CurationError(
                    gettext("Propose the change first, and then %(label)s the record.") % {"label": attempt.step.label.lower()}
                )
            return None
        if content and not attempt.reason:
            raise CurationError(gettext("State the reason of the change: a reviewer decides by it."))
        return content

    def keep_proposal(self, request: HttpRequest, proposed: Proposed) -> HttpResponse:
        """Keep a change that was tried, and lead to it. Raises CurationError."""
        record = self.model._base_manager.get(pk=proposed.record.pk)
        attempt = attempt_of(request)
        if not proposed.content and not attempt.proposal:
            self.message_user(request, gettext("Nothing was changed, so there is nothing to propose."), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        proposal = self._keep(request, attempt, record, proposed.content)
        self.log_change(request, record, gettext("Proposed a change: %(reason)s") % {"reason": proposal.reason})
        text = gettext("Your change of “%(label)s” waits for a reviewer. Readers see the record as it was.") % {
            "label": proposal.label
        }
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:registry_proposal_change", args=[proposal.pk]))

    def _keep(self, request: HttpRequest, attempt: Attempt, record: Any, content: Content) -> Proposal:
        origin = ProposalOrigin.REPORT if attempt.report else ProposalOrigin.EDITOR
        grounds = Grounds(reason=attempt.reason, evidence=attempt.evidence, origin=origin, report=attempt.report)
        if attempt.proposal and attempt.proposal.author_id == request.user.pk:
            return proposal_change(
                proposal=attempt.proposal, record=record, user=request.user, content=content, grounds=grounds
            )
        return proposal_make(record=record, user=request.user, content=content, grounds=grounds)

    def review_context(self, record: Any) -> dict[str, Any]:
        """Return what the form says about review: whether the record, as it is kept, is public, and what waits for it."""
        kind = kind_of_model(self.model)
        waiting = Proposal.objects.filter(WAITING, kind=kind and kind.name, record_id=record.pk)
        return {"is_public": is_public(record), "waiting_proposals": list(waiting.select_related("author"))}

    def form_of_proposal(self, request: HttpRequest, object_id: str) -> HttpRequest | None:
        """Return the request that shows the form filled in with a proposal, if one is named and waits."""
        proposal = attempt_of(request).proposal
        record = self.get_object(request, object_id)
        if proposal is None or record is None or not proposal.waits or not self._is_of(proposal, record):
            return None
        if not self.has_change_permission(request, record):
            return None
        data = filled_in(self, request, record, Content.read(proposal.content))
        data[SNAPSHOT], data[PROPOSAL] = Snapshot.now().text, str(proposal.pk)
        made = as_sent(request, data)
        attempt = attempt_of(made)
        attempt.is_filled_in, attempt.reason, attempt.evidence = True, proposal.reason, proposal.evidence
        return made

    def _is_of(self, proposal: Proposal, record: Any) -> bool:
        return model_of(proposal) is self.model and proposal.record_id == record.pk
