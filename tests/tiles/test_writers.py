"""Places and cells stay the sum of what is written, by many writers at once, in bulk, and by those who give up."""

import threading
import time
from typing import Any

import psycopg
import pytest
from django.db import connection

from api.tiles.layer import layers
from api.tiles.proof import differences
from tests import records
from tests.connections import other_connection

pytestmark = pytest.mark.django_db(transaction=True)
_INSERT = (
    "INSERT INTO registry_deposit (slug, name, development_status, location, location_kind, description, occurrence_type,"
    " deposit_type) SELECT %(prefix)s || '-' || i, 'x', 'closed', ST_Point(70 + i / 1e4, 50, 4326), 'reported', '', 'deposit',"
    " 'unknown' FROM generate_series(1, %(number)s) i"
)
_PUBLISH = (
    "INSERT INTO registry_citation (deposit_id, source_id, relation, fields, locator, quote, note)"
    " SELECT id, %(source)s, 'supports', '{name,development_status,location,commodities}', '', '', '' FROM registry_deposit"
    " WHERE slug LIKE %(prefix)s || '-%%';"
)


def insert(writer: "psycopg.Connection[Any]", prefix: str, number: int, source: int) -> None:
    writer.execute(_INSERT, {"prefix": prefix, "number": number})
    writer.execute(_PUBLISH, {"prefix": prefix, "source": source})
    writer.execute("UPDATE registry_deposit SET record_status = 'published' WHERE slug LIKE %s", [f"{prefix}-%"])


def no_differences() -> None:
    assert {layer.name: differences(layer) for layer in layers()} == {layer.name: 0 for layer in layers()}


def placed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(records) FROM registry_tilecell WHERE kind = 'deposit' AND level = 0")
        ((number,),) = cursor.fetchall()
    return int(number or 0)


def test_no_writer_waits_for_another() -> None:
    source = records.source().pk
    with other_connection() as bulk, other_connection() as curator:
        insert(bulk, "bulk", 300, source)
        # The curator's commit waits for no lock, however slow the machine is.
        curator.execute("SET LOCAL lock_timeout = '2s'")
        insert(curator, "one", 1, source)
        curator.commit()
        assert placed() == 1
        bulk.commit()
    assert placed() == 301
    no_differences()


def test_who_gives_up_leaves_nothing() -> None:
    source = records.source().pk
    with other_connection() as writer:
        insert(writer, "given-up", 20, source)
        writer.rollback()
        insert(writer, "kept", 5, source)
        writer.execute("SAVEPOINT s")
        writer.execute("UPDATE registry_deposit SET location = ST_Point(1, 1, 4326)")
        writer.execute("ROLLBACK TO SAVEPOINT s")
        writer.commit()
    assert placed() == 5
    no_differences()


def test_many_writers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four move, publish, withdraw and fold the same deposits at once; what they leave is what the records give."""
    source, errors = records.source().pk, []
    with other_connection() as writer:
        insert(writer, "shared", 40, source)
        writer.commit()

    def write(number: int) -> None:
        with other_connection() as writer:
            for turn in range(25):
                try:
                    chosen = [f"shared-{1 + (number * 7 + turn * 3 + i) % 40}" for i in range(3)]
                    if turn % 5 == 4:
                        status = "withdrawn" if turn % 2 else "published"
                        writer.execute("UPDATE registry_deposit SET record_status = %s WHERE slug = ANY(%s)", [status, chosen])
                    else:
                        writer.execute(
                            "UPDATE registry_deposit SET location = ST_Point(%s, %s, 4326) WHERE slug = ANY(%s)",
                            [turn * 7 - 80, number * 20 - 30, chosen],
                        )
                    if turn % 6 == 0:
                        writer.execute("SELECT registry_fold_cells()")
                    if turn % 7 == 3:
                        writer.rollback()
                    else:
                        writer.commit()
                except psycopg.errors.DeadlockDetected:
                    # Rows of the deposits themselves, taken in different orders; the writer would try again.
                    writer.rollback()
                except psycopg.Error as error:
                    errors.append(error)
                    writer.rollback()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert errors == []
    no_differences()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_deposit WHERE record_status = 'published'")
        assert cursor.fetchall() == [(placed(),)]


def test_a_commodity_that_becomes_a_rare_earth_waits_for_those_who_use_it() -> None:
    source, metal = records.source().pk, records.commodity(ree=False).pk
    with other_connection() as user, other_connection() as curator:
        insert(user, "metal", 3, source)
        user.execute(
            "INSERT INTO registry_depositcommodity (deposit_id, commodity_id, role)"
            " SELECT id, %s, 'main' FROM registry_deposit",
            [metal],
        )
        changing = threading.Thread(
            target=lambda: (
                curator.execute("UPDATE registry_commodity SET ree = true WHERE id = %s", [metal]),
                curator.commit(),
            )
        )
        changing.start()
        time.sleep(0.3)
        assert changing.is_alive()
        user.commit()
        changing.join(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_tileplace WHERE ree")
        assert cursor.fetchall() == [(3,)]
    no_differences()


def test_an_old_snapshot_does_not_fold() -> None:
    source = records.source().pk
    with other_connection() as old, other_connection() as writer:
        old.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        old.execute("SELECT 1 FROM registry_deposit")
        insert(writer, "new", 3, source)
        writer.commit()
        writer.execute("SELECT registry_fold_cells()")
        writer.commit()
        old.execute("SELECT registry_fold_cells()")
        old.commit()
    no_differences()
