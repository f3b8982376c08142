"""The history page: every change of a record and of its rows, field by field, with who, when and why."""

from typing import Any

import pytest

from curation.history.changes import changes_of
from registry.models import Citation, Deposit, DisputedAreaParty, License
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, at_once, signed_in


@pytest.fixture
def head(transactional_db: None) -> Curator:
    return signed_in("head", superuser=True)


def test_a_change_is_told_field_by_field_with_who_and_why(head: Curator) -> None:
    deposit = at_once(
        records.deposit, name="Kutessay", at=(76.0, 42.0), deposit_type="unknown", country=records.country(name="Kyrgyzstan")
    )
    page = kinds.address(deposit)
    other = records.country(name="Kazakhstan")
    changes = {"deposit_type": "vein", "location": "42.5, 76.25", "country": str(other.pk), "_reason": "Field trip"}
    assert head.send(page, changes).status_code == 302
    newest, oldest = changes_of(deposit)[0], changes_of(deposit)[-1]
    assert (newest.who, newest.why) == ("head", "Field trip") and oldest.rows[0].done == "added"
    (row,) = newest.rows
    told = {field.field: (field.before, field.after) for field in row.fields}
    assert told == {
        "deposit type": ("Unknown", "Vein"),
        "location": ("42, 76", "42.5, 76.25"),
        "country": ("Kyrgyzstan", "Kazakhstan"),
    }
    html = head.get(kinds.address(deposit, "history")).content.decode()
    assert "Field trip" in html and "<del>Unknown</del>" in html and html.index("Field trip") < html.index("added")


def test_rows_are_told_with_their_record(head: Curator) -> None:
    deposit: Any = at_once(kinds.deposit)
    source = records.source(title="The old report")
    rows = {
        "names-0-text": "Кутессай-2",
        "citations-1-DELETE": "on",
        "citations-TOTAL_FORMS": "3",
        "citations-2-source": str(source.pk),
        "citations-2-relation": "mentions",
    }
    assert head.send(kinds.address(deposit), rows).status_code == 302
    told = {(row.done, row.kind): row for row in changes_of(deposit)[0].rows}
    assert set(told) == {("changed", "name"), ("removed", "citation"), ("added", "citation")}
    assert [(f.field, f.after) for f in told["changed", "name"].fields] == [("text", "Кутессай-2")]
    assert "The old report" in told["added", "citation"].name
    assert not any(f.field == "deposit" for row in told.values() for f in row.fields), "the record is not named in its own rows"


def test_the_whole_life_is_told(head: Curator) -> None:
    deposit = at_once(records.deposit, record_status="draft")
    for step in ("submit", "publish", "withdraw"):
        head.send(kinds.address(deposit), {"_reason": f"because of {step}"}, button=f"_step={step}")
    states = [(c.why, row.fields[0].before, row.fields[0].after) for c in changes_of(deposit)[:3] for row in c.rows]
    assert states == [
        ("because of withdraw", "Published", "Withdrawn"),
        ("because of publish", "In review", "Published"),
        ("because of submit", "Draft", "In review"),
    ]


def test_changes_by_bulk_statements_are_told_too(head: Curator) -> None:
    deposit = at_once(records.deposit, host_rock="granite")
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="syenite")
    (newest, *_) = changes_of(deposit)
    assert newest.who == "the system" and newest.rows[0].fields[0].after == "syenite"


def test_what_is_gone_is_still_told(head: Curator) -> None:
    licence = at_once(records.license_, name="A licence")
    event = licence.events.create(kind="grant", date="2010")
    Citation.objects.create(license_event=event, source=records.source(title="Gazette"), locator="p. 7")
    event.delete()
    told = [(row.done, row.kind) for change in changes_of(License.objects.get(pk=licence.pk)) for row in change.rows]
    assert {("added", "license event"), ("removed", "license event"), ("added", "citation"), ("removed", "citation")} <= set(
        told
    )


def test_a_large_outline_is_told_by_its_size(head: Curator) -> None:
    country = records.country(boundary=records.square(70, 40))
    country.boundary = records.square(70, 40, 2)
    country.save()
    (field,) = changes_of(country)[0].rows[0].fields
    assert field.before.startswith("outline of 5 vertices") and field.after.startswith("outline of 5 vertices")
    assert field.before != field.after


def test_long_histories_have_pages(head: Curator) -> None:
    deposit = at_once(records.deposit)
    for number in range(60):
        Deposit.objects.filter(pk=deposit.pk).update(host_rock=f"rock {number}")
    first = head.get(kinds.address(deposit, "history")).content.decode()
    second = head.get(kinds.address(deposit, "history") + "?p=2").content.decode()
    assert "rock 59" in first and "rock 3<" not in first and "rock 3<" in second
    assert head.get(kinds.address(deposit, "history") + "?p=x%00").status_code == 200


def test_who_claims_a_disputed_area_is_in_its_history(head: Curator) -> None:
    area = at_once(records.MAKERS["disputed_area"])
    at_once(DisputedAreaParty.objects.create, area=area, role="claims", country=records.country(name="Erewhon"))
    assert [(row.done, row.kind) for row in changes_of(area)[0].rows] == [("added", "disputed area party")]
