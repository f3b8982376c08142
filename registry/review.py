"""Who may change what is public at once, and who decides about a proposal."""

from typing import Any

from django.db import models

from registry.curation import PUBLISH, user_may
from registry.kinds import kind_named, kind_of_model
from registry.limits import limits_of
from registry.models import Proposal, ReviewRule
from registry.models.base import Record
from registry.vocabularies import RecordStatus


def whole_of(record: models.Model) -> Record:
    """Return the record that a part belongs to; a record itself."""
    if isinstance(record, Record):
        return record
    kind = kind_of_model(type(record))
    assert kind is not None and kind.holder, record
    return getattr(record, kind.holder)  # type: ignore[no-any-return]


def is_public(record: models.Model) -> bool:
    """Return whether a change of a record, or of a part of one, would be public."""
    return whole_of(record).record_status == RecordStatus.PUBLISHED


def has_four_eyes(record: models.Model) -> bool:
    """Return whether somebody else than its author publishes a change of this kind."""
    kind = kind_of_model(type(whole_of(record)))
    assert kind is not None
    return ReviewRule.objects.filter(kind=kind.name, four_eyes=True).exists()


def may_publish(user: Any, record: models.Model) -> bool:
    """Return whether somebody may make changes of this kind public."""
    return user_may(user, PUBLISH, type(whole_of(record)))


def must_propose(user: Any, record: models.Model) -> bool:
    """Return whether what somebody saves becomes a proposal."""
    return is_public(record) and (not may_publish(user, record) or has_four_eyes(record))


def may_decline(user: Any, proposal: Proposal, record: models.Model | None) -> bool:
    """Return whether somebody may decline a proposal, also where its record is gone."""
    model = kind_named(proposal.kind).model
    changes: bool = user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
    limits = limits_of(user)
    within = limits.has_kind(model) if record is None else limits.holds(record)
    return changes and within and (record is None or not is_public(record) or may_publish(user, record))


def may_decide(user: Any, proposal: Proposal, record: models.Model | None) -> bool:
    """Return whether somebody may publish, return or decline a proposal."""
    if record is not None and is_public(record) and proposal.author_id == user.pk and has_four_eyes(record):
        return False
    return may_decline(user, proposal, record)
