"""Taking a merge back: two records again, each with its rows, in one transaction; what was changed since stays changed."""

from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import DeadlockDetected

from registry.coverage import restoring
from registry.history import history_of
from registry.matching.judgements import judged_same, kind_name
from registry.merging.differences import groups_of, same, value_of
from registry.merging.flow import MergeError, check_person, locked
from registry.merging.ledger import is_kept, note_past, reached
from registry.merging.names import name_column_of
from registry.merging.relations import relations_of
from registry.merging.restore import Returned, give_back
from registry.models import ImportOutcome, ImportRun, Judgement, MergedRow, Name
from registry.models.base import Record
from registry.refusals import Refusal
from registry.trial import TRIAL
from registry.vocabularies import NameKind, RecordStatus, Verdict


@dataclass(frozen=True)
class TakenBack:
    """What taking a merge back did, or would do."""

    judgement: Judgement
    stays: Any
    tables: tuple[Returned, ...]
    #: Fields of the survivor that are again what they were.
    fields: tuple[Any, ...]


def merge_take_back(*, record: Record, user: Any, reason: str) -> TakenBack:
    """Make two records again of one; `record` is the one that was merged. Raises MergeError.

    Rows that came from it return to it, as they are now; rows that the merge dropped exist again. Fields of the survivor
    that the merge changed become what they were. What was changed or added since stays: at the survivor, or in its row.
    """
    reason = reason.strip()
    check_person(type(record), user, reason)
    return _in_transaction(record, {"user": user.pk, "reason": reason}, keep=True)


def take_back_as_judged(*, record: Record, actor: str, reason: str) -> TakenBack:
    """Take back a merge by a judgement that was loaded from a file; raises MergeError."""
    return _in_transaction(record, {"actor": actor, "reason": reason}, keep=True)


def take_back_preview(record: Record) -> TakenBack:
    """Try it and leave everything as it was; raises MergeError if it cannot be."""
    return _in_transaction(record, {TRIAL: True}, keep=False)


def _in_transaction(record: Record, who: dict[str, Any], *, keep: bool) -> TakenBack:
    model = type(record)
    try:
        with transaction.atomic(), pghistory.context(**who, take_back=record.slug) as context:
            try:
                with restoring():
                    done = _take_back(model, record.pk)
            finally:
                # The context of a request outlives the trial.
                context.metadata.pop(TRIAL, None)
            if not keep:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise MergeError(f"The merge of “{record}” cannot be taken back: {Refusal.of(error).message}") from error
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise MergeError("Another user is changing the same records; try again.") from error
        raise
    return done


def _take_back(model: type[Record], key: int) -> TakenBack:
    judgement = _judgement(model, key)
    held = locked(model, (key, judgement.stays_id or 0))
    gone, stays = held[key], held[judgement.stays_id or 0]
    _check(judgement, gone, stays)
    versions = _versions(judgement, model, stays)
    before = {field: value_of(stays, field) for group in groups_of(model) for field in group}
    noted = set(MergedRow.objects.filter(judgement=judgement).values_list("table", flat=True))
    tables = [give_back(table, judgement) for table in reached(model) if table._meta.db_table in noted]
    _return_without_history(judgement, model, gone.pk, stays.pk)
    _ensure_preferred_name(gone)
    for key, version in versions.items():
        _renumber(model, key, version)
    stays.refresh_from_db(fields=[field.name for field in before])
    found = TakenBack(
        judgement,
        stays,
        tuple(table for table in tables if table and table.model is not Judgement),
        tuple(field for field, value in before.items() if not same(value, value_of(stays, field))),
    )
    Judgement.objects.get(pk=judgement.pk).delete()
    return found


