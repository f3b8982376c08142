"""The era of the log.

Transaction numbers order the log, and mean something within one database of one server only. A database that is in another
place than its log says was restored there: a new era begins, what was noted before is numbered below zero, and cursors of the
old era are refused, for the restored registry may lack what a mirror has seen.
"""

from typing import Any

from django.db import connection, transaction

from api.changes.record_steps import visible
from api.resources.resource import all_resources
from registry.sql import compiled, identifier, sql

_TABLES = "LOCK TABLE registry_changeera, registry_change IN EXCLUSIVE MODE"


def begin_era() -> None:
    """Begin the first era, or a new one where the database has been restored; after each installation."""
    with transaction.atomic(), connection.cursor() as cursor:
        keep_era(cursor)


def keep_era(cursor: Any) -> None:
    """Begin the first era, or a new one where the database has been restored."""
    cursor.execute(_TABLES)
    cursor.execute("SELECT place = registry_place() FROM registry_changeera")
    row = cursor.fetchone()
    if row is None:
        _begin_with_what_is_public(cursor)
    elif row[0]:
        return
    else:
        cursor.execute(
            # Below zero, and beside the numbers that are there: keys are unique at every row of the statement.
            "UPDATE registry_change SET transaction = transaction - (SELECT GREATEST(max(transaction),"
            " max(transaction) - min(transaction)) + 1 FROM registry_change)"
        )
        # Transactions of the other place say nothing here.
        cursor.execute(
            "UPDATE registry_dataversion SET earlier_at = NULL, earlier_horizon = NULL, later_at = NULL, later_horizon = NULL"
        )
    # Named by the time, so that of two positions the one of the older era is the smaller text.
    cursor.execute(
        "INSERT INTO registry_changeera (era, place) VALUES (lpad(to_hex(extract(epoch FROM now())::bigint), 8, '0'),"
        " registry_place()) ON CONFLICT (single) DO UPDATE SET place = EXCLUDED.place,"
        " era = GREATEST(EXCLUDED.era, lpad(to_hex(('x' || registry_changeera.era)::bit(32)::bigint + 1), 8, '0'))"
    )


def _begin_with_what_is_public(cursor: Any) -> None:
    """Record what was public before there was a log, so that the log begins with everything."""
    for resource in all_resources():
        noted = sql(
            "INSERT INTO registry_change"
            " SELECT 0, {kind}, r.id, 'create', r.published_at, r.version, NULL, r.slug, r.uid, '{{}}'"
            " FROM {table} r WHERE {visible} ON CONFLICT DO NOTHING",
            kind=resource.kind,
            table=identifier(resource.table),
            visible=compiled(visible(resource, "r")),
        )
        cursor.execute(noted.text, noted.values)
