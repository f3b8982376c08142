"""The flows of a proposal: made, changed, published as a whole or in part, returned, declined, taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from curation.attempt import Attempt
from curation.guard import merged_problem, version_of
from curation.labels import label
from curation.proposals.content import Content
from curation.proposals.replay import held as locked
from curation.proposals.replay import opened, replay
from registry.curation import CurationError, reason_problem
from registry.kinds import kind_named, kind_of_model
from registry.models import ImportProblem, ImportRun, Proposal, ProposalEntry, Report
from registry.models.proposals import WAITING
from registry.review import has_four_eyes, is_public, may_decide, may_decline
from registry.vocabularies import ProposalAct, ProposalOrigin, ProposalState, ReportState

LONGEST_COMMENT = 4_000
#: What the sender of a report reads if the curator writes nothing else.
_CORRECTED = "The record was corrected."


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why something is proposed, and what led to it."""

    reason: str
    evidence: str = ""
    origin: ProposalOrigin = ProposalOrigin.EDITOR
    report: Report | None = None
    run: ImportRun | None = None
    problem: ImportProblem | None = None


def model_of(proposal: Proposal) -> type[models.Model]:
    """Return the model of what a proposal changes."""
    return kind_named(proposal.kind).model


def record_of(proposal: Proposal) -> Any:
    """Return what a proposal changes; None if it is gone."""
    return model_of(proposal)._base_manager.filter(pk=proposal.record_id).first()


@transaction.atomic
def proposal_make(*, record: Any, user: Any, content: Content, grounds: Grounds) -> Proposal:
    """Keep a change for review; raises CurationError."""
    kind = kind_of_model(type(record))
    assert kind is not None
    _check_reason(grounds.reason)
    if not content:
        raise CurationError(gettext("Nothing was changed, so there is nothing to propose."))
    made = Proposal.objects.create(
        kind=kind.name,
        record_id=record.pk,
        label=label(record)[:200],
        base_version=version_of(record),
        content=content.as_json(),
        reason=grounds.reason.strip(),
        evidence=grounds.evidence.strip(),
        origin=grounds.origin,
        report=grounds.report,
        run=grounds.run,
        problem=grounds.problem,
        author=user,
    )
    _note(made, ProposalAct.PROPOSED, user, made.reason)
    if grounds.report:
        _follow(grounds.report, user)
    return made


@transaction.atomic
def proposal_change(*, proposal: Proposal, record: Any, user: Any, content: Content, grounds: Grounds) -> Proposal:
    """Replace what a proposal changes; it waits for review again. Raises CurationError."""
    held = _held(proposal)
    if held.author_id != user.pk:
        raise CurationError(gettext("Only its author changes a proposal; make one of your own."))
    _check_reason(grounds.reason)
    if not content:
        raise CurationError(gettext("Nothing is changed any more. Take the proposal back instead."))
    held.content, held.reason, held.evidence = content.as_json(), grounds.reason.strip(), grounds.evidence.strip()
    held.base_version = version_of(record)
    _move(held, ProposalState.OPEN, None)
    _note(held, ProposalAct.CHANGED, user, held.reason)
    return held


def proposal_publish(
    *, proposal: Proposal, page: Any, request: HttpRequest, keys: Collection[str], version: str, comment: str = ""
) -> Proposal:
    """Publish some or all changes of a proposal through the record's own form; raises CurationError.

    `version` is that of the record which the person has seen beside the proposal.
    """
    user, comment = request.user, _comment(comment)
    note = {"user": user.pk, "proposal": proposal.pk, "author": proposal.author_id, "reason": proposal.reason}
    with transaction.atomic(), pghistory.context(**note) as context:
        # The record first, as saving its form does: in the other order the two would wait for each other.
        record = locked(page, proposal.record_id)
        held = _held(proposal)
        if record is None:
            raise CurationError(gettext("The record no longer exists; it has been deleted."))
        if problem := merged_problem(record):
            raise CurationError(problem)
        if not may_decide(user, held, record):
            raise CurationError(_may_not(held, user, record))
        if str(version_of(record)) != version:
            raise CurationError(
                gettext("The record was changed while you were reviewing. Compare again; nothing was published.")
            )
        content = Content.read(held.content)
        chosen, rest = content.only(keys), content.without(keys)
        if not chosen:
            raise CurationError(gettext("Select at least one change to publish."))
        now = opened(page, request, record)
        if not all(now.has(item) for item in chosen):
            raise CurationError(
                gettext("A field or row that the selected changes name is no longer there; nothing was published.")
            )
        replay(page, request, record, chosen)
        held.content = rest.as_json()
        if rest:
            _move(held, ProposalState.OPEN, None)
        else:
            _move(held, ProposalState.PUBLISHED, user)
            if held.report:
                _answer(held.report, ReportState.DONE, user, _CORRECTED)
        act = ProposalAct.PUBLISHED_PART if rest else ProposalAct.PUBLISHED
        _note(held, act, user, comment, chosen)
        for key in ("proposal", "author"):
            context.metadata.pop(key, None)
    return held


