"""Which sources are past their next edition: a newer one has been expected since, or is known already."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from registry.models import Source
from registry.models.dated import LastDay
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class PastEdition:
    """A source whose next edition should have appeared."""

    slug: str
    title: str
    expected: str
    #: Slugs of the later editions that the registry has.
    newer: tuple[str, ...]
    #: Findings that rest on the source or on a copy of it.
    findings: int


def past_sources() -> QuerySet[Source]:
    """Return the published sources that are past their next edition, the longest expected first."""
    due: QuerySet[Source] = Source.objects.filter(record_status=RecordStatus.PUBLISHED, next_edition__isnull=False)
    return due.alias(expected_by=LastDay(F("next_edition"))).filter(expected_by__lt=Now()).order_by("next_edition", "slug")


def past_editions() -> Iterator[PastEdition]:
    """Describe each source that is past its next edition."""
    published = {"record_status": RecordStatus.PUBLISHED}
    for source in past_sources():
        copies = source.derivatives.filter(**published).values("pk")
        findings = source.findings.model.objects.filter(Q(source=source) | Q(source__in=copies), **published)
        yield PastEdition(
            slug=source.slug,
            title=source.title or source.slug,
            expected=str(source.next_edition),
            newer=tuple(source.updated_by.filter(**published).order_by("slug").values_list("slug", flat=True)),
            findings=findings.count(),
        )
