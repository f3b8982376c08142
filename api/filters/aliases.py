"""Other names under which records are asked for: external ids of the scheme `alias`, such as the number of a report.

A slug never changes. Where others call a record by a name of the same form, that name leads to it too.
"""

from typing import Any

from api.database.connection import fetch
from registry.kinds import kind_of_model
from registry.models import ExternalId
from registry.sql import identifier, sql

SCHEME = "alias"


def aliased(model: Any, given: str) -> tuple[int, str] | None:
    """Return the id and the slug of the public record that has this alias; None if there is none."""
    kind = kind_of_model(model)
    if kind is None or "\x00" in given:
        return None
    rows = fetch(
        sql(
            "SELECT r.id, r.slug FROM {ids} x JOIN {table} r ON r.id = x.{record} AND r.record_status = 'published'"
            " WHERE x.scheme = {scheme} AND lower(x.value) = {value}"
            " ORDER BY x.id LIMIT 1",
            ids=identifier(ExternalId._meta.db_table),
            table=identifier(kind.table),
            record=identifier(f"{kind.name}_id"),
            scheme=SCHEME,
            value=given.lower(),
        )
    )
    return rows[0] if rows else None
