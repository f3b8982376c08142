"""Changes are undone and versions returned to, from the history of a record."""

from typing import Any

import pytest

from curation.history.changes import changes_of
from registry.models import Deposit, FindingSubject, License, LicenseEvent, Name, Proposal
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, at_once, signed_in


@pytest.fixture
def head(transactional_db: None) -> Curator:
    return signed_in("head", superuser=True)


def test_a_change_is_undone_and_a_version_returned_to(head: Curator) -> None:
    deposit: Any = at_once(records.deposit, name="Hill", host_rock="granite", age="Devonian", at=(76.0, 42.0))
    name = Name.objects.create(deposit=deposit, text="Холм", language="ru-Cyrl")
    page, revert = kinds.address(deposit), kinds.address(deposit, "revert")
    citation = deposit.citations.get()
    first = {"host_rock": "syenite", "age": "Permian", "names-0-DELETE": "on", "citations-0-locator": "p. 9"}
    assert head.send(page, {**first, "_reason": "wrong"}).status_code == 302
    assert head.send(page, {"host_rock": "basalt", "locality": "here", "_reason": "later"}).status_code == 302
    assert "Undo this change" in head.get(kinds.address(deposit, "history")).content.decode()
    wrong = next(change for change in changes_of(deposit) if change.why == "wrong")

    def publish(**asked: str) -> None:
        made = head.post(revert, {"_transaction": str(wrong.transaction), "_reason": "It was right", **asked})
        proposal = Proposal.objects.latest("pk")
        assert made["Location"] == f"/admin/registry/proposal/{proposal.pk}/change/"
        deposit.refresh_from_db()
        assert head.send(made["Location"], button="_publish").status_code == 302

    assert head.post(revert, {"_transaction": str(wrong.transaction), "_undo": "1", "_reason": ""}).status_code == 302
    assert not Proposal.objects.exists(), "a reason is needed"
    publish(_undo="1")
    deposit.refresh_from_db()
    citation.refresh_from_db()
    assert (deposit.host_rock, deposit.age, deposit.locality, citation.locator) == ("granite", "Devonian", "here", "p. 1")
    assert deposit.names.exclude(kind="preferred").get().text == "Холм" and not Name.objects.filter(pk=name.pk).exists()
    publish(_return="1")
    deposit.refresh_from_db()
    citation.refresh_from_db()
    assert (deposit.host_rock, deposit.age, deposit.locality, citation.locator) == ("syenite", "Permian", None, "p. 9")
    assert not deposit.names.exclude(kind="preferred").exists()
    assert Deposit.objects.get().record_status == "published"
    assert head.get(revert).status_code == 405
    assert head.post(revert, {"_transaction": "1", "_undo": "1", "_reason": "x"}).status_code == 302


def test_a_deleted_draft_is_restored_with_its_rows(head: Curator) -> None:
    draft: Any = at_once(records.deposit, record_status="draft", cited=False)
    other = at_once(records.deposit, record_status="draft", cited=False, name="Fresh")
    Name.objects.create(deposit=other, text="Холм", language="ru-Cyrl")
    citation = other.citations.create(source=records.source(), fields=["name"], locator="p. 7")
    key, uid = other.pk, other.uid
    assert head.post(kinds.address(other, "delete"), {"post": "yes", "_reason": "a slip"}).status_code == 302
    assert not Deposit.objects.filter(pk=key).exists()
    page = head.get("/admin/bin/").content.decode()
    assert "<strong>Fresh" in page and "head" in page and "a slip" in page
    sent = {"_kind": "deposit", "_key": str(key)}
    head.post("/admin/bin/", sent)
    assert not Deposit.objects.filter(pk=key).exists(), "a reason is needed"
    for wrong in ({"_kind": "report"}, {"_key": "x"}, {"_key": "99999999"}, {"_key": str(draft.pk)}):
        assert head.post("/admin/bin/", {**sent, "_reason": "x", **wrong})["Location"] == "/admin/bin/"
    assert head.post("/admin/bin/", {**sent, "_reason": "Needed"})["Location"] == kinds.address(other)
    again: Any = Deposit.objects.get(pk=key)
    assert (again.name, again.uid, again.record_status) == ("Fresh", uid, "draft")
    assert set(again.names.values_list("text", flat=True)) == {"Fresh", "Холм"}
    assert again.citations.get().pk == citation.pk and again.citations.get().locator == "p. 7"
    assert "<strong>Fresh" not in head.get("/admin/bin/").content.decode()
    stranger = signed_in("sam")
    assert stranger.post("/admin/bin/", {**sent, "_reason": "x"}).status_code == 302
    assert "Nothing was deleted" in stranger.get("/admin/bin/").content.decode()


