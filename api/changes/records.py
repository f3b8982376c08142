"""The records of a stretch of the log as the public sees them now, and what merged ones have become."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import F

from api.changes.log import LogRow
from api.database.bound import Bound, Condition
from api.database.connection import fetch
from api.query.composed import live_sql, records
from api.query.rows import Row
from api.resources.resource import Resource, all_resources
from registry.models.base import Record
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class LoggedChange:
    """An entry of the log with the record as it stands (None where it is not public) and what it was merged into."""

    entry: LogRow
    resource: Resource
    row: Row | None
    merged_into: str | None


@cache
def resources_by_kind() -> dict[str, Resource]:
    """Return the resources by the kinds of their records."""
    return {resource.kind: resource for resource in all_resources()}


def changes_of(entries: list[LogRow]) -> list[LoggedChange]:
    """Fetch what the entries speak of, one query per kind.

    Records are read after the log and may be newer than the entry; then a later entry says so too. None is ever older.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    merged: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        ids[entry.position.kind].add(entry.position.record)
        if entry.operation == "merge" and entry.merged_into is not None:
            merged[entry.position.kind].add(entry.merged_into)
    kinds = resources_by_kind()
    rows = {(kind, key): row for kind, keys in ids.items() for key, row in _rows(kinds[kind], keys)}
    slugs = {(kind, key): slug for kind, keys in merged.items() for key, slug in _slugs(kinds[kind], keys)}
    return [
        LoggedChange(
            entry,
            kinds[entry.position.kind],
            rows.get((entry.position.kind, entry.position.record)),
            slugs.get((entry.position.kind, entry.merged_into or 0)) if entry.operation == "merge" else None,
        )
        for entry in entries
    ]


def _rows(resource: Resource, keys: Iterable[int]) -> Iterable[tuple[int, Row]]:
    for document, geometry, live, key in fetch(_sql(resource), (sorted(keys),)):
        yield key, Row(document, geometry, live, None)


@cache
def _sql(resource: Resource) -> str:
    live, nothing = live_sql(resource), Condition("NULL::json")
    rows = records(resource).filter(id__any_of=Bound("ids", "bigint[]"))
    rows = rows.annotate(
        _geometry=F("geometry_document") if resource.geometry and resource.geometry_in_lists else nothing,
        _live=Condition(live.replace("%", "%%")) if live else nothing,
    )
    sql, params = rows.order_by().values_list("document", "_geometry", "_live", "id").query.sql_with_params()
    return str(sql % tuple("%s" if isinstance(p, Bound) else f"'{p}'" for p in params))


def _slugs(resource: Resource, keys: Iterable[int]) -> Iterable[tuple[int, str]]:
    """Return the slugs that readers may know: of records that are public, or were and have been merged in their turn."""
    model: type[Record] = resource.model  # type: ignore[assignment]
    open_to_all = (RecordStatus.PUBLISHED.value, RecordStatus.MERGED.value)
    known = model.objects.filter(pk__in=list(keys), record_status__in=open_to_all, published_at__isnull=False)
    yield from known.values_list("pk", "slug")
