"""The flow of merges: all of them in one transaction, under locks of their records, with who and why in the history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, OperationalError, models, transaction
from django.utils.translation import gettext
from psycopg.errors import DeadlockDetected

from registry.coverage import restoring
from registry.curation import CurationError, permission_name, reason_problem
from registry.limits import limit_problem
from registry.merging.differences import Difference, differences
from registry.merging.write import Chosen, write
from registry.models import Country
from registry.models.base import Record
from registry.refusals import Refusal
from registry.vocabularies import RecordStatus

#: The permission on the record's model, without the model's name.
MERGE = "merge"


class MergeError(CurationError):
    """A merge that cannot be; the message says why, and what to do."""


@dataclass(frozen=True)
class Merge:
    """A record that is merged into another which stays, and why.

    Fields of `into` stay as they are but those named in `take` (see `differences`), whose values come from `record`; with
    None, those that `into` leaves open. `versions` are those of `record` and `into` that a person has seen.
    """

    record: Record
    into: Record
    reason: str
    take: Collection[str] | None = None
    versions: tuple[int, int] | None = None


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

    Everything that points at `record` points at `into` afterwards; rows that both have become one. What does not stay of the
    fields is kept in citations as what their sources state, as far as it is known which source that is. `record` keeps its
    slug and its history, and its public address leads to `into`.
    """
    reason = reason.strip()
    check_person(type(record), user, reason)
    check_limits(user, record, into)
    _in_transaction([Merge(record, into, reason, take, versions)], user=user, actor={"user": user.pk})


def merge_as_judged(merges: Sequence[Merge], *, actor: str) -> None:
    """Merge by judgements that a person wrote in a file, all at once or none; raises MergeError.

    No record may be in two of the merges, and none in one may be linked with one in another (`links_of`).
    """
    for merge in merges:
        _check_reason(merge.reason)
    _in_transaction(merges, user=None, actor={"actor": actor})


def _in_transaction(merges: Sequence[Merge], *, user: Any, actor: dict[str, Any]) -> None:
    model = type(merges[0].record)
    keys = [one.pk for merge in merges for one in (merge.record, merge.into)]
    if any(type(one) is not model for merge in merges for one in (merge.record, merge.into)) or len(set(keys)) < len(keys):
        raise MergeError(gettext("A record can only be merged into another one of the same kind."))
    named = gettext(" and ").join(
        gettext("“%(record)s” cannot be merged into “%(into)s”") % {"record": merge.record, "into": merge.into}
        for merge in merges[:2]
    )
    try:
        with transaction.atomic(), pghistory.context(**actor, **_why(merges)):
            held = locked(model, keys)
            chosen = [_checked(merge, held[merge.record.pk], held[merge.into.pk]) for merge in merges]
            with restoring():
                write(model, chosen, user=user, reasons={merge.record.pk: merge.reason for merge in merges})
    except IntegrityError as error:
        raise MergeError(f"{named}: {Refusal.of(error).message}") from error
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise MergeError(gettext("Another user is changing the same records; try again.")) from error
        raise


def _why(merges: Sequence[Merge]) -> dict[str, str]:
    """Return the context of what is written; of several merges, `write` gives each row that of its own."""
    if len(merges) > 1:
        return {"reason": f"{len(merges)} pairs that were judged to be the same"}
    return {"reason": merges[0].reason, "merge": f"{merges[0].record.slug} → {merges[0].into.slug}"}


def _checked(merge: Merge, record: Record, into: Record) -> Chosen:
    """Check a merge against the rows as they are under the lock, and say what becomes of each difference."""
    _check_records(record, into)
    if merge.versions is not None and merge.versions != (record.version, into.version):
        raise MergeError(gettext("One of the two was changed while you were comparing them; review them again."))
    found = differences(record, into)
    take = [difference.name for difference in found if difference.survivor_is_silent] if merge.take is None else merge.take
    return Chosen(record, into, tuple(_chosen(found, take)))


def _check_reason(reason: str) -> None:
    if problem := reason_problem(reason):
        raise MergeError(problem)


def check_person(model: type[Record], user: Any, reason: str) -> None:
    """Refuse a person who may not merge, and a missing reason."""
    if not user_may_merge(user, model):
        raise MergeError(
            gettext("You may not merge %(verbose_name_plural)s; ask a reviewer to do it.")
            % {"verbose_name_plural": model._meta.verbose_name_plural}
        )
    if not reason:
        raise MergeError(gettext("A reason for the merge is required; the history keeps it."))
    _check_reason(reason)


def check_limits(user: Any, *records: Record) -> None:
    """Refuse records outside of what the person is limited to."""
    if problem := limit_problem(user, *records):
        raise MergeError(problem)


def locked(model: type[Record], keys: Collection[int]) -> Mapping[int, Any]:
    """Take the rows in one order, whichever is merged into which, and shut out new rows that would point at them."""
    rows = model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows.defer("document", "geometry_document")}
    if len(held) < len(keys):
        raise MergeError(gettext("One of the two no longer exists; it has been deleted."))
    return held


def _check_records(record: Record, into: Record) -> None:
    """Describe as text what stands in the way."""
    if isinstance(record, Country):
        raise MergeError(gettext("Countries are those of ISO 3166 and are not merged."))
    for one in (record, into):
        if one.record_status == RecordStatus.MERGED:
            raise MergeError(
                gettext("“%(one)s” (%(slug)s) was itself merged into “%(merged_into)s”.")
                % {"one": one, "slug": one.slug, "merged_into": one.merged_into}
            )
    if record.record_status == RecordStatus.PUBLISHED and into.record_status != RecordStatus.PUBLISHED:
        raise MergeError(
            gettext("“%(into)s” is not published and “%(record)s” is: publish “%(into)s” first, or merge the other way round.")
            % {"into": into, "record": record}
        )
    for field in type(into)._meta.concrete_fields:
        if (
            isinstance(field, models.ForeignKey)
            and field.related_model is type(into)
            and getattr(into, field.attname) == record.pk
        ):
            raise MergeError(
                gettext(
                    "“%(record)s” is the %(verbose_name)s of “%(into)s”, which would become its own. "
                    "Change that first, or merge the other way round."
                )
                % {"record": record, "verbose_name": field.verbose_name, "into": into}
            )


def _chosen(found: list[Difference], take: Collection[str]) -> list[tuple[Difference, bool]]:
    """Pair each difference with whether the merged record's values are taken; refuse a choice that is none."""
    unknown = set(take) - {difference.name for difference in found}
    if unknown:
        raise MergeError(
            gettext("The two do not differ in: %(names)s. Review them again.")
            % {"names": ", ".join(sorted(map(str, unknown)))[:200]}
        )
    return [(difference, difference.name in take) for difference in found]
