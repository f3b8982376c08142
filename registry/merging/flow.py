"""The flow of a merge: all of it in one transaction, under locks of both records, with who and why in the history."""

from collections.abc import Collection
from typing import Any

import pghistory
from django.db import IntegrityError, OperationalError, models, transaction
from psycopg.errors import DeadlockDetected

from registry.coverage import restoring
from registry.curation import CurationError, permission_name, reason_problem
from registry.matching.judgements import judged_same, judgements_follow
from registry.merging.differences import Difference, differences
from registry.merging.ledger import Twins, note, note_without_history, positions
from registry.merging.move import move_all
from registry.merging.names import keep_name, name_column_of, names_follow
from registry.merging.stated_values import cite_as_other_name, keep_stated
from registry.models import Country, Judgement
from registry.models.base import Record
from registry.refusals import Refusal
from registry.vocabularies import RecordStatus

#: The permission on the record's model, without the model's name.
MERGE = "merge"


class MergeError(CurationError):
    """A merge that cannot be; the message says why, and what to do."""


def user_may_merge(user: Any, model: type[Record]) -> bool:
    """Return whether somebody may merge records of this kind."""
    return bool(user.has_perm(permission_name(model, MERGE)))


def record_merge(
    *,
    record: Record,
    into: Record,
    user: Any,
    reason: str,
    take: Collection[str] = (),
    versions: tuple[int, int] | None = None,
) -> None:
    """Merge `record` into `into`, which stays; raises MergeError.

    Everything that points at `record` points at `into` afterwards; rows that both have become one. Fields of `into` stay as
    they are but those named in `take` (see `differences`), whose values come from `record`; what does not stay is kept in
    citations as what their sources state, as far as it is known which source that is. `record` keeps its slug and its
    history, and its public address leads to `into`. `versions` are those of `record` and `into` that the person has seen.
    """
    check_person(type(record), user, reason.strip())
    _in_transaction(record, into, user=user, actor={"user": user.pk}, reason=reason.strip(), take=take, versions=versions)


def merge_as_judged(*, record: Record, into: Record, actor: str, reason: str, take: Collection[str] = ()) -> None:
    """Merge by a judgement that a person wrote in a file; raises MergeError."""
    _check_reason(reason)
    _in_transaction(record, into, user=None, actor={"actor": actor}, reason=reason, take=take, versions=None)


def _in_transaction(
    record: Record,
    into: Record,
    *,
    user: Any,
    actor: dict[str, Any],
    reason: str,
    take: Collection[str],
    versions: tuple[int, int] | None,
) -> None:
    model = type(record)
    if type(into) is not model or into.pk == record.pk:
        raise MergeError("A record can only be merged into another one of the same kind.")
    try:
        with transaction.atomic(), pghistory.context(**actor, reason=reason, merge=f"{record.slug} → {into.slug}"):
            record, into = locked(model, record.pk, into.pk)
            _check_records(record, into)
            if versions is not None and versions != (record.version, into.version):
                raise MergeError("One of the two was changed while you were comparing them; review them again.")
            chosen = _chosen(differences(record, into), take)
            with restoring():
                _merge(record, into, chosen, judged_same(model, record.pk, into.pk, user=user, reason=reason))
    except IntegrityError as error:
        raise MergeError(f"“{record}” cannot be merged into “{into}”: {Refusal.of(error).message}") from error
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise MergeError("Another user is changing the same records; try again.") from error
        raise


def _check_reason(reason: str) -> None:
    if problem := reason_problem(reason):
        raise MergeError(problem)


def check_person(model: type[Record], user: Any, reason: str) -> None:
    """Refuse a person who may not merge, and a missing reason."""
    if not user_may_merge(user, model):
        raise MergeError(f"You may not merge {model._meta.verbose_name_plural}; ask a reviewer to do it.")
    if not reason:
        raise MergeError("A reason for the merge is required; the history keeps it.")
    _check_reason(reason)


def locked(model: type[Record], *keys: int) -> tuple[Any, Any]:
    """Take both rows in one order, whichever is merged into which, and shut out new rows that would point at them."""
    rows = model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows.defer("document", "geometry_document")}
    if len(held) < 2:
        raise MergeError("One of the two no longer exists; it has been deleted.")
    return held[keys[0]], held[keys[1]]


def _check_records(record: Record, into: Record) -> None:
    """Describe as text what stands in the way."""
    if isinstance(record, Country):
        raise MergeError("Countries are those of ISO 3166 and are not merged.")
    for one in (record, into):
        if one.record_status == RecordStatus.MERGED:
            raise MergeError(f"“{one}” ({one.slug}) was itself merged into “{one.merged_into}”.")
    if record.record_status == RecordStatus.PUBLISHED and into.record_status != RecordStatus.PUBLISHED:
        raise MergeError(f"“{into}” is not published and “{record}” is: publish “{into}” first, or merge the other way round.")
    for field in type(into)._meta.concrete_fields:
        if (
            isinstance(field, models.ForeignKey)
            and field.related_model is type(into)
            and getattr(into, field.attname) == record.pk
        ):
            raise MergeError(
                f"“{record}” is the {field.verbose_name} of “{into}”, which would become its own. Change that first,"
                " or merge the other way round."
            )


def _chosen(found: list[Difference], take: Collection[str]) -> list[tuple[Difference, bool]]:
    """Pair each difference with whether the merged record's values are taken; refuse a choice that is none."""
    unknown = set(take) - {difference.name for difference in found}
    if unknown:
        raise MergeError(f"The two do not differ in: {', '.join(sorted(map(str, unknown)))[:200]}. Review them again.")
    return [(difference, difference.name in take) for difference in found]


def _cited_names_follow(record: Record, into: Record, taken: Collection[str]) -> None:
    """Let what is cited for the name that does not stay carry it as another name."""
    one, name = (getattr(each, each.label_field) for each in (record, into))
    if name_column_of(type(record)) and one and name and one != name:
        loses = into if record.label_field in taken else record
        cite_as_other_name(loses, str(getattr(loses, loses.label_field)))


def _merge(record: Record, into: Record, chosen: list[tuple[Difference, bool]], judgement: Judgement) -> None:
    """Write everything, and note what was done to each row: by that the merge can be taken back."""
    model = type(record)
    since, twins = positions(model), Twins()
    note_without_history(judgement, model, record.pk)
    for difference, taken in chosen:
        if not taken:
            keep_stated(record, difference, difference.other, against=difference.kept)
        elif not difference.survivor_is_silent:
            keep_stated(into, difference, difference.kept, against=difference.other)
    _cited_names_follow(record, into, {difference.name for difference, taken in chosen if taken})
    names_follow(record, into)
    move_all(model, record.pk, into.pk, twins)
    judgements_follow(model, record.pk, into.pk)
    model._base_manager.filter(pk=record.pk).update(record_status=RecordStatus.MERGED, merged_into=into.pk)
    values = {
        field.attname: difference.other[field.name] for difference, taken in chosen if taken for field in difference.fields
    }
    if values:
        keep_name(into, values)
        model._base_manager.filter(pk=into.pk).update(**values)
    judgement.stays_version = model._base_manager.values_list("version", flat=True).get(pk=into.pk)
    judgement.save(update_fields=["stays_version"])
    note(judgement, model, since, twins)
