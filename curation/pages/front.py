"""The front page of the admin: work to do, recent changes, how much there is."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse

from curation.imports.receive import may_load, may_stage
from curation.pages.work import my_work
from curation.paging import COUNTED, estimated_rows
from curation.quality import warnings_of, with_warning
from registry.models import ImportRun
from registry.models.base import Record
from registry.uncovered import uncovered_records
from registry.vocabularies import RecordStatus

#: Warnings are counted in tables up to this size; in larger ones the list answers.
_WARNINGS_COUNTED = 20_000


@dataclass(frozen=True)
class FrontPageKind:
    """How many records of one kind there are, by state."""

    name: str
    address: str
    add_address: str
    published: str
    in_review: int
    drafts: int
    withdrawn: int
    warnings: int | None
    #: Published records that state something without a source.
    uncovered: int


def front_page(request: HttpRequest, site: AdminSite) -> dict[str, Any]:
    """Gather what the front page shows to this person."""
    pages = [
        (model, page)
        for model, page in site._registry.items()
        if issubclass(model, Record) and page.has_view_or_change_permission(request)
    ]
    unpublished = _unpublished([model for model, _ in pages])
    kinds = {model: _kind(model, page, request, unpublished[model]) for model, page in pages}
    return {
        "kinds": list(kinds.values()),
        "work": my_work(
            request,
            site,
            [model for model, kind in kinds.items() if kind.in_review],
            [model for model, kind in kinds.items() if kind.drafts],
        ),
        "entries": recent(request, site),
        "may_stage": may_stage(request.user),
    }


def _unpublished(kinds: list[Any]) -> dict[Any, dict[str, int]]:
    """Count the records that are not published by kind and state, by one query."""
    found: dict[Any, dict[str, int]] = {model: {} for model in kinds}
    parts = [
        model._base_manager.order_by()
        .exclude(record_status=RecordStatus.PUBLISHED)
        .annotate(of=models.Value(number))
        .values_list("of", "record_status")
        .annotate(models.Count("pk"))
        for number, model in enumerate(kinds)
    ]
    for number, state, count in parts[0].union(*parts[1:], all=True) if parts else ():
        found[kinds[number]][state] = count
    return found


def _kind(model: Any, page: Any, request: HttpRequest, counts: dict[str, int]) -> FrontPageKind:
    """Count what waits exactly, and what is published exactly where that is cheap."""
    rows = model._base_manager.order_by()
    estimate = estimated_rows(rows.filter(record_status=RecordStatus.PUBLISHED))
    if estimate > COUNTED:
        published = f"≈ {float(f'{estimate:.2g}'):,.0f}"
    else:
        published = f"{rows.filter(record_status=RecordStatus.PUBLISHED).count():,}"
    cheap = warnings_of(model) and estimate <= _WARNINGS_COUNTED
    address = reverse(f"admin:registry_{model._meta.model_name}_changelist")
    return FrontPageKind(
        str(model._meta.verbose_name_plural),
        address,
        reverse(f"admin:registry_{model._meta.model_name}_add") if page.has_add_permission(request) else "",
        published,
        counts.get(RecordStatus.IN_REVIEW, 0),
        counts.get(RecordStatus.DRAFT, 0),
        counts.get(RecordStatus.WITHDRAWN, 0),
        with_warning(rows, "any").count() if cheap else None,
        uncovered_records(model),
    )


def recent(request: HttpRequest, site: AdminSite) -> list[LogEntry]:
    """Return the latest changes that people made to what this person may see."""
    seen = [model for model, page in site._registry.items() if page.has_view_or_change_permission(request)]
    kinds = ContentType.objects.get_for_models(*seen)
    entries = LogEntry.objects.filter(content_type__in=kinds.values())
    if ImportRun in kinds and not may_load(request.user):
        own = ImportRun.objects.filter(user=request.user.pk).annotate(key=Cast("pk", models.TextField())).values("key")
        entries = entries.exclude(~models.Q(object_id__in=own), content_type=kinds[ImportRun])
    return list(entries.select_related("user", "content_type").order_by("-pk")[:12])
