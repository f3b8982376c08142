"""Which values and rows of records no citation covers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models

from registry.entries import uncovered_sql
from registry.kinds import MUST_BE_CITED, RecordKind, kind_of_model
from registry.models.uncovered import Uncovered as Listed


@dataclass(frozen=True)
class Uncovered:
    """A record with the entries that no citation covers."""

    kind: RecordKind
    slug: str
    entries: tuple[str, ...]


def uncovered_records(model: type[models.Model]) -> int:
    """Count the published records of a model that state something without a source, as the list of the database has it."""
    kind = kind_of_model(model)
    return Listed.objects.filter(kind=kind.name).count() if kind else 0


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