@transaction.atomic
def proposal_return(*, proposal: Proposal, user: Any, comment: str) -> None:
    """Send a proposal back to its author; raises CurationError."""
    _decide(proposal, user, ProposalState.RETURNED, ProposalAct.RETURNED, comment)


@transaction.atomic
def proposal_decline(*, proposal: Proposal, user: Any, comment: str) -> None:
    """Decline a proposal for good; raises CurationError."""
    held = _decide(proposal, user, ProposalState.DECLINED, ProposalAct.DECLINED, comment)
    if held.report:
        _follow(held.report, user)


@transaction.atomic
def proposal_take_back(*, proposal: Proposal, user: Any, comment: str = "") -> None:
    """Take back what one has proposed; raises CurationError."""
    held = _held(proposal)
    if held.author_id != user.pk:
        raise CurationError(gettext("Only its author takes a proposal back."))
    _move(held, ProposalState.TAKEN_BACK, None)
    _note(held, ProposalAct.TAKEN_BACK, user, _comment(comment))
    if held.report:
        _follow(held.report, user)


def settle(user: Any, attempt: Attempt, saved: Content) -> None:
    """Note that a report was answered, or a proposal published, by a change that somebody saved directly, as it was saved."""
    if attempt.proposal:
        held = _held(attempt.proposal)
        held.content = []
        _move(held, ProposalState.PUBLISHED, user)
        _note(held, ProposalAct.PUBLISHED, user, attempt.reason, saved)
        if held.report:
            _answer(held.report, ReportState.DONE, user, _CORRECTED)
    if attempt.report and attempt.report.state != ReportState.DONE:
        _answer(attempt.report, ReportState.DONE, user, _CORRECTED)


def _decide(proposal: Proposal, user: Any, state: ProposalState, act: ProposalAct, comment: str) -> Proposal:
    held = _held(proposal)
    record = record_of(held)
    # Declining changes nothing, so that it needs no second person.
    may = may_decline if act is ProposalAct.DECLINED else may_decide
    if not may(user, held, record):
        raise CurationError(_may_not(held, user, record))
    if not comment.strip():
        raise CurationError(gettext("State why, so that the author knows what to do."))
    _move(held, state, user)
    _note(held, act, user, _comment(comment))
    return held


def _may_not(proposal: Proposal, user: Any, record: Any) -> str:
    if record is not None and is_public(record) and has_four_eyes(record) and proposal.author_id == user.pk:
        return gettext("This is your own change: somebody else decides about it.")
    return gettext("You may not decide about this proposal; ask a reviewer.")


def _held(proposal: Proposal) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).select_related("report").get(pk=proposal.pk)
    if not held.waits:
        raise CurationError(gettext("This proposal is %(state)s already.") % {"state": held.get_state_display().lower()})
    return held


def _move(proposal: Proposal, state: ProposalState, by: Any) -> None:
    proposal.state, proposal.decided_by, proposal.changed_at = state, by, Now()
    proposal.save()
    proposal.refresh_from_db(fields=["changed_at"])


def _note(proposal: Proposal, act: ProposalAct, user: Any, comment: str, content: Content | None = None) -> None:
    kept = content.as_json() if content else None
    ProposalEntry.objects.create(proposal=proposal, act=act, by=user, comment=comment, content=kept)


def _follow(report: Report, user: Any) -> None:
    """Accept a report while a proposal that answers it waits; what was corrected or rejected stays so."""
    if report.proposals.filter(WAITING).exists():  # type: ignore[attr-defined]
        if report.state != ReportState.DONE:
            _answer(report, ReportState.ACCEPTED, user, "")
    elif report.state == ReportState.ACCEPTED:
        _answer(report, ReportState.WAITING, user, "")


def _answer(report: Report, state: ReportState, user: Any, answer: str) -> None:
    """Bring the public status of a report into step; what a curator has written stays."""
    report.state = state
    if state != ReportState.WAITING:
        report.answer = report.answer or answer
        report.answered_at, report.answered_by = timezone.now(), user
    report.save()


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise CurationError(gettext("State the reason of the change."))
    if problem := reason_problem(reason):
        raise CurationError(problem)


def _comment(comment: str) -> str:
    if len(comment) > LONGEST_COMMENT or "\x00" in comment:
        raise CurationError(
            gettext("Keep the comment below %(longest_comment)s characters, none of them a null character.")
            % {"longest_comment": f"{LONGEST_COMMENT:,}"}
        )
    return comment.strip()
