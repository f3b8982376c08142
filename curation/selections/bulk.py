"""Steps with many records at once: each record by the rules of a single change, all kept so that they are undone as one."""

from collections.abc import Callable, Mapping
from typing import Any

import pghistory
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from curation.guard import as_shown, merged_problem, version_of
from curation.labels import label
from curation.proposals.content import Content, FieldItem
from curation.proposals.earlier import after, before
from curation.proposals.flow import Grounds, proposal_decline, proposal_make, proposal_take_back
from curation.proposals.posted import Values, values_of
from curation.proposals.replay import held, opened, replay, tried
from registry.curation import FLOWS, STEPS, WITHDRAW, CurationError, reason_problem
from registry.history import history_of
from registry.kinds import kind_of_model
from registry.models import BulkChange, BulkItem, Proposal
from registry.review import must_propose
from registry.vocabularies import BulkOutcome, ProposalOrigin, ProposalState, RecordStatus

#: More records at once are an import, not curation.
MOST_AT_ONCE = 500
#: The form of each is filled in and checked: so many take some seconds.
MOST_EDITED = 200
EDIT = "edit:"
_LONGEST_MESSAGE = BulkItem._meta.get_field("message").max_length
#: Step, and the state before it → the step that leads back.
_BACK = {
    ("publish", RecordStatus.DRAFT): "withdraw",
    ("publish", RecordStatus.IN_REVIEW): "withdraw",
    ("publish", RecordStatus.WITHDRAWN): "withdraw",
    ("withdraw", RecordStatus.PUBLISHED): "publish",
    ("withdraw", RecordStatus.IN_REVIEW): "submit",
    ("submit", RecordStatus.DRAFT): "return_to_draft",
    ("submit", RecordStatus.WITHDRAWN): "withdraw",
    ("return_to_draft", RecordStatus.IN_REVIEW): "submit",
    ("return_to_draft", RecordStatus.WITHDRAWN): "withdraw",
}


def bulk_begin(*, model: Any, act: str, said: str, user: Any, reason: str, undoes: BulkChange | None = None) -> BulkChange:
    """Note that somebody begins a step with many records; raises CurationError."""
    if problem := reason_problem(reason):
        raise CurationError(problem)
    kind = kind_of_model(model)
    assert kind is not None
    return BulkChange.objects.create(kind=kind.name, act=act, said=said[:200], reason=reason.strip(), by=user, undoes=undoes)


def bulk_take(bulk: BulkChange, record: Any, user: Any, do: Callable[[BulkItem], None]) -> BulkItem:
    """Do something with one record of a bulk change, all or nothing, and keep what became of it."""
    item = BulkItem(
        bulk=bulk,
        record_id=record.pk,
        label=label(record)[:200],
        before=getattr(record, "record_status", ""),
        outcome=BulkOutcome.DONE,
    )
    note = {"user": user.pk, "bulk": bulk.pk} | ({"reason": bulk.reason} if bulk.reason else {})
    try:
        with transaction.atomic(), pghistory.context(**note):
            do(item)
            if item.outcome == BulkOutcome.DONE:
                item.transaction = _transaction()
    except CurationError as error:
        item.outcome, item.message, item.proposal = BulkOutcome.REFUSED, str(error)[:_LONGEST_MESSAGE], None
    item.save()
    return item


def bulk_edit(
    *, page: Any, request: HttpRequest, seen: Mapping[int, int], name: str, values: Values, reason: str
) -> BulkChange:
    """Write one field of many records: public ones as the review rules hold for a single change; raises CurationError.

    `seen` is the key of each record with the version that was previewed.
    """
    if not reason.strip():
        raise CurationError(_("State the reason of the change."))
    said = _("%(field)s of many records") % {"field": name.replace("_", " ")}
    bulk = bulk_begin(model=page.model, act=f"{EDIT}{name}", said=said, user=request.user, reason=reason)
    for record in page.model._base_manager.filter(pk__in=list(seen)).order_by("pk"):

        def edit(item: BulkItem, key: int = record.pk) -> None:
            record = _held(page, key)
            if version_of(record) != seen[key]:
                raise CurationError(_("The record was changed after the preview; look at it again."))
            was = _present(page, request, record, name)
            change = Content((FieldItem(name, was, values),)) if was != values else Content()
            _write(page, request, record, change, item, ProposalOrigin.EDITOR, bulk.reason)

        bulk_take(bulk, record, request.user, edit)
    return bulk


