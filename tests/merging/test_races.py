"""Two at once: merges that cross, and a form that is saved after a merge."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from registry.merging import MergeError, record_merge
from registry.models import Citation, Deposit, Name
from tests import records
from tests.constraints.refusals import refused
from tests.curation import kinds
from tests.curation.conftest import Curator, at_once, signed_in
from tests.curation.forms import read_form


@pytest.fixture
def two(transactional_db: None) -> tuple[Curator, Curator]:
    return signed_in("first", superuser=True), signed_in("second", superuser=True)


def together(*jobs: Callable[[], None]) -> list[str]:
    """Run jobs at one time, each on a connection of its own, and give what was refused."""
    said: list[str] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        try:
            start.wait(10)
            job()
        except MergeError as error:
            said.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return said


def merging(record: Any, into: Any, person: Curator) -> Callable[[], None]:
    return lambda: record_merge(record=record, into=into, user=person.user, reason="the same")


def test_of_two_merges_that_cross_one_is_done(two: tuple[Curator, Curator]) -> None:
    for _ in range(5):
        a, b = at_once(records.deposit), at_once(records.deposit)
        said = together(merging(a, b, two[0]), merging(b, a, two[1]))
        assert len(said) == 1 and "was itself merged" in said[0]
        assert sorted(Deposit.objects.filter(pk__in=(a.pk, b.pk)).values_list("record_status", flat=True)) == [
            "merged",
            "published",
        ]


def test_a_chain_that_is_made_at_once_ends_at_a_record_that_stands(two: tuple[Curator, Curator]) -> None:
    for _ in range(5):
        a, b, c = (at_once(records.deposit) for _ in range(3))
        together(merging(a, b, two[0]), merging(b, c, two[1]))
        for merged in Deposit.objects.filter(record_status="merged"):
            assert merged.merged_into is not None and merged.merged_into.record_status == "published"


def test_rows_added_during_a_merge_are_not_lost(two: tuple[Curator, Curator]) -> None:
    """A new citation waits for the merge; then it is refused, for the record no longer changes."""
    a, b = at_once(records.deposit), at_once(records.deposit)
    source = records.source()
    refusals: list[str] = []

    def cite() -> None:
        try:
            Citation.objects.create(deposit=a, source=source)
        except IntegrityError as error:
            refusals.append(str(error))

    together(merging(a, b, two[0]), cite)
    assert refusals or Citation.objects.filter(deposit=b, source=source).exists()
    assert not Citation.objects.filter(deposit=a).exists()


def test_a_merged_record_and_its_rows_no_longer_change(two: tuple[Curator, Curator]) -> None:
    a, b = at_once(records.deposit), at_once(records.deposit)
    merging(a, b, two[0])()
    with refused("merged_frozen"):
        Name.objects.create(deposit=a, text="Too late")
    with refused("merged_frozen"):
        Deposit.objects.filter(pk=a.pk).update(host_rock="granite")


def test_a_form_opened_before_the_merge_is_not_saved_after_it_and_loses_nothing(two: tuple[Curator, Curator]) -> None:
    first, second = two
    a, b = at_once(records.deposit, name="Kutessay"), at_once(records.deposit, name="Kutessay II")
    page = kinds.address(a)
    opened = second.open(page)
    merging(a, b, first)()
    refused_ = second.send(page, {"host_rock": "granophyre"}, opened)
    said = refused_.content.decode()
    assert refused_.status_code == 200 and "was merged into" in said and 'value="granophyre"' in said
    again = read_form(said)
    again.data["_seen"] = str(Deposit.objects.get(pk=a.pk).version)
    assert second.send(page, {}, again).status_code == 200
    assert Deposit.objects.get(pk=a.pk).host_rock is None


def test_a_page_of_two_that_were_changed_since_is_shown_again(two: tuple[Curator, Curator]) -> None:
    first, second = two
    a, b = at_once(records.deposit, name="Kutessay"), at_once(records.deposit, name="Kutessay II")
    page = f"/admin/registry/deposit/{a.pk}/merge/{b.pk}/"
    opened = second.open(page)
    first.send(kinds.address(b), {"host_rock": "granite"})
    refused_ = second.send(page, {"_reason": "the same", "_sure": "on"}, opened, button="_merge")
    assert refused_.status_code == 200 and "changed while you were comparing" in refused_.content.decode()
    again = read_form(refused_.content.decode())
    assert again.data["_reason"] == "the same"
    assert second.send(page, {"_sure": "on"}, again, button="_merge").status_code == 302
    assert Deposit.objects.get(pk=a.pk).merged_into_id == b.pk
