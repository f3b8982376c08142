"""The flows of a record's life: submit, publish, withdraw, return to draft."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext, gettext_lazy, ngettext

from registry.limits import limit_problem
from registry.models import Citation, DisagreementMember, Finding, Source
from registry.models.base import Record
from registry.refusals import Refusal
from registry.triggers import Cited, triggers_of
from registry.vocabularies import RecordStatus

LONGEST_REASON = 500
#: The number of hidden sources named in a message.
_NAMED = 3


class CurationError(Exception):
    """A step that cannot be taken; the message says why, and what to do."""


def reason_problem(reason: str) -> str:
    """Return what is wrong with the text of a reason, which the history keeps; "" if nothing is."""
    if len(reason) > LONGEST_REASON:
        return gettext("Keep the reason below %(longest_reason)s characters.") % {"longest_reason": LONGEST_REASON}
    return gettext("The reason must not contain a null character.") if "\x00" in reason else ""


@dataclass(frozen=True)
class WorkflowStep:
    """A step in the life of a record: from which states it leads to which, and who may take it."""

    name: str
    label: Any
    done: Any
    begins: tuple[RecordStatus, ...]
    ends: RecordStatus
    #: The permission on the record's model, without the model's name.
    permission: str
    needs_reason: bool = False
    #: Whether a record that readers have seen may not take it.
    never_published_only: bool = False


SUBMIT = WorkflowStep(
    "submit",
    gettext_lazy("Submit for review"),
    gettext_lazy("submitted for review"),
    (RecordStatus.DRAFT, RecordStatus.WITHDRAWN),
    RecordStatus.IN_REVIEW,
    "change",
)
PUBLISH = WorkflowStep(
    "publish",
    gettext_lazy("Publish"),
    gettext_lazy("published"),
    (RecordStatus.DRAFT, RecordStatus.IN_REVIEW, RecordStatus.WITHDRAWN),
    RecordStatus.PUBLISHED,
    "publish",
)
WITHDRAW = WorkflowStep(
    "withdraw",
    gettext_lazy("Withdraw"),
    gettext_lazy("withdrawn"),
    (RecordStatus.PUBLISHED, RecordStatus.IN_REVIEW),
    RecordStatus.WITHDRAWN,
    "withdraw",
    needs_reason=True,
)
RETURN_TO_DRAFT = WorkflowStep(
    "return_to_draft",
    gettext_lazy("Return to draft"),
    gettext_lazy("returned to draft"),
    (RecordStatus.IN_REVIEW, RecordStatus.WITHDRAWN),
    RecordStatus.DRAFT,
    "change",
    never_published_only=True,
)
STEPS = {step.name: step for step in (SUBMIT, PUBLISH, WITHDRAW, RETURN_TO_DRAFT)}


def permission_name(model: type[Record], permission: str) -> str:
    """Return the full name of a permission, e.g. `registry.publish_deposit`."""
    return f"{model._meta.app_label}.{permission}_{model._meta.model_name}"


def user_may(user: Any, step: WorkflowStep, model: type[Record]) -> bool:
    """Return whether somebody may take a step with records of this kind."""
    return bool(user.has_perm(permission_name(model, step.permission)))


def open_steps(record: Record, user: Any) -> list[WorkflowStep]:
    """List the steps that somebody may take with a record as it stands."""
    return [step for step in STEPS.values() if _leads_on(record, step) and user_may(user, step, type(record))]


def record_submit(*, record: Record, user: Any, reason: str = "") -> None:
    """Hand a draft to the reviewers; raises CurationError."""
    _take(SUBMIT, record, user, reason)


def record_publish(*, record: Record, user: Any, reason: str = "") -> None:
    """Make a record public; raises CurationError, above all where it has no citation."""
    _take(PUBLISH, record, user, reason)


def record_withdraw(*, record: Record, user: Any, reason: str) -> None:
    """Take a record from the public, for a reason that the history keeps; raises CurationError."""
    _take(WITHDRAW, record, user, reason)


def record_return_to_draft(*, record: Record, user: Any, reason: str = "") -> None:
    """Hand a record that was never public back to its editor; raises CurationError."""
    _take(RETURN_TO_DRAFT, record, user, reason)


FLOWS: dict[str, Callable[..., None]] = {
    "submit": record_submit,
    "publish": record_publish,
    "withdraw": record_withdraw,
    "return_to_draft": record_return_to_draft,
}


def _take(step: WorkflowStep, record: Record, user: Any, reason: str) -> None:
    """Take one step under a lock of the record's row, all or nothing, and note who did it and why."""
    model, reason = type(record), reason.strip()
    if not user_may(user, step, model):
        raise CurationError(
            gettext("You may not %(label)s %(verbose_name_plural)s; ask a reviewer to do it.")
            % {"label": step.label.lower(), "verbose_name_plural": model._meta.verbose_name_plural}
        )
    if problem := limit_problem(user, record):
        raise CurationError(problem)
    if step.needs_reason and not reason:
        raise CurationError(
            gettext("State why “%(record)s” is %(done)s: the history keeps the reason.") % {"record": record, "done": step.done}
        )
    if problem := reason_problem(reason):
        raise CurationError(problem)
    if step is PUBLISH and not reason:
        reason = "published again" if record.published_at else "published"
    note = {"user": user.pk, "reason": reason} if reason else {"user": user.pk}
    try:
        with transaction.atomic(), pghistory.context(**note):
            held = model._base_manager.select_for_update().only("pk", "record_status", "published_at").get(pk=record.pk)
            record.record_status, record.published_at = held.record_status, held.published_at
            _check(step, record)
            model._base_manager.filter(pk=record.pk).update(record_status=step.ends)
            connection.check_constraints()
    except IntegrityError as error:
        raise CurationError(
            gettext("“%(record)s” cannot be %(done)s: %(message)s")
            % {"record": record, "done": step.done, "message": Refusal.of(error).message}
        ) from error
    except model.DoesNotExist as error:
        raise CurationError(gettext("“%(record)s” no longer exists; it has been deleted.") % {"record": record}) from error
    record.refresh_from_db(fields=["record_status", "published_at", "updated_at", "version"])


