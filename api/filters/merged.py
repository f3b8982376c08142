"""Where a record is found that was merged into another one: asked only after its own slug has found nothing."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet

from api.database.bound import Bound, Condition, bind, plain, shape_of
from api.database.connection import fetch
from registry.sql import Sql
from registry.vocabularies import RecordStatus


def survivor(model: Any, slug: str, narrow: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None) -> str | None:
    """Return the slug of the public record into which the one of this slug was merged; None if there is none.

    Only what was public once is reported of: the slug of a draft never was public. `narrow` keeps to what a resource shows.
    """
    if "\x00" in slug:
        return None
    rows = fetch(bind(_sql(model, narrow), {"slug": slug}))
    return rows[0][0] if rows else None


@cache
def _sql(model: Any, narrow: Callable[[QuerySet[Any]], QuerySet[Any]] | None) -> Sql:
    """Compose the look-up by the unique index of slugs; a merged record never points at another merged one."""
    merged = model._base_manager.filter(
        Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug")),
        Q(record_status=RecordStatus.MERGED, published_at__isnull=False),
    )
    published = model._default_manager.published()
    rows = (narrow(published) if narrow else published).filter(id__in=merged.values("merged_into"))
    return plain(shape_of(rows.order_by().values_list("slug")))
