"""The moment of a release: one snapshot of the database, which every connection that writes a file reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from api.database.version import position_text
from api.exports.stream import parameters
from registry.trial import apart


@dataclass(frozen=True)
class Snapshot:
    """What a release is made from: its instant, the snapshot of the database, and where the feed of changes was.

    `transaction` is the number after the last change of the feed: what the feed gives from there on is not in the release.
    """

    instant: datetime
    identifier: str
    era: str
    transaction: int

    @property
    def position(self) -> str:
        """Return the position of the feed, for a client that goes on from the release."""
        return position_text(self.era, self.transaction)

    @contextmanager
    def connection(self) -> Iterator["psycopg.Connection[Any]"]:
        """Open a further connection that reads the same snapshot."""
        with psycopg.connect(**parameters()) as live:
            live.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            live.execute(f"SET TRANSACTION SNAPSHOT '{self.identifier}'")
            live.execute("SET LOCAL statement_timeout = 0")
            yield live


@contextmanager
def repeatable() -> Iterator[None]:
    """Begin the transactions of Django's connection at the level at which all their statements see the same."""
    connection.ensure_connection()
    live: psycopg.Connection[Any] = connection.connection
    live.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if not live.closed:
            live.isolation_level = None


@contextmanager
def taken(instant: datetime | None) -> Iterator[Snapshot]:
    """Take a snapshot, and keep it for the block; `instant` repeats an earlier release of the same day over the same data."""
    with apart(), repeatable(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT pg_export_snapshot(), date_trunc('second', now()), COALESCE((SELECT era FROM registry_changeera), ''),"
            " COALESCE((SELECT max(transaction) + 1 FROM registry_change), 0)"
        )
        identifier, now, era, following = cursor.fetchone()
        if instant is not None and instant.astimezone(UTC).date() != now.astimezone(UTC).date():
            raise ValueError("the instant must be on the present day (UTC), because terms of licences are shown by the day")
        yield Snapshot((instant or now).astimezone(UTC), identifier, era, following)
