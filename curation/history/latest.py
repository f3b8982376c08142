"""The latest change of a record, for its page: by whom, and why."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models


@dataclass(frozen=True)
class Latest:
    """Who changed a record last, and the reason."""

    who: str
    why: str


def latest_of(record: models.Model) -> Latest:
    """Return who changed a record or a row of it last; each such change is a version of the record."""
    history: Any = type(record).history.rel.related_model  # type: ignore[attr-defined]
    context = (
        history._base_manager.filter(pgh_obj_id=record.pk).order_by("-pgh_id").values_list("pgh_context", flat=True).first()
    )
    if not context:
        return Latest("", "")
    user = context.get("author") or context.get("user")
    name = get_user_model()._default_manager.filter(pk=user).values_list("username", flat=True).first() if user else None
    return Latest(str(name or context.get("actor") or ""), str(context.get("reason") or ""))
