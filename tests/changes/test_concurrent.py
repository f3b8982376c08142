"""Nothing is skipped and nothing comes twice while others write: the proof of the feed's order."""

import random
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from api.changes import log
from api.changes.position import Cursor
from api.database.connection import fetch
from registry.models import Citation, Country, Deposit, DepositCommodity, License, LicenseParty, Name
from tests import records
from tests.changes.mirror import Mirror, assert_equals_the_lists
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.connections import other_connection

pytestmark = pytest.mark.usefixtures("db")
WRITERS, ROUNDS = 5, 14


def insert(writer: psycopg.Connection[Any], symbol: str) -> None:
    writer.execute(
        "INSERT INTO registry_commodity (slug, name, kind, ree, record_status) VALUES (%s, 'x', 'other', false, 'published')",
        [symbol],
    )


def slugs(mirror: Mirror) -> list[str]:
    return [change["slug"] for change in mirror.follow()]


def late_commit(mirror: Mirror, prefix: str) -> list[list[str]]:
    """Let a transaction that began first commit last, and look in between."""
    with other_connection() as early, other_connection() as late:
        insert(early, f"{prefix}a")
        insert(late, f"{prefix}b")
        late.commit()
        between = slugs(mirror)
        early.commit()
        return [between, slugs(mirror)]


def test_a_commit_out_of_order_is_held_back_until_nothing_can_come_before_it() -> None:
    assert late_commit(Mirror(), "Z") == [[], ["Za", "Zb"]]


def test_without_the_horizon_it_would_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = Mirror()
    monkeypatch.setattr(log, "_HORIZON", "9223372036854775807")
    assert late_commit(mirror, "Y") == [["Yb"], []]


def test_what_is_held_back_appears_when_the_older_transaction_rolls_back_although_the_data_version_stands() -> None:
    mirror = Mirror()
    with other_connection() as early, other_connection() as late:
        insert(early, "Xa")
        insert(late, "Xb")
        late.commit()
        assert slugs(mirror) == []
        early.rollback()
        assert slugs(mirror) == ["Xb"]


def test_a_savepoint_that_is_rolled_back_leaves_no_change() -> None:
    mirror = Mirror()
    with other_connection() as writer:
        insert(writer, "Wa")
        writer.execute("SAVEPOINT s")
        insert(writer, "Wb")
        writer.execute("UPDATE registry_commodity SET name = 'y' WHERE slug = 'Wa'")
        writer.execute("ROLLBACK TO SAVEPOINT s")
        insert(writer, "Wc")
    assert slugs(mirror) == ["Wa", "Wc"]


class Undone(Exception):
    """Takes a part of a transaction back."""


class Writer(threading.Thread):
    """Writes what curators and imports write, in transactions that overlap; some are long, some come to nothing."""

    def __init__(self, number: int, keys: dict[str, list[int]]) -> None:
        """Make the chances of a writer, and name the keys it may write to."""
        super().__init__()
        self.chance, self.keys, self.committed = random.Random(number), keys, 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for _ in range(ROUNDS):
                try:
                    with transaction.atomic():
                        self.steps()
                    self.committed += 1
                except (Undone, IntegrityError, OperationalError) as error:
                    # Two writers that wait for each other are parted by the database: one of them has written nothing.
                    if isinstance(error, OperationalError) and not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                        raise
        except BaseException as error:  # noqa: BLE001
            self.error = error
        finally:
            connection.close()

    def steps(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            try:
                with transaction.atomic():
                    self.chance.choice(STEPS)(self)
                    time.sleep(self.chance.choice((0, 0, 0.01, 0.05)))
                    if self.chance.random() < 0.15:
                        raise Undone
            except (Undone, IntegrityError):
                # A record that another writer has merged meanwhile does not change any more.
                continue
        if self.chance.random() < 0.1:
            raise Undone

    def some(self, kind: str, most: int = 5) -> list[int]:
        return sorted(self.chance.sample(self.keys[kind], min(most, len(self.keys[kind]))))

    def make(self) -> None:
        deposit = records.deposit(country_id=self.some("country", 1)[0], name=f"Deposit {self.chance.random()}")
        DepositCommodity.objects.create(deposit=deposit, commodity_id=self.some("commodity", 1)[0])
        records.estimate(deposit=deposit)

    def draft(self) -> None:
        records.deposit(record_status="draft", name="Hidden")

    def edit(self) -> None:
        Deposit.objects.filter(pk__in=self.some("deposit")).update(discovery_year=self.chance.randint(1600, 2000))

    def turn(self) -> None:
        status = self.chance.choice(("published", "withdrawn", "published"))
        Deposit.objects.filter(pk__in=self.some("deposit", 2)).exclude(record_status="merged").update(record_status=status)

    def merge(self) -> None:
        gone, into = self.chance.sample(self.keys["deposit"], 2)
        for pk in sorted((gone, into)):
            Deposit.objects.select_for_update().get(pk=pk)
        if Deposit.objects.filter(pk=into, record_status="published").exists():
            Deposit.objects.filter(pk=gone).update(record_status="merged", merged_into=into)

    def rename(self) -> None:
        Country.objects.filter(pk__in=self.some("country", 1)).update(name=f"Country {self.chance.random()}")

    def children(self) -> None:
        (pk,) = self.some("deposit", 1)
        Name.objects.create(deposit_id=pk, text=f"Name {self.chance.random()}")
        Citation.objects.create(deposit_id=pk, source_id=self.some("source", 1)[0], locator=str(self.chance.random()))

    def parties(self) -> None:
        (pk,) = self.some("license", 1)
        LicenseParty.objects.filter(license_id=pk).delete()
        LicenseParty.objects.create(license_id=pk, private_holder=True, role="holder")
        License.objects.filter(pk=pk).update(status=self.chance.choice(("active", "expired")))


STEPS = (
    *(Writer.make, Writer.draft, Writer.edit, Writer.edit, Writer.turn, Writer.turn, Writer.merge),
    *(Writer.rename, Writer.children, Writer.parties),
)


@pytest.mark.parametrize("limit", [3])
def test_a_mirror_that_follows_while_many_write_ends_identical(limit: int) -> None:
    with transaction.atomic():
        keys = {
            "country": [records.country().pk for _ in range(3)],
            "commodity": [records.commodity().pk for _ in range(3)],
            "source": [records.source().pk for _ in range(3)],
            "license": [records.license_().pk for _ in range(3)],
        }
        keys["deposit"] = [records.deposit(country_id=keys["country"][n % 3]).pk for n in range(12)]
        for pk in keys["deposit"][:4]:
            records.estimate(deposit_id=pk)
    mirror = Mirror(limit=limit)
    begin = Cursor.read(parse_qs(urlsplit(mirror.next).query)["after"][0]).position
    mirror.fill()
    writers = [Writer(number, keys) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        mirror.step()
    followed = len(mirror.seen)
    mirror.follow()
    assert [writer.error for writer in writers] == [None] * WRITERS
    assert sum(writer.committed for writer in writers) > WRITERS * ROUNDS / 2
    assert followed > 50, "most was read while they wrote"
    noted = fetch(
        "SELECT kind, slug, at FROM registry_change WHERE transaction >= %s AND operation <> 'unseen'"
        " ORDER BY transaction, kind, record",
        [begin.transaction],
    )
    assert [(c["kind"], c["slug"], c["at"]) for c in mirror.seen] == [
        (kind, slug, at.isoformat()) for kind, slug, at in noted
    ], "each change once, in order"
    assert_equals_the_lists(mirror)
    assert "Hidden" not in str(mirror.seen)
