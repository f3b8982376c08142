"""Two curators with one record open: the second to save sees who changed what, and loses nothing of what was typed."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError, connection

from curation.guard import Snapshot
from registry.models import Deposit
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, at_once, signed_in
from tests.curation.forms import read_form, shown_version


@pytest.fixture
def two(transactional_db: None) -> tuple[Curator, Curator]:
    """Give two curators whose changes are real transactions."""
    return signed_in("first", superuser=True), signed_in("second", superuser=True)


def test_the_second_save_is_refused_with_who_changed_what(two: tuple[Curator, Curator]) -> None:
    first, second = two
    page = kinds.address(at_once(records.deposit, name="Kutessay", host_rock="granite"))
    opened = second.open(page)
    assert first.send(page, {"host_rock": "granophyre", "_reason": "Read the report again"}).status_code == 302

    response = second.send(page, {"name": "Kutessay II", "_reason": "New name"}, opened)
    said = response.content.decode()
    assert response.status_code == 200 and "This record was changed by first" in said
    conflict = said[said.index('class="conflict"') : said.index("_seen")]
    assert "<del>granite</del>" in conflict and "<ins>granophyre</ins>" in conflict and "Read the report again" in conflict
    assert 'value="Kutessay II"' in said and 'value="New name"' in said, "what was typed is still there"
    assert Deposit.objects.values_list("name", "host_rock").get() == ("Kutessay", "granophyre")


def test_having_seen_the_changes_one_may_save(two: tuple[Curator, Curator]) -> None:
    first, second = two
    page = kinds.address(at_once(records.deposit, name="Kutessay"))
    opened = second.open(page)
    first.send(page, {"name": "First"})
    refused = second.send(page, {"name": "Second"}, opened)
    again = read_form(refused.content.decode())
    seen = shown_version(refused)
    assert second.send(page, {}, again).status_code == 200, "not without ticking the box"
    first.send(page, {"name": "First again"})
    late = second.send(page, {"_seen": seen}, again)
    assert late.status_code == 200 and "First again" in late.content.decode(), "another change came in between"
    seen = shown_version(late)
    assert second.send(page, {"_seen": seen}, again).status_code == 302
    assert Deposit.objects.get().name == "Second"


def test_what_one_did_not_touch_stays_as_others_wrote_it(two: tuple[Curator, Curator]) -> None:
    first, second = two
    deposit: Any = at_once(kinds.deposit, rows=2)
    page = kinds.address(deposit)
    opened = second.open(page)
    theirs = {
        "host_rock": "granophyre",
        "location": "42.5, 75.5",
        "location_kind": "reported",
        "discovery_year": "1950",
        "citations-0-locator": "p. 99",
        "citations-0-stated_value": "[1, 2]",
        "names-0-text": "By the first",
    }
    assert first.send(page, theirs).status_code == 302
    mine = {"description": "mine", "discovery_year": "1960", "names-1-text": "By the second"}
    refused = second.send(page, mine, opened)
    again = read_form(refused.content.decode())
    for name, value in {**theirs, **mine}.items():
        assert again.data[name] == value, "the form shows what would be saved"
    assert first.send(page, {"host_rock": "", "age": "Triassic"}).status_code == 302
    late = second.send(page, {"_seen": shown_version(refused)}, again)
    again = read_form(late.content.decode())
    assert again.data["host_rock"] == "" and again.data["age"] == "Triassic" and again.data["description"] == "mine"
    assert second.send(page, {"_seen": shown_version(late)}, again).status_code == 302
    deposit.refresh_from_db()
    assert (deposit.host_rock, deposit.age, deposit.location.coords) == (None, "Triassic", (75.5, 42.5))
    assert (deposit.description, deposit.discovery_year) == ("mine", 1960), "where both wrote, the one who has seen both"
    citation = deposit.citations.order_by("pk").first()
    assert (citation.locator, citation.stated_value) == ("p. 99", [1, 2])
    assert set(deposit.names.exclude(kind="preferred").values_list("text", flat=True)) == {"By the first", "By the second"}
    entry = LogEntry.objects.latest("pk")
    assert entry.user == second.user and "Host rock" not in entry.get_change_message()


@pytest.mark.parametrize("row", ["citations", "names", "commodities"])
def test_a_change_of_a_row_counts_as_a_change_of_its_record(row: str, two: tuple[Curator, Curator]) -> None:
    first, second = two
    deposit: Any = at_once(kinds.deposit)
    page = kinds.address(deposit)
    opened = second.open(page)
    change = {
        "citations": {"citations-0-locator": "p. 99"},
        "names": {"names-0-text": "Other"},
        "commodities": {"commodities-0-role": "main"},
    }
    assert first.send(page, change[row]).status_code == 302
    response = second.send(page, {"description": "mine"}, opened)
    assert "changed by first" in response.content.decode() and not Deposit.objects.filter(description="mine").exists()


def test_rows_that_others_removed_stay_removed_and_those_they_added_stay(two: tuple[Curator, Curator]) -> None:
    first, second = two
    deposit: Any = at_once(kinds.deposit, rows=2)
    page = kinds.address(deposit)
    opened = second.open(page)
    added = {"names-TOTAL_FORMS": "3", "names-2-text": "Added by the first", "names-2-kind": "official"}
    first.send(page, {"names-0-DELETE": "on", **added})
    refused = second.send(page, {"names-1-text": "Changed by the second"}, opened)
    told = refused.content.decode()
    assert ">removed<" in told and ">added<" in told
    seen = {"names-1-text": "Changed by the second", "_seen": shown_version(refused)}
    broken = second.send(page, {**seen, "admin_code": "no"}, opened)
    again = read_form(broken.content.decode())
    assert "names-0-text" not in again.data and again.data["names-1-text"] == "Changed by the second"
    assert second.send(page, {"admin_code": ""}, again).status_code == 302
    names = set(deposit.names.exclude(kind="preferred").values_list("text", flat=True))
    assert names == {"Added by the first", "Changed by the second"}


@pytest.mark.parametrize("kind", sorted(kinds.PARTS))
def test_what_has_no_version_of_its_own_is_guarded_too(kind: str, two: tuple[Curator, Curator]) -> None:
    first, second = two
    record: Any = at_once(kinds.MAKERS[kind])
    page = kinds.address(record)
    opened = second.open(page)
    assert first.send(page, {"text": "by the first"}).status_code == 302
    assert second.send(page, {"text": "by the second"}, opened).status_code == 200
    assert type(record).objects.get(pk=record.pk).text == "by the first"


def test_a_form_without_its_version_is_refused(two: tuple[Curator, Curator]) -> None:
    page = kinds.address(at_once(records.deposit, name="Kutessay"))
    for version in ("", "0", "-1", "99", "one", "9" * 40):
        response = two[0].send(page, {"name": "Other", "_version": version, "_snapshot": "x" * 50})
        assert response.status_code == 200 and Deposit.objects.get().name == "Kutessay", version


def test_the_row_is_locked_while_it_is_saved(two: tuple[Curator, Curator], monkeypatch: pytest.MonkeyPatch) -> None:
    """While one save is under way, another transaction cannot take the row."""
    deposit = at_once(records.deposit)
    seen: list[str] = []

    def look(*args: Any, **kwargs: Any) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT FROM registry_deposit WHERE id = %s FOR UPDATE NOWAIT", [deposit.pk])
            seen.append("free")
        except OperationalError:
            seen.append("locked")
        finally:
            other.close()

    from curation.kinds.deposits import DepositAdmin

    monkeypatch.setattr(DepositAdmin, "save_model", look)
    two[0].send(kinds.address(deposit))
    assert seen == ["locked"]


def test_a_snapshot_knows_what_had_committed() -> None:
    snapshot = Snapshot.read("100:105:101,103")
    assert [x for x in range(98, 108) if snapshot.shows(x)] == [98, 99, 100, 102, 104]
    assert Snapshot.read("nonsense").shows(10**12)