def _leads_on(record: Record, step: WorkflowStep) -> bool:
    return record.record_status in step.begins and not (step.never_published_only and record.published_at)


def _check(step: WorkflowStep, record: Record) -> None:
    """Describe as text what stands in the way."""
    status = RecordStatus(record.record_status)
    if status == step.ends:
        raise CurationError(gettext("“%(record)s” is %(label)s already.") % {"record": record, "label": status.label.lower()})
    if status not in step.begins:
        raise CurationError(
            gettext("“%(record)s” is %(label)s and cannot be %(done)s.")
            % {"record": record, "label": status.label.lower(), "done": step.done}
        )
    if step.never_published_only and record.published_at:
        raise CurationError(
            gettext("“%(record)s” was public once and cannot be %(done)s; withdraw it instead.")
            % {"record": record, "done": step.done}
        )
    if step is PUBLISH:
        _check_grounds(record)


def _check_grounds(record: Record) -> None:
    """Reject to publish what rests on nothing readers see: no citation of a published source, or fewer than two sides."""
    if column := citation_column(type(record)):
        _check_sources(record, Citation.objects.filter(**{column: record.pk}).values("source"))
    elif isinstance(record, Finding):
        _check_sources(record, [record.source_id])
    elif record._meta.model_name == "disagreement":
        sides = DisagreementMember.objects.filter(disagreement=record.pk).count()
        if sides < 2:
            raise CurationError(
                ngettext(
                    "“%(record)s” has %(sides)s side; a disagreement needs two.",
                    "“%(record)s” has %(sides)s sides; a disagreement needs two.",
                    sides,
                )
                % {"record": record, "sides": sides}
            )


def _check_sources(record: Record, keys: Any) -> None:
    """Name the sources of which one would have to be published first."""
    sources = Source.objects.filter(pk__in=keys)
    if sources.filter(record_status=RecordStatus.PUBLISHED).exists():
        return
    named = [f"“{s}” ({RecordStatus(s.record_status).label.lower()})" for s in sources.order_by("pk")[: _NAMED + 1]]
    if not named:
        raise CurationError(
            gettext("“%(record)s” has no citation. Add a citation, save, and then publish it.") % {"record": record}
        )
    raise CurationError(
        gettext(
            "“%(record)s” cites no published source, so readers would see no citation. "
            "Publish a source of it first: %(sources)s."
        )
        % {"record": record, "sources": ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")}
    )


def citation_column(model: type[Record]) -> str | None:
    """Return the column of the citations that points at a kind of record, if it cannot be published without one."""
    return next((trigger.column for trigger in triggers_of(model) if isinstance(trigger, Cited)), None)
