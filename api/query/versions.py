"""The versions of a record that readers have seen, each with the time at which it began: what its history knows of them."""

from datetime import datetime
from typing import Any, NamedTuple

from api.database.connection import fetch
from api.filters.merged import survivor
from api.query.composed import records
from api.resources.resource import Resource
from registry.history import history_of
from registry.sql import identifier, sql
from registry.vocabularies import RecordStatus


class Version(NamedTuple):
    """A state of a record: when it began, its number, and whether the record was public in it."""

    began: datetime
    number: int
    status: str

    @property
    def is_public(self) -> bool:
        """Return whether readers saw the record."""
        return self.status == RecordStatus.PUBLISHED


def versions_of(resource: Resource, slug: str) -> list[Version]:
    """Return the states of a record, the oldest first, from the first that was public; none of one that is not public now.

    A record that has been merged into a public one is known by its own slug. Of the states of one transaction the last counts.
    """
    if "\x00" in slug or not _is_open(resource, slug):
        return []
    rows = fetch(
        sql(
            "SELECT DISTINCT ON (h.pgh_created_at) h.pgh_created_at, h.version, h.record_status FROM {history} h"
            " WHERE h.pgh_obj_id = (SELECT id FROM {table} WHERE lower(slug) = lower({slug})) AND h.pgh_label <> 'delete'"
            " ORDER BY h.pgh_created_at, h.pgh_id DESC",
            history=identifier(history_of(resource.model)._meta.db_table),
            table=identifier(resource.table),
            slug=slug,
        )
    )
    found = [Version(*row) for row in rows]
    first = next((number for number, one in enumerate(found) if one.is_public), len(found))
    return found[first:]


def _is_open(resource: Resource, slug: str) -> bool:
    rows: Any = records(resource).filter(slug__iexact=slug)
    return bool(rows.exists()) or survivor(resource.model, slug, resource.published) is not None
