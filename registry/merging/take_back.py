"""Taking a merge back: two records again, each with its rows, in one transaction; what was changed since stays changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext
from psycopg.errors import DeadlockDetected

from registry.coverage import restoring
from registry.history import history_of
from registry.matching.judgements import judged_same, kind_name
from registry.merging.differences import groups_of, same, value_of
from registry.merging.flow import MergeError, check_limits, check_person, locked
from registry.merging.ledger import is_kept, judged, note_past, reached
from registry.merging.names import name_column_of
from registry.merging.relations import relations_of
from registry.merging.restore import Returned, give_back
from registry.models import Judgement, MergedRow, Name
from registry.models.base import Record
from registry.refusals import Refusal
from registry.sql import identifier, sql
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
    check_limits(user, record, record.merged_into or record)  # type: ignore[attr-defined]
    return _in_transaction([record], {"user": user.pk, "reason": reason}, keep=True)


def take_back_as_judged(*, record: Record, actor: str, reason: str) -> TakenBack:
    """Take back a merge by a judgement that was loaded from a file; raises MergeError."""
    return _in_transaction([record], {"actor": actor, "reason": reason}, keep=True)


def take_back_at_once(*, records: Sequence[Record], actor: str, reason: str) -> None:
    """Take back merges by judgements that were loaded from a file, all or none of them; raises MergeError.

    No row may concern two of the merges; the result is that of one at a time.
    """
    _in_transaction(records, {"actor": actor, "reason": reason}, keep=True)


def take_back_preview(record: Record) -> TakenBack:
    """Try it and leave everything as it was; raises MergeError if it cannot be."""
    return _in_transaction([record], {TRIAL: True}, keep=False)


def _in_transaction(records: Sequence[Record], who: dict[str, Any], *, keep: bool) -> TakenBack:
    model, slugs = type(records[0]), [record.slug for record in records]
    named = " and ".join(f"“{record}”" for record in records[:2])
    try:
        with transaction.atomic(), pghistory.context(**who, take_back=slugs[0] if len(slugs) == 1 else slugs) as context:
            try:
                with restoring():
                    done = _take_back(model, [record.pk for record in records])
            finally:
                # The context of a request outlives the trial.
                context.metadata.pop(TRIAL, None)
            if not keep:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise MergeError(
            gettext("The merge of “%(record)s” cannot be taken back: %(message)s")
            % {"record": named, "message": Refusal.of(error).message}
        ) from error
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise MergeError(gettext("Another user is changing the same records; try again.")) from error
        raise
    return done


def _take_back(model: type[Record], keys: Sequence[int]) -> TakenBack:
    """Take merges back at once; what is returned describes the first, and the rows of all."""
    merges = [_judgement(model, key) for key in keys]
    held = locked(model, {key for one in merges for key in (one.gone_id or 0, one.stays_id or 0)})
    _check(merges, held)
    versions = _versions(merges, model, held)
    first, stays = merges[0], held[merges[0].stays_id or 0]
    before = {field: value_of(stays, field) for group in groups_of(model) for field in group}
    noted = set(MergedRow.objects.filter(judgement__in=merges).values_list("table", flat=True))
    tables = [give_back(table, merges) for table in reached(model) if table._meta.db_table in noted]
    _return_without_history(merges, model)
    _ensure_preferred_names([held[key] for key in keys])
    _renumber(model, versions)
    stays.refresh_from_db(fields=[field.name for field in before])
    found = TakenBack(
        first,
        stays,
        tuple(table for table in tables if table and table.model is not Judgement),
        tuple(field for field, value in before.items() if not same(value, value_of(stays, field))),
    )
    Judgement.objects.filter(pk__in=[judgement.pk for judgement in merges]).delete()
    return found


def _judgement(model: type[Record], key: int) -> Judgement:
    """Find the judgement by which a record was merged; of a merge from before there were any, make it from the history."""
    held = Judgement.objects.filter(kind=kind_name(model), gone_id=key, verdict=Verdict.SAME).first()
    if held:
        return held
    events = history_of(model).objects.filter(pgh_obj_id=key).order_by("-pgh_id")  # type: ignore[attr-defined]
    merges = [event for event in events if event.record_status == RecordStatus.MERGED]
    if not merges or events[0].record_status != RecordStatus.MERGED:
        raise MergeError(gettext("This record is not merged into another one."))
    first = next((event for event in merges if event.pgh_transaction == merges[-1].pgh_transaction), merges[-1])
    reason = str((first.pgh_context or {}).get("reason") or "not recorded")[:500]
    judgement = judged_same(model, {key: first.merged_into_id}, user=None, reasons={key: reason})[key]
    note_past(judgement, model, first.pgh_transaction)
    return judgement


def _check(merges: Sequence[Judgement], held: Mapping[int, Any]) -> None:
    """Describe as text what stands in the way."""
    later = _entangled(merges)
    for judgement in merges:
        gone, stays = held[judgement.gone_id or 0], held[judgement.stays_id or 0]
        if gone.record_status != RecordStatus.MERGED:
            raise MergeError(gettext("“%(gone)s” is not merged into another record.") % {"gone": gone})
        if stays.record_status == RecordStatus.MERGED:
            raise MergeError(
                gettext(
                    "“%(stays)s” (%(slug)s) was itself merged into “%(merged_into)s” afterwards. Take that merge back first."
                )
                % {"stays": stays, "slug": stays.slug, "merged_into": stays.merged_into}
            )
        if judgement.pk in later:
            other = type(gone)._base_manager.get(pk=later[judgement.pk])
            raise MergeError(
                gettext(
                    "“%(other)s” (%(slug)s) was merged into “%(stays)s” afterwards, and rows of the "
                    "two became one. Take that merge back first."
                )
                % {"other": other, "slug": other.slug, "stays": stays}
            )


def _entangled(merges: Sequence[Judgement]) -> dict[int, int]:
    """Return the record that was last merged into the survivor of each, where both merges concern one row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (k.id) k.id, j.gone_id FROM registry_judgement k
            JOIN registry_mergedrow own ON own.judgement_id = k.id
            JOIN registry_judgement j ON j.id > k.id AND j.kind = k.kind AND j.verdict = 'same'
                AND (CASE k.gone_id WHEN k.one_id THEN k.other_id ELSE k.one_id END) IN (j.one_id, j.other_id)
            JOIN registry_mergedrow r ON r.judgement_id = j.id AND own."table" = r."table"
                AND own.row_id IN (r.row_id, r.twin_id)
            WHERE k.id = ANY (%s) ORDER BY k.id, j.id DESC
            """,
            [[judgement.pk for judgement in merges]],
        )
        return dict(cursor.fetchall())


def _return_without_history(merges: Sequence[Judgement], model: type[Record]) -> None:
    """Return the rows of tables without history that came from the records and still point at the survivors."""
    for relation in relations_of(model):
        if not is_kept(relation.model):
            query = sql(
                "UPDATE {table} t SET {column} = j.gone FROM registry_mergedrow m JOIN {judged} j ON j.id = m.judgement_id"
                ' WHERE m."table" = {name} AND t.id = m.row_id AND t.{column} = j.stays',
                table=identifier(relation.model._meta.db_table),
                column=identifier(relation.field.column),
                judged=judged([judgement.pk for judgement in merges]),
                name=relation.model._meta.db_table,
            )
            with connection.cursor() as cursor:
                cursor.execute(query.text, query.values)


def _ensure_preferred_names(records: Sequence[Record]) -> None:
    """Write a record's own name among its names again, if the row of it was changed or deleted since the merge."""
    column = name_column_of(type(records[0]))
    if not column:
        return
    there = {f"{column}__in": records, "kind": NameKind.PREFERRED}
    named = set(Name.objects.filter(**there).values_list(f"{column}_id", flat=True))
    for record in records:
        name = getattr(record, record.label_field)
        if name and record.pk not in named:
            Name.objects.create(**{column: record}, text=name, kind=NameKind.PREFERRED)


