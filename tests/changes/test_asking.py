"""Asking for changes: parameters, errors, conditional answers, waiting, and a database that was restored."""

import base64
import threading
import time
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from api.changes import waiting
from api.changes.install import install
from api.query.database import fetch
from registry.models import Deposit
from tests import records
from tests.changes.committing import db, own_database  # noqa: F401
from tests.changes.following import CHANGES, Mirror, get, wait_for_other_databases
from tests.conformance.test_errors import assert_problem

pytestmark = pytest.mark.usefixtures("db")


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


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


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    _ANYTHING
    | st.tuples(st.text(max_size=9), st.integers(-(2**63), 2**64 - 1), st.text(max_size=9), st.integers(-9, 2**64 - 1))
)
def test_no_cursor_that_somebody_makes_up_breaks_anything(value: Any) -> None:
    try:
        text = packed(value)
    except (TypeError, UnicodeEncodeError):
        return
    assert Client().get(CHANGES, {"after": text}).status_code in (200, 400, 410)


def test_a_position_made_up_in_this_era_is_only_a_position() -> None:
    ((era,),) = fetch("SELECT era FROM registry_changeera")
    for place in ([era, 2**62, "x", 0], [era, -(2**63), "", 0], [era, 5, "deposit' OR 1=1", 3]):
        page = get(f"{CHANGES}?after={packed(place)}&limit=1")
        assert set(page) == {"next", "up_to_date", "changes"}


def test_an_answer_is_tagged_by_what_it_holds() -> None:
    begin = get(f"{CHANGES}?after=now")["next"]
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
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert_problem(Client().post(CHANGES), 405)
    assert_problem(Client().get(CHANGES, HTTP_ACCEPT="image/png"), 406)
    assert Client().get(CHANGES.rstrip("/")).status_code == 308


def test_who_waits_is_answered_when_something_changes_and_not_before() -> None:
    begin = get(f"{CHANGES}?after=now&wait=20&kind=deposit")["next"]
    deposit, answers = published(), []
    begin = get(begin)["next"]

    def ask() -> None:
        answers.append((Client().get(begin), time.monotonic()))
        connection.close()

    reader = threading.Thread(target=ask)
    reader.start()
    time.sleep(0.3)
    with transaction.atomic():
        records.country()
    time.sleep(0.8)
    assert answers == [], "of another kind"
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
    wait_for_other_databases()
    changed = time.monotonic()
    reader.join(5)
    ((answer, at),) = answers
    assert at - changed < 3 * waiting.LOOK_EVERY_S
    assert [c["fields"] for c in answer.json()["changes"]] == [["host_rock"]]
    assert answer["Cache-Control"] == "no-store"


def test_waiting_ends_after_the_time_that_was_asked_for() -> None:
    begin = get(f"{CHANGES}?after=now")["next"]
    started = time.monotonic()
    page = get(f"{begin}&wait=0.7")
    assert page["up_to_date"]
    assert 0.7 <= time.monotonic() - started < 3


def test_few_wait_and_the_others_are_answered_at_once() -> None:
    begin = get(f"{CHANGES}?after=now")["next"]

    def ask() -> None:
        Client().get(f"{begin}&wait=2")
        connection.close()

    readers = [threading.Thread(target=ask) for _ in range(waiting.MAX_WAITING)]
    for reader in readers:
        reader.start()
    time.sleep(0.5)
    started = time.monotonic()
    answer = Client().get(f"{begin}&wait=20")
    assert time.monotonic() - started < 1
    assert answer["Retry-After"]
    assert answer.json()["up_to_date"]
    for reader in readers:
        reader.join()
    assert "Retry-After" not in Client().get(f"{begin}&wait=0.1"), "there is a place again"


def test_who_waits_holds_no_transaction() -> None:
    begin = get(f"{CHANGES}?after=now")["next"]

    def ask() -> None:
        Client().get(f"{begin}&wait=1.2")
        connection.close()

    reader = threading.Thread(target=ask)
    reader.start()
    time.sleep(0.6)
    ((open_ones,),) = fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND state <> 'idle'"
    )
    assert open_ones == 0
    reader.join()


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
    assert ("create", later.slug, []) in anew.told()
    ((place,),) = fetch("SELECT place = registry_place() FROM registry_changeera")
    assert place


def test_installing_again_changes_nothing() -> None:
    assert install() == []


def test_a_registry_that_had_no_log_begins_with_everything_that_is_public() -> None:
    deposit = published()
    draft = records.deposit(record_status="draft")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_change")
        cursor.execute("DELETE FROM registry_changeera")
    install()
    mirror = Mirror(start="", limit=1000)
    told = mirror.told()
    assert ("create", deposit.slug, []) in told
    assert draft.slug not in str(told)
