"""Which values and rows of records no citation covers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models

from registry.entries import uncovered_sql
from registry.kinds import MUST_BE_CITED, RecordKind, kind_named
from registry.models.uncovered import Uncovered as Listed


@dataclass(frozen=True)
class Uncovered:
    """A record with the entries that no citation covers."""

    kind: RecordKind
    slug: str
    entries: tuple[str, ...]


def uncovered_by_model() -> dict[type[models.Model], int]:
    """Count, by model, the published records that state something without a source, as the list of the database has them."""
    counted = Listed.objects.values_list("kind").annotate(n=models.Count("pk")).order_by("kind")
    return {kind_named(kind).model: number for kind, number in counted}


def uncovered(kinds: tuple[str, ...] = ()) -> Iterator[Uncovered]:
    """Go through the published records of some kinds, or of all, that state what no citation covers."""
    with connection.cursor() as cursor:
        for kind in MUST_BE_CITED.values():
            if kinds and kind.name not in kinds:
                continue
            cursor.execute(
                f"SELECT slug, entries FROM (SELECT r.slug, {uncovered_sql(kind.model, 'r')} AS entries"
                f" FROM {kind.table} r WHERE r.record_status = 'published') u WHERE entries <> '{{}}' ORDER BY slug"
            )
            yield from (Uncovered(kind, slug, tuple(entries)) for slug, entries in cursor.fetchall())
