"""Steps with many records: each by the rules of a single change, and undone as one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from registry.models import BulkChange, Citation, Deposit, Proposal, ReviewRule
from tests import records
from tests.curation.conftest import Curator, at_once
from tests.curation.forms import read_form
from tests.curation.proposals import page_of

# What was before a change is known by transactions, so they are real here.
pytestmark = pytest.mark.django_db(transaction=True)
DEPOSITS = "/admin/registry/deposit/"
WHY = "The map of 2021 says so"


@pytest.fixture
def hills(db: None) -> list[Any]:
    """Two public records and a draft, all of which a citation covers; one has the value already."""
    made: list[Any] = [
        at_once(records.deposit, name="North Hill", age="Devonian"),
        at_once(records.deposit, name="South Hill", age="Permian"),
        at_once(records.deposit, name="Draft Hill", age="Devonian", record_status="draft"),
    ]
    return made


def edit(client: Curator, hills: list[Any], value: str, reason: str = WHY, meanwhile: Callable[[], Any] = lambda: None) -> Any:
    """Go through the pages as a curator does: select, choose the field, preview, apply."""
    chosen = {"action": "edit_many", ACTION_CHECKBOX_NAME: [hill.pk for hill in hills]}
    first = read_form(client.post(DEPOSITS, chosen).content.decode())
    second = read_form(client.post(f"{DEPOSITS}edit-many/", {**first.data, "_field": "age", "_value": "1"}).content.decode())
    assert "age" in second.data, second.html[:3000]
    preview = client.post(f"{DEPOSITS}edit-many/", {**second.data, "age": value}).content.decode()
    meanwhile()
    sent = {**read_form(preview).data, "_reason": reason, "_apply": "1"}
    return preview, client.post(f"{DEPOSITS}edit-many/", sent)


def outcomes(bulk: BulkChange) -> dict[str, str]:
    return dict(bulk.items.values_list("label", "outcome"))  # type: ignore[attr-defined]


def ages() -> dict[str, str | None]:
    return dict(Deposit.objects.values_list("name", "age"))


def test_an_editor_proposes_for_public_records_and_all_is_undone_as_one(editor: Curator, hills: list[Any]) -> None:
    preview, response = edit(editor, hills, "Permian")
    assert preview.count("proposed for review") == 1 and preview.count("saved at once") == 1 and "is so already" in preview
    bulk = BulkChange.objects.get()
    assert response["Location"] == f"/admin/bulk/{bulk.pk}/"
    assert outcomes(bulk) == {"North Hill": "proposed", "South Hill": "same", "Draft Hill": "done"}
    assert ages() == {"North Hill": "Devonian", "South Hill": "Permian", "Draft Hill": "Permian"}
    proposal = Proposal.objects.get()
    assert (proposal.reason, proposal.state) == (WHY, "open")
    page = f"/admin/bulk/{bulk.pk}/"
    assert "Undo all as one" in editor.get(page).content.decode()
    editor.post(page, {"_reason": ""})
    assert Proposal.objects.get().waits, "a reason is needed"
    editor.post(page, {"_reason": "wrong map"})
    assert Proposal.objects.get().state == "taken_back" and ages()["Draft Hill"] == "Devonian"
    undoing = BulkChange.objects.get(undoes=bulk)
    assert outcomes(undoing) == {"North Hill": "done", "Draft Hill": "done"}
    editor.post(page, {"_reason": "again"})
    editor.post(f"/admin/bulk/{undoing.pk}/", {"_reason": "again"})
    assert BulkChange.objects.count() == 2, "what is undone is not undone again"


def test_a_reviewer_writes_at_once_what_rules_allow_and_later_changes_stay(
    reviewer: Curator, editor: Curator, hills: list[Any]
) -> None:
    bare: Any = at_once(records.deposit, name="Bare Hill")
    Citation.objects.filter(deposit=bare).update(fields=["name", "names"])
    edit(reviewer, [*hills, bare], "Triassic")
    bulk = BulkChange.objects.get()
    assert outcomes(bulk) == {
        "North Hill": "done", "South Hill": "done", "Draft Hill": "done", "Bare Hill": "refused",
    }  # fmt: skip
    refused = bulk.items.get(label="Bare Hill")  # type: ignore[attr-defined]
    assert "age" in refused.message and ages()["Bare Hill"] is None
    reviewer.send(f"{DEPOSITS}{hills[1].pk}/change/", {"age": "Jurassic"})
    reviewer.post(f"/admin/bulk/{bulk.pk}/", {"_reason": "wrong map"})
    assert ages() == {"North Hill": "Devonian", "South Hill": "Jurassic", "Draft Hill": "Devonian", "Bare Hill": None}
    assert outcomes(BulkChange.objects.get(undoes=bulk))["South Hill"] == "refused"
    ReviewRule.objects.create(kind="deposit")
    edit(reviewer, hills[:1], "Cambrian")
    assert ages()["North Hill"] == "Devonian" and Proposal.objects.get().author == reviewer.user
    Proposal.objects.all().delete()


def test_a_published_proposal_of_a_bulk_change_is_undone_by_a_proposal(
    editor: Curator, reviewer: Curator, hills: list[Any]
) -> None:
    edit(editor, hills[:1], "Permian")
    proposal = Proposal.objects.get()
    version = Deposit.objects.get(pk=hills[0].pk).version
    reviewer.post(page_of(proposal), {"_publish": "1", "_item": ["field.age"], "_version": str(version)})
    assert ages()["North Hill"] == "Permian"
    editor.post(f"/admin/bulk/{BulkChange.objects.get().pk}/", {"_reason": "wrong map"})
    assert ages()["North Hill"] == "Permian" and Proposal.objects.get(state="open").origin == "revert"


def test_steps_with_many_records_are_undone_as_one(reviewer: Curator, hills: list[Any]) -> None:
    chosen = {"action": "withdraw", "reason": "doubtful", ACTION_CHECKBOX_NAME: [hill.pk for hill in hills]}
    reviewer.post(DEPOSITS, chosen)
    bulk = BulkChange.objects.get()
    assert outcomes(bulk) == {"North Hill": "done", "South Hill": "done", "Draft Hill": "refused"}
    reviewer.post(f"/admin/bulk/{bulk.pk}/", {"_reason": "not doubtful"})
    states = dict(Deposit.objects.values_list("name", "record_status"))
    assert states == {"North Hill": "published", "South Hill": "published", "Draft Hill": "draft"}
    reviewer.post(DEPOSITS, chosen)
    again = BulkChange.objects.latest("pk")
    reviewer.post(DEPOSITS, {"action": "submit", ACTION_CHECKBOX_NAME: [hills[0].pk]})
    reviewer.post(f"/admin/bulk/{again.pk}/", {"_reason": "not doubtful"})
    assert outcomes(BulkChange.objects.get(undoes=again)) == {"North Hill": "refused", "South Hill": "done"}
    assert Deposit.objects.get(name="North Hill").record_status == "in_review", "what was done since stays"


def test_what_others_changed_after_the_preview_is_not_overwritten(reviewer: Curator, editor: Curator, hills: list[Any]) -> None:
    draft = f"{DEPOSITS}{hills[2].pk}/change/"
    edit(reviewer, hills, "Triassic", meanwhile=lambda: editor.send(draft, {"age": "Jurassic"}))
    assert outcomes(BulkChange.objects.get()) == {"North Hill": "done", "South Hill": "done", "Draft Hill": "refused"}
    assert ages()["Draft Hill"] == "Jurassic"


def test_nobody_edits_in_bulk_what_they_may_not_change(editor: Curator, admin: Curator, hills: list[Any]) -> None:
    from django.contrib.auth.models import Group

    edit(editor, hills, "Permian")
    bulk = BulkChange.objects.get()
    editor.user.groups.set(Group.objects.filter(name="Auditors"))
    sent = {"_keys": str(hills[0].pk), "_field": "age", "age": "Jurassic", "_reason": WHY, "_apply": "1"}
    assert editor.post(f"{DEPOSITS}edit-many/", sent).status_code == 403
    assert editor.get(f"/admin/bulk/{bulk.pk}/").status_code == 200
    assert editor.post(f"/admin/bulk/{bulk.pk}/", {"_reason": WHY}).status_code == 403
    editor.user.groups.clear()
    assert editor.get(f"/admin/bulk/{bulk.pk}/").status_code == 403
    assert admin.get("/admin/bulk/999999/").status_code == 403
    for wrong in ({"_field": "record_status"}, {"_field": "slug"}, {"_field": "location"}, {"_keys": "x,1\x00"}):
        assert admin.post(f"{DEPOSITS}edit-many/", {**sent, **wrong}).status_code in (200, 302)
    assert set(ages().values()) == {"Devonian", "Permian"}
