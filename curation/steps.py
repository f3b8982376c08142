"""The steps of a record's life as actions on lists."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest

from registry.curation import FLOWS, LONGEST_REASON, STEPS, CurationError, Step

#: More records at once are an import, not curation.
MOST_AT_ONCE = 500
_MOST_MESSAGES = 10


class ReasonForm(ActionForm):
    """Which action to take, and why."""

    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"placeholder": "why (needed to withdraw)", "class": "reason", "autocomplete": "off"}),
    )


def step_words(step: Step, reason: str) -> str:
    """Say for the list of recent changes that a step was taken, and why."""
    return f"{step.done.capitalize()}{f': {reason}' if reason else ''}."


def step_action(step: Step) -> Callable[[Any, HttpRequest, Any], None]:
    """Make the action that takes one step with each selected record, each on its own."""

    def act(page: Any, request: HttpRequest, queryset: Any) -> None:
        records = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(records) > MOST_AT_ONCE:
            page.message_user(request, f"Choose at most {MOST_AT_ONCE} records at once.", messages.ERROR)
            return
        reason = request.POST.get("reason", "")
        done, refused = [], []
        for record in records:
            try:
                FLOWS[step.name](record=record, user=request.user, reason=reason)
            except CurationError as error:
                refused.append(str(error))
            else:
                done.append(record)
                page.log_change(request, record, step_words(step, reason))
        if done:
            what = f"“{done[0]}” was" if len(done) == 1 else f"{len(done)} records were"
            page.message_user(request, f"{what} {step.done}.", messages.SUCCESS)
        for sentence in refused[:_MOST_MESSAGES]:
            page.message_user(request, sentence, messages.ERROR)
        if len(refused) > _MOST_MESSAGES:
            page.message_user(request, f"{len(refused) - _MOST_MESSAGES} more were rejected.", messages.ERROR)

    act.__name__ = step.name
    act.short_description = step.label  # type: ignore[attr-defined]
    act.allowed_permissions = (step.permission,)  # type: ignore[attr-defined]
    return act


ACTIONS = [step_action(step) for step in STEPS.values()]
