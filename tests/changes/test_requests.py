"""Asking for changes: parameters, errors, conditional answers, waiting, and a database that was restored."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from api.changes import feed_query
from api.changes.era import begin_era
from api.database.connection import fetch
from api.http.cache import CACHE_CONTROL
from config.edge.application import Edge
from registry.models import Deposit
from tests import records
from tests.changes.mirror import CHANGES, Mirror, from_here, get, wait_for_other_databases
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.conformance.test_errors import assert_problem
from tests.connections import other_connection
from tests.edge.inside import Conversation, an_edge
from tests.operations.machine import eventually

pytestmark = pytest.mark.usefixtures("db")


def published() -> Deposit:
    with transaction.atomic():
        return records.deposit()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        *(("nonsense=1", "nonsense"), ("cursor=x", "cursor"), ("country=KZ", "country")),
        *(("kind=mine", "kind"), ("kind=", "kind"), ("kind=deposit,,license", "kind")),
        *(("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit")),
        *(("wait=31", "wait"), ("wait=-1", "wait"), ("wait=nan", "wait"), ("wait=x", "wait")),
        *(("after=", "after"), ("after=nonsense", "after"), ("after=now&after=now", "after"), (f"after={'A' * 300}", "after")),
    ],
)
def test_what_is_wrong_is_named(query: str, parameter: str) -> None:
    assert_problem(Client().get(f"{CHANGES}?{query}"), 400, parameter)


_ERAS = st.just("era") | st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
_NUMBERS = st.integers(-(2**64), 2**64)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.tuples(_ERAS, _NUMBERS) | st.tuples(_ERAS, _NUMBERS, st.text(max_size=9), _NUMBERS))
def test_no_cursor_that_somebody_makes_up_breaks_anything(value: Any) -> None:
    ((era,),) = fetch("SELECT era FROM registry_changeera")
    text = value if isinstance(value, str) else "-".join(map(str, value)).replace("era", era)
    assert Client().get(CHANGES, {"after": text}).status_code in (200, 400, 410)


def test_a_position_made_up_in_this_era_is_only_a_position() -> None:
    ((era,),) = fetch("SELECT era FROM registry_changeera")
    for place in (f"{2**62}", f"-{2**62}", f"{5:019d}-deposit-3", "7-nonsense-0"):
        page = get(f"{CHANGES}?after={era}-{place}&limit=1")
        assert set(page) == {"next", "up_to_date", "changes"}
    for place in (f"{2**63}", "5-deposit", f"5-deposit-{2**63}", "5-deposit'-1", ""):
        assert_problem(Client().get(CHANGES, {"after": f"{era}-{place}"}), 400, "after")


def test_now_reaches_back_as_long_as_a_cache_may_keep_a_list() -> None:
    """A change that was committed within that time comes again, however long before its transaction wrote it."""
    fresh, stale = re.search(r"s-maxage=(\d+).*stale-if-error=(\d+)", CACHE_CONTROL).groups()  # type: ignore[union-attr]
    assert int(fresh) + int(stale) < feed_query.OVERLAP_S
    first = published()
    with connection.cursor() as cursor, other_connection() as long:
        cursor.execute("UPDATE registry_dataversion SET later_at = NULL, earlier_at = NULL")
        long.execute("UPDATE registry_deposit SET host_rock = 'basalt' WHERE id = %s", [first.pk])
        wait_for_other_databases()
        second = published()
        cursor.execute("UPDATE registry_dataversion SET later_at = later_at - interval '2 hours'")
        long.commit()
    page = get(f"{CHANGES}?after=now&kind=deposit")
    assert (page["changes"], page["up_to_date"]) == ([], False)
    changes = [(change["operation"], change["slug"]) for change in get(page["next"])["changes"]]
    assert changes == [("update", first.slug), ("create", second.slug)]


def test_an_answer_is_tagged_by_what_it_holds() -> None:
    begin = from_here()
    first = Client().get(begin)
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert "s-maxage" in first["Cache-Control"]
    assert Client().get(begin, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    published()
    wait_for_other_databases()
    second = Client().get(begin, HTTP_IF_NONE_MATCH=first["ETag"])
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    again = Client().get(begin, HTTP_IF_NONE_MATCH=second["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


def test_methods() -> None:
    assert Client().head(f"{CHANGES}?after=now&wait=20").status_code == 200, "it does not wait"
    assert Client().options(CHANGES)["Allow"] == "GET, HEAD, OPTIONS"
    asked = Client().options(CHANGES, HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET")
    assert asked["Access-Control-Allow-Headers"] == "*, Authorization"
    assert_problem(Client().post(CHANGES), 405)
    assert_problem(Client().get(CHANGES, HTTP_ACCEPT="image/png"), 406)
    assert Client().get(CHANGES.rstrip("/")).status_code == 200


@pytest.fixture
def edge() -> Iterator[Edge]:
    """Give what waits in front of the application."""
    with an_edge() as one:
        yield one


def open_transactions() -> int:
    """Count the other connections to this database that are in a transaction."""
    ((number,),) = fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND state <> 'idle'"
    )
    return int(number)


@contextmanager
def waiting_for(edge: Edge, *addresses: str) -> Iterator[list[tuple[Conversation, float]]]:
    """Let readers wait, and collect what they get, and when."""
    got: list[tuple[Conversation, float]] = []

    async def one(address: str) -> None:
        got.append((await Conversation("GET", address).take_part(edge), time.monotonic()))

    async def everyone() -> None:
        await asyncio.gather(*map(one, addresses))

    readers = threading.Thread(target=lambda: asyncio.run(everyone()))
    readers.start()
    time.sleep(0.4)
    yield got
    readers.join(60)


def test_who_waits_is_answered_when_something_changes_and_not_before(edge: Edge) -> None:
    begin = from_here(wait=30, kind="deposit")
    deposit = published()
    begin = get(begin)["next"].removeprefix("http://testserver")
    with waiting_for(edge, begin) as got:
        with transaction.atomic():
            records.country()
        time.sleep(0.8)
        assert got == [], "of another kind"
        # It looks again and again, with one short query each time.
        assert eventually(lambda: open_transactions() == 0, 10), "who waits holds no transaction"
        Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
        wait_for_other_databases()
        changed = time.monotonic()
    ((answer, at),) = got
    assert at - changed < 20, "when something changes, and not when the time is over"
    assert [c["fields"] for c in answer.json()["changes"]] == [["host_rock"]]
    assert answer.answered["cache-control"] == "no-store"
    assert "retry-after" not in answer.answered


def test_waiting_ends_after_the_time_that_was_asked_for_and_few_may_wait(edge: Edge) -> None:
    address = from_here(wait=1.5)
    started = time.monotonic()
    edge.polls.free = 3
    with waiting_for(edge, *[address] * 4) as got:
        assert eventually(lambda: bool(got), 60)
        refused, _ = got[0]
        assert refused.answered["retry-after"], "who finds no place is answered at once, before those who wait"
        assert refused.json()["up_to_date"]
    assert len(got) == 4
    for answer, at in got[1:]:
        assert answer.json()["up_to_date"]
        assert "retry-after" not in answer.answered
        assert 1.5 <= at - started < 25
    assert edge.polls.free == 3
    # A server that cannot wait says when to ask again.
    assert Client().get(address)["Retry-After"]


def test_a_restored_registry_begins_a_new_era() -> None:
    deposit = published()
    mirror = Mirror()
    published()
    old = mirror.next
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_changeera SET place = 'elsewhere'")
        cursor.execute("UPDATE registry_change SET transaction = transaction + 1000000000")
    assert_problem(Client().get(old), 410, "after")
    ((highest,),) = fetch("SELECT max(transaction) FROM registry_change")
    assert highest < 0, "what was noted before comes before all that follows"
    anew = Mirror(start="", limit=1000)
    assert deposit.slug in [c["slug"] for c in anew.follow()]
    later = published()
    assert ("create", later.slug, []) in anew.changes()
    ((place,),) = fetch("SELECT place = registry_place() FROM registry_changeera")
    assert place


def test_installing_again_changes_nothing() -> None:
    before = fetch("SELECT era FROM registry_changeera")
    begin_era()
    assert fetch("SELECT era FROM registry_changeera") == before


def test_a_registry_that_had_no_log_begins_with_everything_that_is_public() -> None:
    deposit = published()
    draft = records.deposit(record_status="draft")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_change")
        cursor.execute("DELETE FROM registry_changeera")
    begin_era()
    mirror = Mirror(start="", limit=1000)
    told = mirror.changes()
    assert ("create", deposit.slug, []) in told
    assert draft.slug not in str(told)