def _versions(merges: Sequence[Judgement], model: type[Record], held: Mapping[int, Any]) -> dict[int, int]:
    """Return the version of both records of each before its merge, if nothing has been changed since; else nothing."""
    same = [one for one in merges if one.stays_version == held[one.stays_id or 0].version]
    noted = MergedRow.objects.filter(judgement__in=same, table=model._meta.db_table, before__isnull=False)
    events = history_of(model).objects.filter(pgh_id__in=noted.values("before"))  # type: ignore[attr-defined]
    both = [key for one in same for key in (one.gone_id, one.stays_id)]
    found = dict(events.filter(pgh_obj_id__in=both).values_list("pgh_obj_id", "version"))
    return {**{one.stays_id or 0: held[one.stays_id or 0].version for one in same}, **found}


def _renumber(model: type[Record], versions: Mapping[int, int]) -> None:
    """Let imports and earlier merges know records by their new numbers: they have the content of those versions again."""
    kind = kind_name(model)
    again = sql(
        "(SELECT r.id, v.version AS was, r.version AS now FROM unnest({keys}::bigint[], {versions}::int[]) v(id, version)"
        " JOIN {table} r ON r.id = v.id)",
        keys=list(versions),
        versions=list(versions.values()),
        table=identifier(model._meta.db_table),
    )
    outcomes = sql(
        "UPDATE registry_importoutcome o SET version = a.now FROM {again} a, registry_importrun n"
        " WHERE n.id = o.run_id AND n.target = {kind} AND o.record_id = a.id AND o.version = a.was",
        again=again,
        kind=kind,
    )
    merges = sql(
        "UPDATE registry_judgement j SET stays_version = a.now FROM {again} a WHERE j.kind = {kind} AND j.verdict = 'same'"
        " AND a.id IN (j.one_id, j.other_id) AND a.id <> j.gone_id AND j.stays_version = a.was",
        again=again,
        kind=kind,
    )
    with connection.cursor() as cursor:
        for query in (outcomes, merges):
            cursor.execute(query.text, query.values)
