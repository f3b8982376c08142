"""The groups Editors and Reviewers: what each may do, and that making them twice changes nothing."""

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from registry.models import Country, CountryPiece, Deposit, Name
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in
from tests.curation.forms import messages

pytestmark = pytest.mark.django_db
ROLES = {"Editors", "Reviewers", "Auditors", "Account administrators"}


def made() -> dict[str, set[str]]:
    call_command("make_roles", stdout=io.StringIO())
    return {group.name: {p.codename for p in group.permissions.all()} for group in Group.objects.all()}


def test_making_roles_twice_changes_nothing() -> None:
    once = made()
    permissions = Permission.objects.count()
    assert made() == once and set(once) == ROLES and Permission.objects.count() == permissions


def test_migrate_has_made_the_roles() -> None:
    assert {group.name for group in Group.objects.all()} == ROLES
    assert Group.objects.get(name="Reviewers").permissions.filter(codename="publish_deposit").exists()


def test_an_auditor_sees_everything_and_changes_nothing(roles: None) -> None:
    auditor, deposit = signed_in("ada", "Auditors"), kinds.deposit()
    for page in ("", "registry/deposit/", "registry/proposal/", "registry/importrun/", "registry/report/", "auth/user/"):
        assert auditor.get(f"/admin/{page}").status_code == 200, page
    page = auditor.get(kinds.address(deposit)).content.decode()
    assert "_save" not in page and "_step" not in page and auditor.get(kinds.address(deposit, "history")).status_code == 200
    for address in ("change", "delete", "revert", "note", "preview"):
        assert auditor.post(kinds.address(deposit, address), {"name": "Mine", "post": "yes"}).status_code == 403, address
    assert Deposit.objects.get(pk=deposit.pk).name == deposit.name


def test_an_administrator_of_accounts_gives_roles_and_links_and_takes_no_more(roles: None, client: Any) -> None:
    keeper, other = signed_in("kim", "Account administrators"), signed_in("olga")
    head = signed_in("head", superuser=True)
    users = "/admin/auth/user/"
    reviewers = str(Group.objects.get(name="Reviewers").pk)
    assert keeper.send(f"{users}{other.user.pk}/change/", {"groups": [reviewers], "is_superuser": "on"}).status_code == 302
    other.user.refresh_from_db()
    assert other.user.groups.get().name == "Reviewers" and not other.user.is_superuser
    assert "Reviewers" in keeper.get(users).content.decode()
    keeper.send(f"{users}{keeper.user.pk}/change/", {"groups": [reviewers]})
    assert keeper.user.groups.get().name == "Account administrators", "nobody gives a role to themselves"
    assert keeper.post(f"{users}{head.user.pk}/change/", {"username": "mine"}).status_code == 403
    assert keeper.post(f"{users}{head.user.pk}/password/", {"password1": "x", "password2": "x"}).status_code == 403
    assert keeper.get("/admin/registry/deposit/").status_code == 403
    asked = {"action": "make_links", "_selected_action": [str(other.user.pk), str(head.user.pk)], "index": "0"}
    said = messages(keeper.post(users, asked, follow=True))
    assert any("ead: this account gets no link" in one for one in said), said
    link = next(one for one in said if "/admin/reset/" in one).split("http://testserver")[1]
    form = client.get(link, follow=True)
    sent = {"new_password1": "a quite long phrase 7", "new_password2": "a quite long phrase 7"}
    assert client.post(form.redirect_chain[-1][0], sent).status_code == 302
    other.user.refresh_from_db()
    assert other.user.check_password("a quite long phrase 7")
    assert (
        "form" not in client.get(link, follow=True).context_data or not client.get(link, follow=True).context_data["validlink"]
    )


def test_making_roles_again_takes_back_what_was_added_by_hand() -> None:
    made()
    group = Group.objects.get(name="Editors")
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    assert "delete_user" not in made()["Editors"]


def test_what_each_role_may_do() -> None:
    roles = made()
    editors, reviewers = roles["Editors"], roles["Reviewers"]
    assert {"add_deposit", "change_deposit", "view_deposit", "delete_name", "add_citation"} <= editors < reviewers
    assert not {"delete_deposit", "publish_deposit", "withdraw_deposit", "add_user", "add_countrypiece"} & editors
    assert {"publish_deposit", "withdraw_finding", "delete_deposit"} <= reviewers
    assert not any(name.endswith(("history", "_user")) for name in reviewers)
    assert CountryPiece._meta.model_name == "countrypiece"


def test_somebody_without_a_role_sees_no_record(roles: None) -> None:
    stranger = signed_in("sam")
    deposit = kinds.deposit()
    assert stranger.get("/admin/").status_code == 200
    for page in ("/admin/registry/deposit/", kinds.address(deposit), kinds.address(deposit, "history")):
        assert stranger.get(page).status_code == 403
    country = Country.objects.first()
    asked = {"app_label": "registry", "model_name": "deposit", "field_name": "country", "term": ""}
    assert stranger.get("/admin/autocomplete/", asked).status_code == 403
    found = stranger.get("/admin/find/", {"app_label": "registry", "model_name": "findingsubject", "field_name": "country"})
    assert found.json()["results"] == [] and country is not None
    assert stranger.get("/admin/slug/", {"model": "deposit", "text": "x"}).status_code == 403
    assert stranger.post(kinds.address(deposit), {"name": "Mine"}).status_code == 403


def test_a_reader_of_the_admin_changes_nothing(roles: None) -> None:
    reader = signed_in("rhea")
    reader.user.user_permissions.set(Permission.objects.filter(codename__in=["view_deposit", "view_name"]))
    deposit = kinds.deposit()
    page = reader.get(kinds.address(deposit)).content.decode()
    assert "_save" not in page and "_step" not in page
    assert reader.post(kinds.address(deposit), {"name": "Mine"}).status_code == 403
    assert Deposit.objects.get(pk=deposit.pk).name == deposit.name and Name.objects.filter(deposit=deposit).exists()


def test_nobody_deletes_what_was_public_and_reviewers_delete_drafts(editor: Curator, reviewer: Curator, admin: Curator) -> None:
    published = records.deposit()
    draft = records.deposit(record_status="draft", cited=False)
    assert editor.post(kinds.address(draft, "delete"), {"post": "yes"}).status_code == 403
    for somebody in (reviewer, admin):
        assert somebody.post(kinds.address(published, "delete"), {"post": "yes"}).status_code == 403
    assert reviewer.post(kinds.address(draft, "delete"), {"post": "yes"}).status_code == 302
    assert list(Deposit.objects.all()) == [published]


def test_what_carries_a_published_record_is_not_deleted_with_it(reviewer: Curator) -> None:
    draft = records.deposit(record_status="draft", cited=False)
    records.estimate(deposit=draft)
    page = reviewer.get(kinds.address(draft, "delete")).content.decode()
    assert "resource estimate" in page and "Yes, I" not in page
    assert reviewer.post(kinds.address(draft, "delete"), {"post": "yes"}).status_code == 403
    assert Deposit.objects.filter(pk=draft.pk).exists()


def test_a_deletion_that_breaks_a_rule_is_refused_in_words(reviewer: Curator, commit: Any) -> None:
    side = records.finding(record_status="draft")
    other = records.finding()
    records.disagreement({"finding": side}, {"finding": other}, {"finding": records.finding()})
    commit()
    type(other).objects.filter(pk=other.pk).update(record_status="withdrawn")
    response = reviewer.post(kinds.address(side, "delete"), {"post": "yes"}, follow=True)
    assert "two or more sides that readers see" in messages(response)[0]
    assert type(side).objects.filter(pk=side.pk).exists()