def test_a_draft_whose_slug_was_taken_or_whose_source_is_gone_stays_deleted_and_says_why(admin: Curator) -> None:
    source: Any = records.source(record_status="draft")
    draft: Any = at_once(records.deposit, record_status="draft", cited=False, name="Fresh", slug="fresh")
    draft.citations.create(source=source, fields=["name"], locator="p. 7")
    sent = {"_kind": "deposit", "_key": str(draft.pk), "_reason": "Needed"}
    draft.delete()
    other: Any = at_once(records.deposit, record_status="draft", cited=False, name="Another", slug="fresh")
    page = admin.post("/admin/bin/", sent, follow=True).content.decode()
    assert "“fresh” cannot be restored" in page and "lug" in page
    other.delete()
    source.delete()
    page = admin.post("/admin/bin/", sent, follow=True).content.decode()
    assert "“fresh” cannot be restored" in page and "the record referred to is gone" in page
    assert not Deposit.objects.filter(slug="fresh").exists(), "all or nothing"


def test_what_went_with_the_rows_of_a_draft_and_named_it_elsewhere_comes_back(admin: Curator) -> None:
    licence: Any = records.license_(record_status="draft")
    event = LicenseEvent.objects.create(license=licence, kind="grant", date="2020")
    citation = event.citations.create(source=records.source(), locator="p. 8")
    finding: Any = records.finding(record_status="draft")
    other: Any = records.finding(record_status="draft")
    subjects = [one.subjects.create(license=licence).pk for one in (finding, other)]
    assert admin.post(kinds.address(licence, "delete"), {"post": "yes"}).status_code == 302
    other.delete()
    assert not finding.subjects.filter(pk__in=subjects).exists()
    admin.post("/admin/bin/", {"_kind": "license", "_key": str(licence.pk), "_reason": "Needed"})
    again = License.objects.get(pk=licence.pk)
    assert again.events.get().citations.get().pk == citation.pk
    assert list(FindingSubject.objects.filter(license=licence).values_list("pk", flat=True)) == subjects[:1], (
        "the other is gone"
    )


def test_undoing_a_change_of_a_list_leaves_what_others_added_since(head: Curator) -> None:
    deposit: Any = at_once(records.deposit, name="Hill", host_rock="granite", age="Devonian")
    citation = deposit.citations.get()
    type(citation).objects.filter(pk=citation.pk).update(fields=["name", "host_rock", "age"])
    page, revert = kinds.address(deposit), kinds.address(deposit, "revert")
    first = {"citations-0-fields": "name\nhost_rock\nage\ncountry", "_reason": "for the country"}
    assert head.send(page, first).status_code == 302
    later = {"citations-0-fields": "name\nhost_rock\nage\ncountry\nlocality", "_reason": "for the place"}
    assert head.send(page, later).status_code == 302
    change = next(one for one in changes_of(deposit) if one.why == "for the country")
    made = head.post(revert, {"_transaction": str(change.transaction), "_undo": "1", "_reason": "Not the country"})
    assert head.send(made["Location"], button="_publish").status_code == 302
    citation.refresh_from_db()
    assert citation.fields == ["name", "host_rock", "age", "locality"]
