"""What a source supports, and what would be left without it."""

from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from curation.losses import SURE
from registry.losses import Effect, losses
from registry.models import BulkChange, Citation, Deposit, LicenseSite, Source
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import read_form

pytestmark = pytest.mark.django_db


def losses_of(page: str) -> str:
    return (
        page.partition("What readers would lose</h2>")[2].partition('<div class="submit-row">')[0]
        or page.partition("if it were withdrawn</h2>")[2].partition("Citations (")[0]
        or page.partition("Records that use it</h2>")[2].partition('<form method="post">')[0]
    )


def states(model: Any) -> dict[str, str]:
    return {str(record): record.record_status for record in model.objects.all()}


def test_a_source_lists_what_it_supports_and_what_would_be_left(editor: Curator) -> None:
    one, other = records.source(title="<b>One</b>"), records.source(title="Other")
    both: Any = records.deposit(name="Both", age="Devonian", cited=False, record_status="draft")
    for source, fields in ((one, ["name", "age"]), (other, ["name"])):
        Citation.objects.create(deposit=both, source=source, fields=fields, locator=f"p. {source.pk}")
    type(both).objects.filter(pk=both.pk).update(record_status="published")
    page = editor.get(f"/admin/registry/source/{one.pk}/supports/").content.decode()
    assert f"p. {one.pk}" in page and "<code>age</code>" in page and "<b>One" not in page
    lost = losses_of(page)
    assert lost.index("No other source") < lost.index("Both") and "<code>age</code>" in lost and "<code>name</code>" not in lost
    lost = losses_of(editor.get(f"/admin/registry/source/{other.pk}/supports/").content.decode())
    assert "No other source" not in lost and "others cover what they state" in lost and "Both" in lost
    assert "Nothing rests on it" in editor.get(f"/admin/registry/source/{records.source().pk}/supports/").content.decode()
    assert set(Source.objects.values_list("record_status", flat=True)) == {"published"}, "looking changes nothing"
    assert (
        f"/admin/registry/source/{one.pk}/supports/" in editor.get(f"/admin/registry/source/{one.pk}/change/").content.decode()
    )
    assert editor.get("/admin/registry/source/999999/supports/").status_code == 302
    editor.user.groups.clear()
    assert editor.get(f"/admin/registry/source/{one.pk}/supports/").status_code == 403


def test_a_withdrawal_that_is_refused_shows_what_would_be_left(reviewer: Curator) -> None:
    one, other = records.source(title="One"), records.source(title="Other")
    bare: Any = records.deposit(name="Akbulak", age="Devonian", cited=False, record_status="draft")
    Citation.objects.create(deposit=bare, source=one, fields=["name", "age"])
    type(bare).objects.filter(pk=bare.pk).update(record_status="published")
    address = f"/admin/registry/source/{one.pk}/change/"
    assert "losses-title" not in reviewer.get(address).content.decode()
    lost = losses_of(reviewer.send(address, {"_reason": "doubtful"}, button="_step=withdraw").content.decode())
    assert "Akbulak" in lost and "<code>age</code>" in lost and "<code>name</code>" in lost
    assert reviewer.send(f"/admin/registry/source/{other.pk}/change/", button="_step=withdraw").status_code == 302
    assert states(Source) == {"One": "published", "Other": "withdrawn"}


def test_what_readers_would_lose_is_shown_before_records_are_withdrawn(reviewer: Curator) -> None:
    """Each kind of loss is shown with its number, on the page and for many at once; a second look is needed if it changes."""
    hill, twin = records.deposit(name="Old Hill"), records.deposit(name="Twin Hill")
    estimate = records.estimate(deposit=hill)
    licence = records.license_(number="L-77")
    LicenseSite.objects.create(license=licence, deposit=hill)
    records.disagreement({"deposit": hill}, {"deposit": twin}, title="How old is it?")
    found = {one.effect: one for one in losses(Deposit, [hill.pk])}
    assert [(effect, one.number) for effect, one in found.items()] == [("hidden", 1), ("side", 1), ("link", 1)]
    assert found[Effect.SIDE].first[0].ends and found[Effect.HIDDEN].first[0].key == estimate.pk
    address = kinds.address(hill)
    form = reviewer.open(address)
    sent = {**form.data, "_reason": "doubtful", "_step": "withdraw", "description": "Typed and kept."}
    confirmation = reviewer.post(address, sent)
    lost = losses_of(confirmation.content.decode())
    assert confirmation.status_code == 200 and states(Deposit)["Old Hill"] == "published"
    assert "L-77" in lost and "How old is it?" in lost and "no longer see it" in lost and "1 licence" in lost
    again = read_form(confirmation.content.decode()).data
    licence_2 = records.license_(number="L-78")
    LicenseSite.objects.create(license=licence_2, deposit=hill)
    more = reviewer.post(address, again)
    assert "L-78" in more.content.decode() and states(Deposit)["Old Hill"] == "published", "it was not what was seen"
    assert reviewer.post(address, {**again, SURE: read_form(more.content.decode()).data[SURE]}).status_code == 302
    hill.refresh_from_db()
    assert (hill.record_status, hill.description) == ("withdrawn", "Typed and kept.")
    assert losses(Deposit, [hill.pk, twin.pk]) and "Twin Hill" not in lost


def test_many_records_are_withdrawn_after_what_readers_would_lose_was_shown(reviewer: Curator) -> None:
    hills = [records.deposit(name=f"Hill {number}") for number in range(2)]
    licence = records.license_(number="L-80")
    for hill in hills:
        LicenseSite.objects.create(license=licence, deposit=hill)
    chosen = {"action": "withdraw", "reason": "doubtful", ACTION_CHECKBOX_NAME: [hill.pk for hill in hills]}
    confirmation = reviewer.post("/admin/registry/deposit/", chosen)
    lost = losses_of(confirmation.content.decode())
    assert lost.count("L-80") == 1 and "1 licence" in lost and set(states(Deposit).values()) == {"published"}
    reviewer.post("/admin/registry/deposit/", {**chosen, SURE: read_form(confirmation.content.decode()).data[SURE]})
    assert set(states(Deposit).values()) == {"withdrawn"}
    published = {"action": "publish", ACTION_CHECKBOX_NAME: [hill.pk for hill in hills]}
    reviewer.post("/admin/registry/deposit/", published)
    undo = f"/admin/bulk/{BulkChange.objects.latest('pk').pk}/"
    confirmation = reviewer.post(undo, {"_reason": "a mistake"})
    assert "L-80" in losses_of(confirmation.content.decode()) and set(states(Deposit).values()) == {"published"}
    reviewer.post(undo, {"_reason": "a mistake", SURE: read_form(confirmation.content.decode()).data[SURE]})
    assert set(states(Deposit).values()) == {"withdrawn"}


def test_deleting_a_draft_names_the_records_that_use_it(reviewer: Curator) -> None:
    draft = records.deposit(name="Draft Hill", record_status="draft")
    LicenseSite.objects.create(license=records.license_(number="L-81", record_status="draft"), deposit=draft)
    page = reviewer.get(f"/admin/registry/deposit/{draft.pk}/delete/").content.decode()
    assert "L-81" in losses_of(page) and "1 licence" in losses_of(page)
