"""A run, planned with the registry as it is now and written, under one context of the history."""

from typing import Any

import pghistory
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from imports.derived import CITATIONS
from imports.errors import ImportRefused
from imports.plan.effects import plan_accepted
from imports.plan.steps import Work
from imports.progress import Progress
from imports.targets import TABLES
from imports.write.apply import apply
from registry.models import ImportRun, Source
from registry.vocabularies import RecordStatus


def work_of(run: ImportRun, progress: Progress) -> Work:
    """Return the run at work in the transaction of the connection."""
    return Work(run, TABLES[run.target], connection.cursor(), progress)


def note_of(run: ImportRun, user: Any, reason: str) -> dict[str, Any]:
    """Return what the history keeps with each change."""
    note: dict[str, Any] = {"actor": f"import {run.kind}", "reason": reason, "import_run": run.pk}
    return note | {"user": user.pk} if user is not None else note


def write_whole(run: ImportRun, user: Any, progress: Progress) -> Work:
    """Plan the rows of a run and write what they change; the caller keeps the run. Raises ImportRefused."""
    with pghistory.context(**note_of(run, user, f"import {run.pk}: {run.file_name}")) as context:
        run.source = run.source and _survivor(run.source)
        run.context = context.id
        work = work_of(run, progress)
        run.counts = plan_accepted(work)
        if any(run.counts[outcome] for outcome in ("new", "changed", "unchanged")):
            if _is_cited(work):
                run.source = _citable(run, run.source or _make_source(run, run.record_status))
            else:
                # The data set is known by its source; readers need not see one that nothing cites.
                run.source = run.source or _make_source(run, RecordStatus.DRAFT)
            apply(work)
    return work


def _is_cited(work: Work) -> bool:
    """Return whether the file itself is cited; a list of citations names the sources of others, and states nothing itself."""
    [(states,)] = work.ask(
        """
        SELECT EXISTS (SELECT FROM import_effect e JOIN registry_importrow r ON r.id = e.row_id
            WHERE (r.mapped - 'external_id' - {citations}) <> '{{}}')
        """,
        citations=CITATIONS,
    )
    return bool(states)


def _make_source(run: ImportRun, status: str) -> Source:
    """Make the source that the rows cite; a source that somebody made meanwhile is taken."""
    card = {key: value for key, value in run.source_card.items() if value is not None}
    card |= {"retrieved": timezone.now().date().isoformat(), "record_status": status}
    source: Source = Source.objects.get_or_create(slug=card.pop("slug"), defaults=card)[0]
    return source


def _survivor(source: Source) -> Source:
    while source.merged_into_id is not None:  # type: ignore[attr-defined]
        source = Source.objects.get(pk=source.merged_into_id)  # type: ignore[attr-defined]
    return source


def _citable(run: ImportRun, source: Source) -> Source:
    """Return the source as it is cited: the one it was merged into, and published where its records are to be."""
    source = _survivor(source)
    if run.record_status != RecordStatus.PUBLISHED or source.record_status == RecordStatus.PUBLISHED:
        return source
    if source.published_at is not None:
        raise ImportRefused(
            gettext(
                "Its source “%(source)s” (%(slug)s) was withdrawn, so the loaded records would "
                "have no public source. Publish the source first, or load the file as drafts."
            )
            % {"source": source, "slug": source.slug}
        )
    Source.objects.filter(pk=source.pk).update(record_status=RecordStatus.PUBLISHED)
    source.refresh_from_db(fields=["record_status", "published_at", "version"])
    return source
