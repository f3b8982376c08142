"""ETags by data version: moved by every commit of any writer, never before it."""

import gzip
import threading
import time
from datetime import UTC, date, datetime
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from api.database import version
from api.database.reads import BIT
from api.database.version import DataVersion
from api.http import cache, compression
from registry.models import Citation, Deposit, Judgement, Name
from tests import records
from tests.conftest import ApiClient
from tests.connections import other_connection

ADDRESSES = ("/api/v1/deposits/?limit=1", "/api/v1/deposits/?format=geojson", "/api/v1/", "/api/v1/locate/?lon=1&lat=1")


def test_an_answer_has_what_a_cdn_needs(api: Any) -> None:
    for address in ADDRESSES:
        answer = api.get(address)
        assert answer["ETag"].startswith('W/"')
        assert "Last-Modified" not in answer, "If-Modified-Since would miss changes within a second"
        assert answer["Cache-Control"] == cache.CACHE_CONTROL
        assert "Accept" in answer["Vary"]


def test_a_known_tag_is_answered_304(api: Any) -> None:
    for address in ADDRESSES:
        tag = api.get(address)["ETag"]
        for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
            again = api.get(address, HTTP_IF_NONE_MATCH=sent)
            assert again.status_code == 304, sent
            assert again.content == b""
            assert again["ETag"] == tag
            assert again["Access-Control-Allow-Origin"] == "*"
        assert api.get(address, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_tags_differ_by_address_and_format(api: Any) -> None:
    tags = {
        api.get(address, HTTP_ACCEPT=accept)["ETag"]
        for address in ("/api/v1/deposits/", "/api/v1/deposits/?limit=1", "/api/v1/licenses/")
        for accept in ("application/json", "text/csv")
    }
    assert len(tags) == 6


def test_the_date_is_part_of_the_tag(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    before = api.get("/api/v1/licenses/")["ETag"]
    monkeypatch.setattr(cache, "today", lambda: datetime.date(2031, 1, 1))
    assert api.get("/api/v1/licenses/")["ETag"] != before


def test_problems_are_not_kept(api: Any) -> None:
    answer = api.get("/api/v1/deposits/?nonsense=1")
    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer


def _insert(slug: str) -> str:
    return (
        "INSERT INTO registry_commodity (record_status, slug, name, kind, ree)"
        f" VALUES ('published', '{slug}', 'x', 'other', false)"
    )


def current() -> int:
    version.forget()
    return version.data_version().number


@pytest.mark.django_db(transaction=True)
class TestCommits:
    """Interleaved transactions, really committed."""

    def test_the_version_moves_at_the_commit_and_not_before(self) -> None:
        before = current()
        with other_connection() as writer:
            writer.execute(_insert("Zz"))
            assert current() == before
            writer.commit()
            assert current() == before + 1
            writer.execute("UPDATE registry_commodity SET name = 'y'")
        assert current() == before + 2

    def test_what_no_reader_sees_leaves_it(self, client: Client) -> None:
        """Drafts, what hangs on them, and pairs that curators marked as distinct; a draft that is published moves it."""
        with transaction.atomic():
            draft = records.deposit(record_status="draft")
            source = records.source()
        address = "/api/v1/deposits/?limit=1"
        version.forget()
        before, tag = current(), client.get(address)["ETag"]
        with transaction.atomic():
            other = Deposit.objects.create(slug="a-draft", name="A draft")
            Citation.objects.create(deposit=other, source=source)
        Deposit.objects.filter(pk=draft.pk).update(host_rock="granite", geometry="SRID=4326;POINT(60 50)")
        Name.objects.create(deposit=draft, text="Hill", kind="alternate", language="en")
        Judgement.objects.create(kind="deposit", one_id=1, other_id=2)
        assert current() == before
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        Deposit.objects.filter(pk=draft.pk).update(record_status="published")
        assert current() == before + 1

    def test_one_transaction_is_one_step_of_a_kind_however_much_it_writes(self) -> None:
        current()
        before = version.data_version()
        with transaction.atomic():
            for _ in range(5):
                records.deposit()
        current()
        moved = {kind: version.data_version().changes_of(bit) - before.changes_of(bit) for kind, bit in BIT.items()}
        assert moved == dict.fromkeys(BIT, 0) | {"deposit": 1, "source": 1}

    def test_a_rolled_back_transaction_leaves_it(self) -> None:
        before = current()
        with other_connection() as writer:
            writer.execute(_insert("Zz"))
            writer.rollback()
        assert current() == before

    def test_a_rolled_back_savepoint_does_not_hide_what_follows(self) -> None:
        before = current()
        with other_connection() as writer:
            writer.execute("SAVEPOINT s")
            writer.execute(_insert("Zz"))
            writer.execute("ROLLBACK TO SAVEPOINT s")
            writer.execute(_insert("Zy"))
            writer.commit()
            assert current() == before + 1

    def test_writers_do_not_wait_for_each_other(self) -> None:
        with other_connection() as one, other_connection() as two:
            one.execute(_insert("Za"))
            two.execute(_insert("Zb"))
            # The second commits while the first is still open: it waits for no lock, however slow the machine is.
            two.execute("SET LOCAL lock_timeout = '2s'")
            two.commit()
            one.commit()

    def test_a_commit_out_of_order_moves_it_too(self) -> None:
        before = current()
        with other_connection() as early, other_connection() as late:
            early.execute(_insert("Za"))
            late.execute(_insert("Zb"))
            late.commit()
            middle = current()
            early.commit()
            assert (middle, current()) == (before + 1, before + 2)

    def test_within_a_second_of_a_commit_the_tag_has_moved(self) -> None:
        with transaction.atomic():
            deposit = records.deposit()
        client, address = Client(), f"/api/v1/deposits/{deposit.slug}/"
        version.forget()
        tag = client.get(address)["ETag"]
        Deposit.objects.filter(pk=deposit.pk).update(host_rock="basalt")
        time.sleep(1.0)
        again = client.get(address, HTTP_IF_NONE_MATCH=tag)
        assert again.status_code == 200
        assert again.json()["host_rock"] == "basalt"

    def test_no_reader_keeps_an_old_body_under_a_new_tag(self) -> None:
        """While one writes and many read, each answer holds at least the changes its tag counts."""
        with transaction.atomic():
            deposit = records.deposit(discovery_year=1900)
        address, stop, wrong = f"/api/v1/deposits/{deposit.slug}/?fields=discovery_year", threading.Event(), []
        # Not a version that an earlier test read less than half a second ago: it does not count the deposit.
        version.forget()
        start = int(Client().get(address)["ETag"].split("-")[1], 16)

        def read() -> None:
            client = Client()
            while not stop.is_set():
                answer = client.get(address)
                counted = int(answer["ETag"].split("-")[1], 16) - start
                if answer.json()["discovery_year"] < 1900 + counted:
                    wrong.append((answer["ETag"], answer.json()))
            connection.close()

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for year in range(1901, 1931):
            Deposit.objects.filter(pk=deposit.pk).update(discovery_year=year)
            time.sleep(0.03)
        stop.set()
        for reader in readers:
            reader.join()
        assert wrong == []


def test_bodies_are_bounded_in_bytes() -> None:
    bodies, day = cache._Bodies(), date(2031, 1, 1)
    first, moved = (DataVersion(n, datetime.now(UTC), "", "", 0, ["deposit", "license"], [7, n]) for n in (1, 2))
    deposits, licenses = (first.state(BIT[kind], day) for kind in ("deposit", "license"))
    for number in range(100):
        bodies.put(str(number), cache.Body(b"x" * 1_000_000, {}), deposits if number % 2 else licenses, "")
    assert bodies.size <= settings.BODY_CACHE_BYTES
    assert bodies.get("98", first, day) and bodies.get("99", first, day)
    assert bodies.get("0", first, day) is None
    assert bodies.get("98", moved, day) is None, "a licence has changed"
    assert bodies.get("99", moved, day), "no deposit has"
    assert bodies.get("99", first, date(2031, 1, 2)) is None, "another day"
    bodies.put("huge", cache.Body(b"x" * 10_000_000, {}), deposits, "")
    assert bodies.get("huge", first, day) is None


def test_a_body_is_made_once_per_version(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.rest import views

    client, made = Client(), []
    original = views.page
    monkeypatch.setattr(views, "page", lambda query: made.append(1) or original(query))
    version.forget()
    first = client.get("/api/v1/deposits/?limit=3")
    second = client.get("/api/v1/deposits/?limit=3")
    assert first.content == second.content
    assert len(made) == 1


def test_a_kept_body_is_packed_once_for_each_encoding(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client, packed = Client(), []
    original = compression.pack
    monkeypatch.setattr(compression, "pack", lambda body, encoding: packed.append(encoding) or original(body, encoding))
    version.forget()
    # A list of parameters, which an empty registry has too.
    addresses = ("/api/v1/", "/ogc/collections")
    plain = {address: client.get(address).content for address in addresses}
    assert packed == [], "nobody took it packed"
    for address in addresses:
        for accepted, encoding, unpack in (
            ("gzip", "gzip", gzip.decompress),
            ("gzip, deflate, br, zstd", "br", brotli.decompress),
            ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
            ("identity", None, bytes),
            ("*;q=0", None, bytes),
        ):
            response = client.get(address, headers={"accept-encoding": accepted})
            assert response.get("Content-Encoding") == encoding, accepted
            assert unpack(response.content) == plain[address]
            assert response["Content-Length"] == str(len(response.content))
            assert "Accept-Encoding" in response["Vary"]
    assert packed == ["gzip", "br"] * len(addresses)
    assert cache.bodies.size < 2 * sum(map(len, plain.values()))
