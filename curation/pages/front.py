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
from curation.paging import COUNTED, estimated_sizes
from curation.quality import warnings_of, with_warning
from registry.kinds import RECORD_KINDS
from registry.models import ImportRun
from registry.uncovered import uncovered_by_model
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
    """Gather what the front page shows to this person, by as many queries for many kinds of record as for few."""
    pages: dict[Any, Any] = {
        kind.model: page
        for kind in RECORD_KINDS
        if (page := site._registry.get(kind.model)) and page.has_view_or_change_permission(request)
    }
    sizes = estimated_sizes(pages)
    states, warnings, uncovered = _states(sizes), _warnings(sizes), uncovered_by_model()
    kinds = [
        _kind(
            model, page.has_add_permission(request), sizes[model], states[model], warnings.get(model), uncovered.get(model, 0)
        )
        for model, page in pages.items()
    ]
    return {
        "kinds": kinds,
        "work": my_work(
            request,
            site,
            [model for model, counts in states.items() if counts.get(RecordStatus.IN_REVIEW)],
            [model for model, counts in states.items() if counts.get(RecordStatus.DRAFT)],
            uncovered,
        ),
        "entries": recent(request, site),
        "may_stage": may_stage(request.user),
    }


def _states(sizes: dict[Any, int]) -> dict[Any, dict[str, int]]:
    """Count the records of each kind by state, those of large tables that are published left out."""
    found: dict[Any, dict[str, int]] = {model: {} for model in sizes}
    parts = []
    for number, (model, size) in enumerate(sizes.items()):
        rows = model._base_manager.order_by().annotate(of=models.Value(number))
        if size > COUNTED:
            rows = rows.exclude(record_status=RecordStatus.PUBLISHED)
        parts.append(rows.values_list("of", "record_status").annotate(models.Count("pk")))
    for number, state, count in _together(parts):
        found[list(sizes)[number]][state] = count
    return found


def _warnings(sizes: dict[Any, int]) -> dict[Any, int]:
    """Count the records with a warning in tables where that is cheap."""
    cheap = [model for model, size in sizes.items() if warnings_of(model) and size <= _WARNINGS_COUNTED]
    parts = [
        with_warning(model._base_manager.order_by(), "any")
        .annotate(of=models.Value(number))
        .values_list("of")
        .annotate(models.Count("pk"))
        for number, model in enumerate(cheap)
    ]
    return {cheap[number]: count for number, count in _together(parts)}


def _together(parts: list[Any]) -> Any:
    """Ask several tables by one query."""
    return parts[0].union(*parts[1:], all=True) if parts else ()


def _kind(model: Any, may_add: bool, size: int, counts: dict[str, int], warnings: int | None, uncovered: int) -> FrontPageKind:
    """Show what waits exactly, and what is published exactly where counting is cheap."""
    published = counts.get(RecordStatus.PUBLISHED, 0)
    estimate = max(0, size - sum(counts.values()))
    address = f"admin:registry_{model._meta.model_name}"
    return FrontPageKind(
        str(model._meta.verbose_name_plural),
        reverse(f"{address}_changelist"),
        reverse(f"{address}_add") if may_add else "",
        f"≈ {float(f'{estimate:.2g}'):,.0f}" if size > COUNTED else f"{published:,}",
        counts.get(RecordStatus.IN_REVIEW, 0),
        counts.get(RecordStatus.DRAFT, 0),
        counts.get(RecordStatus.WITHDRAWN, 0),
        warnings,
        uncovered,
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
