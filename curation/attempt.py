"""One attempt to save a record: what the form asked for beside its fields, and what stood in its way."""

from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest

from curation.guard import Conflict, Snapshot
from registry.curation import LONGEST_REASON, STEPS, Step
from registry.refusals import Refusal

REASON, STEP = "_reason", "_step"


@dataclass
class Attempt:
    """Why the record is changed, which step is to follow, and what was refused; kept on the request."""

    reason: str = ""
    step: Step | None = None
    conflict: Conflict | None = None
    refusals: list[Refusal] = field(default_factory=list)
    #: Where others have changed the record since: what the form showed, and what it shows now.
    opened: Snapshot | None = None
    shows: Snapshot | None = None

    @property
    def problems(self) -> tuple[Refusal, ...]:
        """Return everything that keeps the form from being saved."""
        found = list(self.refusals)
        if len(self.reason) > LONGEST_REASON:
            found.append(Refusal("reason", f"Keep the reason below {LONGEST_REASON} characters."))
        if "\x00" in self.reason:
            found.append(Refusal("reason", "The reason must not contain a null character."))
        if self.conflict:
            found.append(Refusal("conflict", self.conflict.message))
        return tuple(found)


def attempt_of(request: HttpRequest) -> Attempt:
    """Return the attempt that a request makes."""
    found = getattr(request, "registry_attempt", None)
    if found is None:
        found = Attempt()
        if request.method == "POST":
            found = Attempt(request.POST.get(REASON, "").strip(), STEPS.get(request.POST.get(STEP, "")))
        request.registry_attempt = found  # type: ignore[attr-defined]
    return cast(Attempt, found)