def _judgement(model: type[Record], key: int) -> Judgement:
    """Find the judgement by which a record was merged; of a merge from before there were any, make it from the history."""
    held = Judgement.objects.filter(kind=kind_name(model), gone_id=key, verdict=Verdict.SAME).first()
    if held:
        return held
    events = history_of(model).objects.filter(pgh_obj_id=key).order_by("-pgh_id")  # type: ignore[attr-defined]
    merges = [event for event in events if event.record_status == RecordStatus.MERGED]
    if not merges or events[0].record_status != RecordStatus.MERGED:
        raise MergeError("This record is not merged into another one.")
    first = next((event for event in merges if event.pgh_transaction == merges[-1].pgh_transaction), merges[-1])
    reason = str((first.pgh_context or {}).get("reason") or "not recorded")[:500]
    judgement = judged_same(model, {key: first.merged_into_id}, user=None, reasons={key: reason})[key]
    note_past(judgement, model, first.pgh_transaction)
    return judgement


def _check(judgement: Judgement, gone: Any, stays: Any) -> None:
    """Describe as text what stands in the way."""
    if gone.record_status != RecordStatus.MERGED:
        raise MergeError(f"“{gone}” is not merged into another record.")
    if stays.record_status == RecordStatus.MERGED:
        raise MergeError(
            f"“{stays}” ({stays.slug}) was itself merged into “{stays.merged_into}” afterwards. Take that merge back first."
        )
    later = _entangled(judgement)
    if later is not None:
        other = type(gone)._base_manager.get(pk=later)
        raise MergeError(
            f"“{other}” ({other.slug}) was merged into “{stays}” afterwards, and rows of the two became one."
            " Take that merge back first."
        )


def _entangled(judgement: Judgement) -> int | None:
    """Return a record that was later merged into the same survivor, where both merges concern one row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT j.gone_id FROM registry_judgement j JOIN registry_mergedrow r ON r.judgement_id = j.id
            JOIN registry_mergedrow own ON own.judgement_id = %(key)s AND own."table" = r."table"
                AND own.row_id IN (r.row_id, r.twin_id)
            WHERE j.id > %(key)s AND j.kind = %(kind)s AND j.verdict = 'same' AND %(stays)s IN (j.one_id, j.other_id)
            ORDER BY j.id DESC LIMIT 1
            """,
            {"key": judgement.pk, "kind": judgement.kind, "stays": judgement.stays_id},
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _return_without_history(judgement: Judgement, model: type[Record], gone: int, stays: int) -> None:
    """Return the rows of tables without history that came from the record and still point at the survivor."""
    for relation in relations_of(model):
        if not is_kept(relation.model):
            table: Any = relation.model
            noted = MergedRow.objects.filter(judgement=judgement, table=table._meta.db_table).values("row_id")
            name = relation.field.name
            table._base_manager.filter(pk__in=noted, **{name: stays}).update(**{name: gone})


def _ensure_preferred_name(record: Record) -> None:
    """Write the record's own name among its names again, if the row of it was changed or deleted since the merge."""
    column = name_column_of(type(record))
    name = getattr(record, record.label_field)
    if column and name and not Name.objects.filter(**{column: record.pk}, kind=NameKind.PREFERRED).exists():
        Name.objects.create(**{column: record}, text=name, kind=NameKind.PREFERRED)


def _versions(judgement: Judgement, model: type[Record], stays: Any) -> dict[int, int]:
    """Return the version of each of the two before the merge, if nothing has been changed since the merge; else nothing."""
    if judgement.stays_version != stays.version:
        return {}
    noted = MergedRow.objects.filter(judgement=judgement, table=model._meta.db_table, before__isnull=False)
    events = history_of(model).objects.filter(pgh_id__in=noted.values("before"))  # type: ignore[attr-defined]
    found = dict(events.filter(pgh_obj_id__in=(judgement.gone_id, stays.pk)).values_list("pgh_obj_id", "version"))
    return {stays.pk: stays.version, **found}


def _renumber(model: type[Record], key: int, version: int) -> None:
    """Let imports and earlier merges know the record by its new number: it has the content of that version again."""
    kind = kind_name(model)
    now = model._base_manager.values_list("version", flat=True).get(pk=key)
    runs = ImportRun.objects.filter(target=kind).values("pk")
    ImportOutcome.objects.filter(run__in=runs, record_id=key, version=version).update(version=now)
    same_kind = Judgement.objects.filter(Q(one_id=key) | Q(other_id=key), kind=kind, verdict=Verdict.SAME)
    same_kind.filter(stays_version=version).exclude(gone_id=key).update(stays_version=now)
