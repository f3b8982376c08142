"""Judgements of pairs: recorded so that a pair is not proposed again, and taken back.

That two are the same is recorded by merging them (`registry.merging`), and taken back there.
"""

from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models import Q

from registry.curation import CurationError, permission_name, reason_problem
from registry.kinds import kind_of_model
from registry.matching.kinds import is_matched
from registry.models import Judgement
from registry.models.base import Record
from registry.vocabularies import Verdict


def records_judge(*, one: Record, other: Record, verdict: Verdict, user: Any, reason: str) -> Judgement:
    """Record that two records are different, or that nobody can tell; raises CurationError.

    An earlier judgement of the pair is replaced, unless the two are the same.
    """
    model = type(one)
    reason = _checked(model, user, reason)
    if verdict == Verdict.SAME:
        raise CurationError("Two records that are the same are merged.")
    if not is_matched(model) or type(other) is not model or one.pk == other.pk:
        raise CurationError("Only two records of the same kind can be judged.")
    with transaction.atomic(), pghistory.context(user=user.pk, reason=reason):
        held = judgement_of(one, other)
        if held and held.verdict == Verdict.SAME:
            raise CurationError("The two were merged. Take the merge back first.")
        return _replace(held, model, one.pk, other.pk, verdict=verdict, reason=reason, decided_by=user)


def judgement_take_back(*, judgement: Judgement, model: type[Record], user: Any, reason: str) -> None:
    """Delete a judgement, so that the pair is proposed again; raises CurationError."""
    reason = _checked(model, user, reason)
    if judgement.verdict == Verdict.SAME:
        raise CurationError("The two were merged. Take the merge back.")
    with transaction.atomic(), pghistory.context(user=user.pk, reason=reason):
        judgement.delete()


def judgement_of(one: Record, other: Record) -> Judgement | None:
    """Return the judgement of a pair, if there is one."""
    low, high = sorted((one.pk, other.pk))
    return Judgement.objects.filter(kind=kind_name(type(one)), one_id=low, other_id=high).select_related("decided_by").first()


def judged_same(model: type[Record], gone: int, stays: int, *, user: Any, reason: str) -> Judgement:
    """Record that two records are the same, in place of an earlier judgement of the pair; the caller merges them."""
    low, high = sorted((gone, stays))
    held = Judgement.objects.filter(kind=kind_name(model), one_id=low, other_id=high).first()
    return _replace(held, model, gone, stays, verdict=Verdict.SAME, gone_id=gone, reason=reason, decided_by=user)


def kind_name(model: type[models.Model]) -> str:
    """Return the name of a kind of record as judgements write it."""
    kind = kind_of_model(model)
    assert kind is not None
    return kind.name


def judgements_follow(model: type[Record], gone: int, stays: int) -> None:
    """Let what was judged of a merged record be judged of the record that it was merged into.

    That other records were found the same stays as it was judged.
    """
    rows = Judgement.objects.filter(kind=kind_name(model)).exclude(verdict=Verdict.SAME)
    for row in rows.filter(Q(one_id=gone) | Q(other_id=gone)):
        third = row.other_id if row.one_id == gone else row.one_id
        pair = {"one_id": min(third, stays), "other_id": max(third, stays)}
        if Judgement.objects.filter(kind=row.kind, **pair).exists():
            row.delete()
        else:
            rows.filter(pk=row.pk).update(**pair)


def _replace(held: Judgement | None, model: type[Record], one: int, other: int, **values: Any) -> Judgement:
    if held:
        held.delete()
    low, high = sorted((one, other))
    return Judgement.objects.create(kind=kind_name(model), one_id=low, other_id=high, **values)


def _checked(model: type[Record], user: Any, reason: str) -> str:
    """Return the reason without spaces around it; refuse what may not be."""
    reason = reason.strip()
    if not user.has_perm(permission_name(model, "change")):
        raise CurationError(f"You may not judge {model._meta.verbose_name_plural}.")
    if not reason:
        raise CurationError("State the reason of the judgement.")
    if problem := reason_problem(reason):
        raise CurationError(problem)
    return reason