def bulk_undo(*, page: Any, request: HttpRequest, bulk: BulkChange, reason: str) -> BulkChange:
    """Undo a bulk change as one: what was changed since stays, and is named. Raises CurationError."""
    if not reason.strip():
        raise CurationError(_("State why it is undone."))
    held_bulk = BulkChange.objects.select_for_update().get(pk=bulk.pk)
    if held_bulk.undoes_id or BulkChange.objects.filter(undoes=held_bulk.pk).exists():
        raise CurationError(_("This was undone already, or is itself an undoing."))
    said = _("Undone: %(what)s") % {"what": held_bulk.said}
    undoing = bulk_begin(
        model=page.model, act=f"undo:{held_bulk.act}"[:80], said=said, user=request.user, reason=reason, undoes=held_bulk
    )
    items = held_bulk.items.filter(outcome__in=[BulkOutcome.DONE, BulkOutcome.PROPOSED])  # type: ignore[attr-defined]
    records = page.model._base_manager.in_bulk([item.record_id for item in items])
    for item in items:
        record = records.get(item.record_id)
        if record is None:
            BulkItem.objects.create(
                bulk=undoing,
                record_id=item.record_id,
                label=item.label,
                outcome=BulkOutcome.REFUSED,
                message=_("The record no longer exists; it has been deleted."),
            )
            continue

        def undo(made: BulkItem, item: BulkItem = item) -> None:
            record = _held(page, item.record_id)
            if held_bulk.act.startswith(EDIT):
                _undo_edit(page, request, record, item, made, undoing.reason)
            else:
                _undo_step(record, item, made, request.user, undoing.reason)

        bulk_take(undoing, record, request.user, undo)
    return undoing


def would_withdraw(bulk: BulkChange) -> list[int]:
    """Return the keys of the records that undoing a bulk change withdraws."""
    items = bulk.items.filter(outcome=BulkOutcome.DONE)  # type: ignore[attr-defined]
    back = {(act, str(state)) for (act, state), step in _BACK.items() if step == WITHDRAW.name}
    return [item.record_id for item in items if (bulk.act, item.before) in back]


def _write(
    page: Any, request: HttpRequest, record: Any, change: Content, item: BulkItem, origin: ProposalOrigin, reason: str
) -> None:
    """Write a change of one record that is locked, or propose it where the rules of review say so; raises CurationError."""
    if not change:
        item.outcome = BulkOutcome.SAME
        return
    if not page.has_change_permission(request, record):
        raise CurationError(_("You may not change this record."))
    if problem := merged_problem(record):
        raise CurationError(problem)
    if not all(opened(page, request, record).has(one) for one in change):
        raise CurationError(_("The form of this record does not have the field."))
    if must_propose(request.user, record):
        with tried(page, request, record.pk, change):
            pass  # What could not be published cannot be proposed.
        grounds = Grounds(reason=reason, origin=origin)
        item.proposal = proposal_make(record=record, user=request.user, content=change, grounds=grounds)
        item.outcome = BulkOutcome.PROPOSED
        return
    replay(page, request, record, change)


def _undo_edit(page: Any, request: HttpRequest, record: Any, item: BulkItem, made: BulkItem, reason: str) -> None:
    proposal = item.proposal
    if proposal is not None and proposal.waits:
        if proposal.author_id == request.user.pk:
            proposal_take_back(proposal=proposal, user=request.user, comment=reason)
        else:
            proposal_decline(proposal=proposal, user=request.user, comment=reason)
        return
    number = item.transaction if proposal is None else _published_in(record, proposal)
    if number is None:
        made.outcome = BulkOutcome.SAME  # It was declined or taken back.
        return
    name = item.bulk.act.removeprefix(EDIT)
    form = opened(page, request, record).form
    now = values_of(form).get(name, [])
    wrote, was = (
        values_of(type(form)(instance=old)).get(name) if (old := as_shown(record, then)) is not None else None
        for then in (after(number), before(number))
    )
    if was is None:
        raise CurationError(_("The record did not exist before."))
    if now == was:
        made.outcome = BulkOutcome.SAME
        return
    if now != wrote:
        raise CurationError(_("The field was changed again since; undo that change first, or leave it."))
    _write(page, request, record, Content((FieldItem(name, now, was),)), made, ProposalOrigin.REVERT, reason)


def _undo_step(record: Any, item: BulkItem, made: BulkItem, user: Any, reason: str) -> None:
    step = item.bulk.act
    back = _BACK.get((step, RecordStatus(item.before)))
    if back is None:
        raise CurationError(_("This step cannot be undone."))
    if record.record_status == item.before:
        made.outcome = BulkOutcome.SAME
        return
    if record.record_status != STEPS[step].ends:
        state = RecordStatus(record.record_status).label.lower()
        raise CurationError(_("The record is %(state)s since; another step was taken with it.") % {"state": state})
    FLOWS[back](record=record, user=user, reason=reason)


def _held(page: Any, key: int) -> Any:
    """Lock a record; raises CurationError for one that is gone."""
    record = held(page, key)
    if record is None:
        raise CurationError(_("The record no longer exists; it has been deleted."))
    return record


def _present(page: Any, request: HttpRequest, record: Any, name: str) -> Values:
    values = values_of(opened(page, request, record).form)
    if name not in values:
        raise CurationError(_("The form of this record does not have the field."))
    return values[name]


def _published_in(record: Any, proposal: Proposal) -> int | None:
    if proposal.state != ProposalState.PUBLISHED:
        return None
    history: Any = history_of(type(record))._base_manager
    rows = history.filter(pgh_obj_id=record.pk, pgh_context__proposal=proposal.pk).order_by("-pgh_id")
    return rows.values_list("pgh_transaction", flat=True).first()  # type: ignore[no-any-return]


def _transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (number,) = cursor.fetchone()
    return int(number)
