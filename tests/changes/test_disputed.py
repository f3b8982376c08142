"""Whether a record is disputed follows the status of every record between: in lists, in the feed, and with two at once."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from registry.models import Deposit
from tests import records
from tests.changes.mirror import Mirror, assert_equals_the_lists, get
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.connections import other_connection

pytestmark = pytest.mark.usefixtures("db")


def disputed(deposit: Deposit) -> bool:
    return bool(get(f"/api/v1/deposits/{deposit.slug}/")["disputed"])


def has_flipped(deposit: Deposit, changes: list[tuple[str, str, list[str]]]) -> bool:
    return any((operation, slug) == ("update", deposit.slug) and "disputed" in fields for operation, slug, fields in changes)


def set_status(record: Any, status: str) -> None:
    type(record).objects.filter(pk=record.pk).update(record_status=status)


def test_a_change_of_status_anywhere_between_is_an_update_of_the_record() -> None:
    with transaction.atomic():
        deposit = records.deposit()
        estimate, source = records.estimate(deposit=deposit), records.source()
        citation = deposit.citations.create(source=source, locator="p. 2")
        of_estimate = records.disagreement({"estimate": estimate}, {"finding": records.finding()})
        finding = records.finding()
        of_citation = records.disagreement({"citation": citation}, {"finding": finding})
    mirror = Mirror()
    mirror.fill()
    set_status(of_citation, "draft")
    mirror.follow()
    for hidden in (estimate, of_estimate):
        for status, operation in (("withdrawn", "withdraw"), ("published", "publish")):
            set_status(hidden, status)
            found = mirror.changes()
            assert all((operation, one.slug, []) in found for one in (hidden, of_estimate)), "a question needs two sides"
            assert has_flipped(deposit, found), (hidden, status)
            assert mirror.records["deposit", deposit.slug]["disputed"] is (status == "published")
            assert_equals_the_lists(mirror)
    set_status(of_citation, "published")
    set_status(of_estimate, "withdrawn")
    assert not has_flipped(deposit, mirror.changes()), "the other disagreement still concerns it"
    version = mirror.records["deposit", deposit.slug]["version"]
    set_status(source, "withdrawn")
    assert mirror.changes() == [
        ("update", deposit.slug, ["independent_sources", "disputed"]),
        ("withdraw", of_citation.slug, []),
        ("update", finding.slug, ["disputed"]),
        ("withdraw", source.slug, []),
    ]
    assert_equals_the_lists(mirror)
    assert mirror.records["deposit", deposit.slug]["version"] == version


@pytest.mark.parametrize("hider_first", [True, False])
def test_a_side_that_is_hidden_while_it_is_added_disputes_nothing(hider_first: bool) -> None:
    with transaction.atomic():
        deposit = records.deposit()
        estimate = records.estimate(deposit=deposit)
        question = records.disagreement({"finding": records.finding()}, {"finding": records.finding()})
    add = "INSERT INTO registry_disagreementmember (disagreement_id, estimate_id) VALUES (%s, %s)"
    hide = "UPDATE registry_resourceestimate SET record_status = 'withdrawn' WHERE id = %s"
    with other_connection() as hider, other_connection() as adder:

        def hiding() -> None:
            hider.execute(hide, [estimate.pk])

        def adding() -> None:
            adder.execute(add, [question.pk, estimate.pk])

        (first, begin), (second, waits) = (
            ((hider, hiding), (adder, adding)) if hider_first else ((adder, adding), (hider, hiding))
        )
        begin()
        late = threading.Thread(target=waits)
        late.start()
        late.join(0.3)
        assert late.is_alive(), "the second waits for the first"
        first.commit()
        late.join(10)
        second.commit()
    connection.close()
    assert not disputed(deposit)
    set_status(estimate, "published")
    assert disputed(deposit)
