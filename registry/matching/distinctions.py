"""Pairs that a person marked as distinct, so that they are not proposed again."""

from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Q

from registry.curation import LONGEST_REASON, CurationError, permission_name
from registry.matching.kinds import is_matched, kind_of
from registry.models import Distinction
from registry.models.base import Record


def records_distinguish(*, one: Record, other: Record, user: Any, reason: str = "") -> None:
    """Record that two records look alike and are not the same; raises CurationError."""
    model, reason = type(one), reason.strip()
    if not user.has_perm(permission_name(model, "change")):
        raise CurationError(f"You may not decide about {model._meta.verbose_name_plural}.")
    if not is_matched(model) or type(other) is not model or one.pk == other.pk:
        raise CurationError("Only two records of the same kind can be marked as different.")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise CurationError(f"Keep the reason below {LONGEST_REASON} characters, none of them a null character.")
    low, high = sorted((one.pk, other.pk))
    with transaction.atomic(), pghistory.context(user=user.pk, reason=reason):
        Distinction.objects.get_or_create(kind=kind_of(model).column, one_id=low, other_id=high, defaults={"reason": reason})


def is_told_apart(one: Record, other: Record) -> Distinction | None:
    """Return what was noted of a pair, if anything was."""
    if not is_matched(type(one)):
        return None
    low, high = sorted((one.pk, other.pk))
    return Distinction.objects.filter(kind=kind_of(type(one)).column, one_id=low, other_id=high).first()


def distinctions_follow(model: type[Record], gone: int, stays: int) -> None:
    """Mark what is distinct from a merged record as distinct from the record it was merged into."""
    if not is_matched(model):
        return
    rows = Distinction.objects.filter(kind=kind_of(model).column)
    rows.filter(one_id=min(gone, stays), other_id=max(gone, stays)).delete()
    for row in rows.filter(Q(one_id=gone) | Q(other_id=gone)):
        third = row.other_id if row.one_id == gone else row.one_id
        pair = {"one_id": min(third, stays), "other_id": max(third, stays)}
        if rows.filter(**pair).exists():
            row.delete()
        else:
            rows.filter(pk=row.pk).update(**pair)
