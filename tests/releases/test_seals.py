"""The chain of seals over the history: what was committed is sealed once, and whatever is changed silently is found."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from api.exports.stream import parameters
from registry.models import Deposit
from registry.sealing import seal as sealing
from registry.sealing import tables
from registry.sealing.seal import Seal, seal, seals
from registry.sealing.verify import Difference, verify
from tests.changes.mirror import wait_for_other_databases
from tests.records import made

HISTORY = "registry_deposithistory"
CHANGED = "it was changed after it was sealed"


def run(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def seal_now() -> Seal | None:
    """Seal; transactions of other databases hold back what is sealed, for a server numbers all of its own in one row."""
    wait_for_other_databases()
    return seal()


def found(published: dict[int, str] | None = None) -> Difference | None:
    return verify(published or {}, lambda words: None)


@contextmanager
def tampered(table: str, statement: str) -> Iterator[None]:
    """Change a table past every trigger and rule, and put its rows back afterwards."""
    run(f"CREATE TEMP TABLE saved AS SELECT * FROM {table}")
    try:
        run(statement)
        yield
    finally:
        run(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved; DROP TABLE saved")


@pytest.fixture(scope="module")
def sealed(own_database: None) -> list[int]:
    """Seal some changes in two seals, and give the rows of the history of deposits."""
    with transaction.atomic():
        for number in range(70):
            made("deposit", slug=f"sealed-{number}", name=f"Sealed {number}")
    first = seal_now()
    assert first is not None and first.rows > 140
    assert seal_now() is None, "there is nothing new"
    Deposit.objects.filter(slug__startswith="sealed-").update(host_rock="granite")
    second = seal_now()
    assert second is not None and (second.number, second.rows) == (2, 70)
    assert found() is None
    return [row for (row,) in run(f"SELECT pgh_id FROM {HISTORY} ORDER BY 1")]


def test_whatever_is_changed_silently_is_found(sealed: list[int]) -> None:
    first, second, last = sealed[3], sealed[5], sealed[-1]
    cases = {
        f"UPDATE {HISTORY} SET name = 'Other' WHERE pgh_id = {first}": (first, CHANGED, 1),
        f"UPDATE {HISTORY} SET pgh_context = '{{\"user\": 1}}' WHERE pgh_id = {last}": (last, CHANGED, 2),
        f"DELETE FROM {HISTORY} WHERE pgh_id IN ({second}, {last})": (second, "it was deleted after it was sealed", 1),
        f"UPDATE {HISTORY} SET pgh_id = CASE pgh_id WHEN {first} THEN -{second} ELSE -{first} END"
        f" WHERE pgh_id IN ({first}, {second}); UPDATE {HISTORY} SET pgh_id = -pgh_id WHERE pgh_id < 0": (
            first, CHANGED, 1,
        ),
    }  # fmt: skip
    for statement, expected in cases.items():
        with tampered(HISTORY, statement):
            difference = found()
            assert difference is not None, statement
            assert (difference.table, difference.row, difference.what, difference.seal) == (HISTORY, *expected)
            with pytest.raises(CommandError, match=f"{HISTORY}, row {expected[0]}"):
                call_command("verify", stdout=StringIO(), stderr=StringIO())
    columns = ", ".join(f'"{name}"' for name in tables.sealed_tables()[HISTORY] if name != "pgh_id")
    with tampered(HISTORY, f"INSERT INTO {HISTORY} (pgh_id, {columns}) SELECT 0, {columns} FROM {HISTORY} LIMIT 1"):
        difference = found()
        assert difference is not None and (difference.row, difference.what) == (0, "it was added after its time was sealed")
    assert found() is None


def test_a_chain_that_is_made_again_has_other_heads(sealed: list[int]) -> None:
    published = {one.number: one.head for one in seals()}
    assert found(published) is None
    with tampered("registry_sealpart", "UPDATE registry_sealpart SET hashes = sha256(hashes) WHERE seal = 1 AND part = 0"):
        assert str(found()) == "seal 1: its head does not follow from its parts and the seal before it"
    with tampered("registry_seal", "DELETE FROM registry_seal WHERE number = 1"):
        assert str(found()) == "seal 1: it is missing"
    last = max(published)
    with tampered("registry_seal", f"DELETE FROM registry_seal WHERE number = {last}"):
        assert found() is None, "its rows could as well be new"
        assert str(found(published)) == f"seal {last}: its head was published, and the seal is not in the database"
    assert str(found({1: "0" * 64})).startswith("seal 1: its head is not the one that was published")


def test_what_is_committed_late_is_sealed_late(sealed: list[int]) -> None:
    with psycopg.connect(**parameters()) as slow:
        slow.execute("UPDATE registry_deposit SET host_rock = 'late' WHERE slug = 'sealed-1'")
        Deposit.objects.filter(slug="sealed-2").update(host_rock="early")
        assert seal_now() is None, "an older transaction may still write"
        slow.commit()
    made_then = seal_now()
    assert made_then is not None and made_then.rows == 2
    assert seal_now() is None and found() is None


def test_another_server_and_a_lost_column_begin_again_where_they_must(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Restored elsewhere: numbers of transactions begin again, and rows are known by their keys.
    Deposit.objects.filter(slug="sealed-3").update(host_rock="unsealed")
    run("UPDATE registry_seal SET place = 'elsewhere', until = 9000000000")
    restored = seal_now()
    assert restored is not None and restored.rows == 1
    Deposit.objects.filter(slug="sealed-4").update(host_rock="new")
    following = seal_now()
    assert following is not None and following.rows == 1
    assert found() is None
    # A migration that removes a column of the history has its rows sealed again.
    before = tables.sealed_tables()
    run(f"ALTER TABLE {HISTORY} ADD COLUMN gone text NOT NULL DEFAULT 'x'")
    with monkeypatch.context() as patch:
        for module in (sealing, tables):
            patch.setattr(module, "sealed_tables", lambda: before | {HISTORY: (*before[HISTORY], "gone")})
        Deposit.objects.filter(slug="sealed-5").update(host_rock="with")
        assert seal_now() is not None
    run(f"ALTER TABLE {HISTORY} DROP COLUMN gone")
    Deposit.objects.filter(slug="sealed-6").update(host_rock="without")
    again = seal_now()
    assert again is not None and again.rows == run(f"SELECT count(*) FROM {HISTORY}")[0][0]
    assert found() is None
    with tampered(HISTORY, f"UPDATE {HISTORY} SET name = 'Other' WHERE pgh_id = {sealed[0]}"):
        assert found() is not None


def test_the_heads_are_published(sealed: list[int], api: Any) -> None:
    every = seals()
    listed = api.json("/releases/heads.json")
    assert [one["head"] for one in listed["heads"]] == [one.head for one in every]
    assert [one["number"] for one in api.json("/releases/heads.json?after=1")["heads"]] == [one.number for one in every[1:]]
    assert api.get("/releases/heads.json?after=x").status_code == 400
    with open(os.devnull, "w") as nothing:
        output = StringIO()
        call_command("verify", stdout=output, stderr=nothing)
    assert every[-1].head in output.getvalue()


def _closing(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def test_the_first_seal_gives_way_to_who_writes(sealed: list[int]) -> None:
    first, *_, last = tables.sealed_tables()
    with psycopg.connect(**parameters(), autocommit=True) as writer, ThreadPoolExecutor(1) as pool, writer.transaction():
        writer.execute(f"LOCK TABLE {last} IN ROW EXCLUSIVE MODE")
        marks = pool.submit(_closing, sealing._marks)
        time.sleep(1.2)
        # A seal that still held this table would wait for the writer, and the writer for the seal.
        writer.execute(f"LOCK TABLE {first} IN ROW EXCLUSIVE MODE")
        with pytest.raises(OperationalError, match="lock timeout"):
            marks.result()
