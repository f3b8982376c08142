"""The log, read in order and never past a transaction that may still write before what is shown.

Transactions get their numbers in one order and commit in another. A row is shown when its transaction is older than every
open one: then nothing can appear before it any more, and a reader who goes on after it misses nothing. A transaction that
stays open for an hour holds the feed back for an hour; it never tears it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from api.changes.era import keep_era
from api.changes.position import Position
from api.database.connection import fetch
from api.database.servers import from_primary
from api.errors import Unavailable
from registry.sql import Sql, sql

#: How many rows of the log one request passes at most while it looks for those of a few kinds.
MAX_PASSED = 10_000

_HORIZON = sql("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def _after(position: Position) -> Sql:
    """Compose the condition on rows after a position that can be shown."""
    return sql(
        "(transaction, kind, record) > ({transaction}, {kind}, {record}) AND transaction < {horizon}",
        transaction=position.transaction,
        kind=position.kind,
        record=position.record,
        horizon=_HORIZON,
    )


@dataclass(frozen=True)
class LogRow:
    """A row of the log."""

    position: Position
    operation: str
    at: datetime
    version: int
    merged_into: int | None
    slug: str
    uid: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Stretch:
    """A stretch of the log: its entries, where it ends, and whether that is the end of what can be shown."""

    entries: list[LogRow]
    end: Position
    is_last: bool


def era() -> str:
    """Name the era of the log; a restored database begins a new one."""
    rows = fetch("SELECT era, place = registry_place() FROM registry_changeera")
    if not rows or not rows[0][1]:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                keep_era(cursor)
        except DatabaseError:
            raise Unavailable("The registry was restored and is not ready yet. Try again later.") from None
        # A replica has yet to hear of it.
        with from_primary():
            rows = fetch("SELECT era FROM registry_changeera")
    return str(rows[0][0])


def end_before(seconds: float) -> Position:
    """Return a position that was not yet after the end of the log so many seconds ago: what came since comes again.

    It is taken from samples kept with the data version, which may be an hour older; in a young era it is the beginning.
    """
    ((horizon,),) = fetch(
        sql(
            """
        SELECT LEAST({horizon}, COALESCE(max(horizon), 0))
        FROM registry_dataversion, LATERAL (VALUES (earlier_at, earlier_horizon), (later_at, later_horizon)) s(at, horizon)
        WHERE s.at <= clock_timestamp() - make_interval(secs => {seconds})
        """,
            horizon=_HORIZON,
            seconds=seconds,
        )
    )
    return Position(horizon, "", 0)


def is_there_more(after: Position) -> bool:
    """Tell whether anything can be shown after a position."""
    ((found,),) = fetch(sql("SELECT EXISTS (SELECT FROM registry_change WHERE {after})", after=_after(after)))
    return bool(found)


def read(after: Position, kinds: tuple[str, ...] | None, limit: int) -> Stretch:
    """Read up to `limit` entries of some kinds, or of all, after a position; what it costs does not depend on the log."""
    passed = limit if kinds is None else MAX_PASSED
    rows = fetch(
        sql(
            """
        WITH passed AS MATERIALIZED (
            SELECT transaction, kind, record, operation, at, version, merged_into, slug, uid, fields FROM registry_change
            WHERE {after}
            ORDER BY transaction, kind, record LIMIT {passed}
        ), last AS (
            SELECT transaction, kind, record, (SELECT count(*) FROM passed) AS number FROM passed
            ORDER BY transaction DESC, kind DESC, record DESC LIMIT 1
        )
        SELECT * FROM (
            SELECT p.*, NULL::bigint AS number FROM passed p
            WHERE p.operation <> 'unseen' AND ({kinds}::text[] IS NULL OR p.kind = ANY ({kinds}::text[]))
            ORDER BY p.transaction, p.kind, p.record LIMIT {limit}
        ) shown
        UNION ALL
        SELECT transaction, kind, record, NULL, NULL, NULL, NULL, NULL, NULL, NULL, number FROM last
        """,
            after=_after(after),
            passed=passed,
            kinds=list(kinds) if kinds else None,
            limit=limit,
        )
    )
    if not rows:
        return Stretch([], after, True)
    *shown, last = rows
    entries = [LogRow(Position(*row[:3]), row[3], row[4], row[5], row[6], row[7], row[8], tuple(row[9])) for row in shown]
    reached = Position(*last[:3])
    if len(entries) == limit and entries[-1].position != reached:
        return Stretch(entries, entries[-1].position, False)
    return Stretch(entries, reached, last[10] < passed)
