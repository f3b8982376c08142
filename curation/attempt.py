"""One attempt to save a record: what the form asked for beside its fields, and what was against it."""

from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext

from curation.guard import Conflict, Snapshot
from registry.curation import STEPS, WorkflowStep, reason_problem
from registry.models import Proposal, Report
from registry.models.proposals import LONGEST_EVIDENCE
from registry.refusals import Refusal

REASON, STEP, EVIDENCE, PROPOSE, PROPOSAL, REPORT = "_reason", "_step", "_evidence", "_propose", "_proposal", "_report"
#: The attribute of a request that keeps its attempt.
ATTEMPT = "registry_attempt"


@dataclass
class Attempt:
    """Why the record is changed, which step is to follow, and what was refused; kept on the request."""

    reason: str = ""
    step: WorkflowStep | None = None
    evidence: str = ""
    conflict: Conflict | None = None
    refusals: list[Refusal] = field(default_factory=list)
    #: Where others have changed the record since: what the form showed, and what it shows now.
    opened: Snapshot | None = None
    shows: Snapshot | None = None
    #: Whether the change is kept for review instead of written, and whether this person has no choice.
    proposes: bool = False
    must_propose: bool = False
    #: The proposal that the form changes, and the report that it answers.
    proposal: Proposal | None = None
    report: Report | None = None
    #: Whether the form is only shown, filled in with a proposal.
    is_filled_in: bool = False

    @property
    def problems(self) -> tuple[Refusal, ...]:
        """Return everything that keeps the form from being saved."""
        found = list(self.refusals)
        if problem := reason_problem(self.reason):
            found.append(Refusal("reason", problem))
        if len(self.evidence) > LONGEST_EVIDENCE or "\x00" in self.evidence:
            text = gettext("Keep the evidence below %(longest_evidence)s characters, none of them a null character.") % {
                "longest_evidence": f"{LONGEST_EVIDENCE:,}"
            }
            found.append(Refusal("evidence", text))
        if self.conflict:
            found.append(Refusal("conflict", self.conflict.message))
        return tuple(found)


def attempt_of(request: HttpRequest) -> Attempt:
    """Return the attempt that a request makes."""
    found = getattr(request, ATTEMPT, None)
    if found is None:
        sent = request.POST if request.method == "POST" else request.GET
        found = Attempt(
            proposal=_one(Proposal, sent.get(PROPOSAL) or sent.get("proposal")),
            report=_one(Report, sent.get(REPORT) or sent.get("report")) if _may_see_reports(request) else None,
        )
        if request.method == "POST":
            found.reason, found.evidence = (request.POST.get(name, "").strip() for name in (REASON, EVIDENCE))
            found.step = STEPS.get(request.POST.get(STEP, ""))
        setattr(request, ATTEMPT, found)
    return cast(Attempt, found)


def _may_see_reports(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("registry.view_report"))


def _one(model: Any, key: str | None) -> Any:
    return model.objects.filter(pk=key).first() if key and key.isascii() and key.isdecimal() and len(key) < 19 else None
