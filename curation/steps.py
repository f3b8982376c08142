"""The steps of a record's life as actions on lists."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.losses import confirm_losses
from curation.selections.bulk import MOST_AT_ONCE, bulk_begin, bulk_take
from registry.curation import FLOWS, LONGEST_REASON, STEPS, WITHDRAW, CurationError, WorkflowStep
from registry.models import BulkChange
from registry.vocabularies import BulkOutcome
from registry.words import counted

_MOST_MESSAGES = 10


class ReasonForm(ActionForm):
    """Which action to take, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("why (needed to withdraw)"), "class": "reason", "autocomplete": "off"}
        ),
    )


def step_words(step: WorkflowStep, reason: str) -> str:
    """Say for the list of recent changes that a step was taken, and why."""
    return f"{capfirst(str(step.done))}{f': {reason}' if reason else ''}."


def step_action(step: WorkflowStep) -> Callable[[Any, HttpRequest, Any], HttpResponse | None]:
    """Make the action that takes one step with each selected record, each on its own; many are undone as one."""

    def act(page: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        records = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(records) > MOST_AT_ONCE:
            page.message_user(
                request, _("Choose at most %(number)s records at once.") % {"number": MOST_AT_ONCE}, messages.ERROR
            )
            return None
        reason = request.POST.get("reason", "")
        if step is WITHDRAW and reason.strip():
            title = _("Withdraw %(records)s?") % {"records": counted(page.opts, len(records))}
            if confirmation := confirm_losses(request, page.admin_site, page.model, records, title):
                return confirmation
        try:
            said = f"{step.label}: {counted(page.opts, len(records))}"
            bulk = bulk_begin(model=page.model, act=step.name, said=said, user=request.user, reason=reason)
        except CurationError as error:
            page.message_user(request, str(error), messages.ERROR)
            return None
        done, refused = [], []
        for record in records:

            def take(_: Any, record: Any = record) -> None:
                FLOWS[step.name](record=record, user=request.user, reason=reason)

            item = bulk_take(bulk, record, request.user, take)
            if item.outcome == BulkOutcome.DONE:
                done.append(record)
                page.log_change(request, record, step_words(step, reason))
            else:
                refused.append(item.message)
        _tell(page, request, step, bulk, done, refused)
        return None

    act.__name__ = step.name
    act.short_description = step.label  # type: ignore[attr-defined]
    act.allowed_permissions = (step.permission,)  # type: ignore[attr-defined]
    return act


def _tell(page: Any, request: HttpRequest, step: WorkflowStep, bulk: BulkChange, done: list[Any], refused: list[str]) -> None:
    if done:
        said = (
            _("“%(record)s” was %(done)s.") % {"record": done[0], "done": step.done}
            if len(done) == 1
            else _("%(number)s records were %(done)s.") % {"number": len(done), "done": step.done}
        )
        undo = format_html(' <a href="{}">{}</a>', reverse("admin:bulk", args=[bulk.pk]), _("Undo")) if len(done) > 1 else ""
        page.message_user(request, format_html("{}{}", said, undo), messages.SUCCESS)
    for sentence in refused[:_MOST_MESSAGES]:
        page.message_user(request, sentence, messages.ERROR)
    if len(refused) > _MOST_MESSAGES:
        page.message_user(
            request, _("%(number)s more were rejected.") % {"number": len(refused) - _MOST_MESSAGES}, messages.ERROR
        )


ACTIONS = [step_action(step) for step in STEPS.values()]
