"""Judgements of pairs: recorded so that a pair is not proposed again, and taken back.

That two are the same is recorded by merging them (`registry.merging`), and taken back there.
"""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext

from registry.curation import CurationError, permission_name, reason_problem
from registry.kinds import kind_of_model
from registry.limits import limit_problem
from registry.matching.kinds import is_matched
from registry.models import Judgement
from registry.models.base import Record
from registry.pairs import Pairs
from registry.vocabularies import Verdict


def records_judge(*, one: Record, other: Record, verdict: Verdict, user: Any, reason: str) -> Judgement:
    """Record that two records are different, or that nobody can tell; raises CurationError.

    An earlier judgement of the pair is replaced, unless the two are the same.
    """
    model = type(one)
    reason = _checked(model, user, reason, one, other)
    if verdict == Verdict.SAME:
        raise CurationError(gettext("Two records that are the same are merged."))
    if not is_matched(model) or type(other) is not model or one.pk == other.pk:
        raise CurationError(gettext("Only two records of the same kind can be judged."))
    with transaction.atomic(), pghistory.context(user=user.pk, reason=reason):
        held = judgement_of(one, other)
        if held and held.verdict == Verdict.SAME:
            raise CurationError(gettext("The two were merged. Take the merge back first."))
        if held:
            held.delete()
        low, high = sorted((one.pk, other.pk))
        return Judgement.objects.create(
            kind=kind_name(model), one_id=low, other_id=high, verdict=verdict, reason=reason, decided_by=user
        )


def judgement_take_back(*, judgement: Judgement, model: type[Record], user: Any, reason: str) -> None:
    """Delete a judgement, so that the pair is proposed again; raises CurationError."""
    pair = model._base_manager.filter(pk__in=(judgement.one_id, judgement.other_id))
    reason = _checked(model, user, reason, *pair)
    if judgement.verdict == Verdict.SAME:
        raise CurationError(gettext("The two were merged. Take the merge back."))
    with transaction.atomic(), pghistory.context(user=user.pk, reason=reason):
        judgement.delete()


def judgement_of(one: Record, other: Record) -> Judgement | None:
    """Return the judgement of a pair, if there is one."""
    low, high = sorted((one.pk, other.pk))
    return Judgement.objects.filter(kind=kind_name(type(one)), one_id=low, other_id=high).select_related("decided_by").first()


def judged_same(model: type[Record], pairs: Pairs, *, user: Any, reasons: Mapping[int, str]) -> dict[int, Judgement]:
    """Record that records are the same as others, in place of earlier judgements of the pairs; the caller merges them.

    `reasons` and the judgements that are returned are by the key of the record that goes.
    """
    kind = kind_name(model)
    ordered = {gone: (min(gone, stays), max(gone, stays)) for gone, stays in pairs.items()}
    held = Judgement.objects.filter(kind=kind, one_id__in=[low for low, _ in ordered.values()])
    replaced = [row.pk for row in held if (row.one_id, row.other_id) in set(ordered.values())]
    if replaced:
        Judgement.objects.filter(pk__in=replaced).delete()
    made = Judgement.objects.bulk_create(
        Judgement(
            kind=kind,
            one_id=low,
            other_id=high,
            verdict=Verdict.SAME,
            gone_id=gone,
            reason=reasons[gone],
            decided_by=user,
        )
        for gone, (low, high) in ordered.items()
    )
    return {row.gone_id: row for row in made if row.gone_id}


def kind_name(model: type[models.Model]) -> str:
    """Return the name of a kind of record as judgements write it."""
    kind = kind_of_model(model)
    assert kind is not None
    return kind.name


def judgements_follow(model: type[Record], pairs: Pairs) -> None:
    """Let what was judged of merged records be judged of the records that they were merged into.

    That other records were found the same stays as it was judged.
    """
    both = [*pairs, *pairs.values()]
    rows = Judgement.objects.filter(Q(one_id__in=both) | Q(other_id__in=both), kind=kind_name(model))
    judged = {(row.one_id, row.other_id) for row in rows}
    dropped, moved = [], []
    for row in rows:
        if row.verdict == Verdict.SAME or not (row.one_id in pairs or row.other_id in pairs):
            continue
        one, other = (pairs.get(key, key) for key in (row.one_id, row.other_id))
        pair = (min(one, other), max(one, other))
        if pair in judged:
            dropped.append(row.pk)
        else:
            judged.add(pair)
            row.one_id, row.other_id = pair
            moved.append(row)
    if dropped:
        Judgement.objects.filter(pk__in=dropped).delete()
    Judgement.objects.bulk_update(moved, ["one_id", "other_id"])


def _checked(model: type[Record], user: Any, reason: str, *records: Record) -> str:
    """Return the reason without spaces around it; refuse what may not be."""
    reason = reason.strip()
    if not user.has_perm(permission_name(model, "change")):
        raise CurationError(
            gettext("You may not judge %(verbose_name_plural)s.") % {"verbose_name_plural": model._meta.verbose_name_plural}
        )
    if problem := limit_problem(user, *records):
        raise CurationError(problem)
    if not reason:
        raise CurationError(gettext("State the reason of the judgement."))
    if problem := reason_problem(reason):
        raise CurationError(problem)
    return reason
