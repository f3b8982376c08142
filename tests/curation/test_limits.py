"""Roles that are limited to countries or kinds of record: in forms, steps, proposals, merges, bulk steps, imports."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from imports.errors import ImportRefused
from imports.flows import import_confirm
from registry.bin import record_restore
from registry.curation import CurationError, record_publish
from registry.kinds import kind_named
from registry.limits import limits_of
from registry.matching.judgements import records_judge
from registry.merging import MergeError, record_merge
from registry.models import Curator as Settings
from registry.models import Deposit, ImportRun, Proposal
from registry.vocabularies import ImportState, Verdict
from tests import records
from tests.curation.conftest import Curator
from tests.curation.forms import read_form
from tests.curation.kinds import any_country

pytestmark = pytest.mark.django_db


def limited(curator: Curator, *countries: Any, kinds: tuple[str, ...] = ()) -> Any:
    """Limit an account; return it as the next request loads it."""
    settings, _ = Settings.objects.get_or_create(account=curator.user)
    settings.kinds = list(kinds)
    settings.save()
    settings.countries.set(countries)
    return get_user_model()._default_manager.get(pk=curator.user.pk)


@pytest.fixture
def two(db: None) -> tuple[Any, Any]:
    """Return a public deposit of one country, and one of another."""
    own, foreign = any_country(), any_country()
    return records.deposit(name="Own", country=own), records.deposit(name="Foreign", country=foreign)


def address(record: Any, page: str = "change") -> str:
    return f"/admin/registry/{record._meta.model_name}/{record.pk}/{page}/"


def test_only_records_of_the_countries_are_written(reviewer: Curator, two: tuple[Any, Any]) -> None:
    own, foreign = two
    user = limited(reviewer, own.country)
    assert 'name="_save"' in reviewer.get(address(own)).text and 'name="_save"' not in reviewer.get(address(foreign)).text
    sent = {"name": "Changed", "_reason": "x", "_save": "1"}
    assert reviewer.post(address(foreign), sent).status_code == 403
    # A record cannot be carried over a border either, nor made beyond it.
    moved = reviewer.send(address(own), {"country": str(foreign.country_id)})
    assert moved.status_code == 200 and "your account is limited to" in moved.text
    made = reviewer.send("/admin/registry/deposit/add/", {"name": "New", "country": str(foreign.country_id)})
    assert "your account is limited to" in made.text and not Deposit.objects.filter(name="New").exists()
    assert reviewer.send(address(own), {"description": "Here."}).status_code == 302
    own.refresh_from_db()
    assert (own.country_id, own.description) == (two[0].country_id, "Here.")
    # Lists: each record of a step is judged by itself.
    reviewer.post(
        "/admin/registry/deposit/",
        {"action": "withdraw", "_selected_action": [own.pk, foreign.pk], "reason": "x", "index": "0"},
    )
    assert dict(Deposit.objects.values_list("name", "record_status")) == {"Own": "withdrawn", "Foreign": "published"}
    # Parts and estimates follow their record; what has no country is written by everybody.
    estimate = records.estimate(deposit=foreign)
    assert not limits_of(user).holds(estimate) and limits_of(user).holds(records.source())


def test_the_workflow_holds_the_limit_without_a_page(reviewer: Curator, two: tuple[Any, Any]) -> None:
    own, foreign = two
    user = limited(reviewer, own.country)
    draft = records.deposit(name="Draft", country=foreign.country, record_status="draft")
    with pytest.raises(CurationError, match="limited to"):
        record_publish(record=draft, user=user)
    with pytest.raises(MergeError, match="limited to"):
        record_merge(record=foreign, into=own, user=user, reason="the same")
    with pytest.raises(CurationError, match="limited to"):
        records_judge(one=own, other=foreign, verdict=Verdict.DIFFERENT, user=user, reason="not the same")
    key = draft.pk
    draft.citations.all().delete()
    draft.delete()
    with pytest.raises(CurationError, match="limited to"):
        record_restore(kind=kind_named("deposit"), key=key, user=user, reason="by mistake")
    assert not Deposit.objects.filter(pk=key).exists()


def test_a_proposal_is_decided_within_the_limit(editor: Curator, reviewer: Curator, two: tuple[Any, Any]) -> None:
    own, foreign = two
    for record in two:
        editor.send(address(record), {"description": "As printed."})
    limited(reviewer, own.country)
    mine, other = (Proposal.objects.get(record_id=record.pk) for record in two)
    assert 'name="_publish"' in reviewer.get(address(mine)).text and 'name="_publish"' not in reviewer.get(address(other)).text
    reviewer.post(address(other), {"_publish": "1", "_item": "field.description", "_version": str(foreign.version)})
    other.refresh_from_db()
    assert other.state == "open" and not Deposit.objects.get(pk=foreign.pk).description


def test_kinds_are_limited_too(editor: Curator, two: tuple[Any, Any]) -> None:
    limited(editor, kinds=("license",))
    assert editor.get("/admin/registry/deposit/").status_code == 200, "all can be read"
    assert editor.get("/admin/registry/deposit/add/").status_code == 403
    assert editor.post(address(two[0]), {"_save": "1"}).status_code == 403
    assert editor.get("/admin/registry/license/add/").status_code == 200


def test_imports_are_loaded_by_who_may_write_all_that_is_in_them(reviewer: Curator) -> None:
    run = ImportRun.objects.create(kind="generic", target="deposit", file_name="a.csv", file_sha256="0" * 64, file_bytes=1)
    ImportRun.objects.update(state=ImportState.CHECKED)
    run.refresh_from_db()
    for given, why in (({"countries": [any_country()]}, "some countries"), ({"kinds": ("license",)}, "other kinds")):
        user = limited(reviewer, *given.get("countries", ()), kinds=given.get("kinds", ()))
        with pytest.raises(ImportRefused, match=why):
            import_confirm(run=run, user=user)


def test_an_administrator_of_accounts_sets_limits_but_not_their_own(editor: Curator, admin: Curator) -> None:
    country = any_country()
    page = f"/admin/auth/user/{editor.user.pk}/change/"
    assert 'name="curator-0-countries"' in admin.get(page).text
    rows = {"curator-TOTAL_FORMS": "1", "curator-INITIAL_FORMS": "0", "curator-0-account": str(editor.user.pk)}
    saved = admin.send(page, {**rows, "curator-0-countries": [str(country.pk)], "curator-0-kinds": ["deposit", "license"]})
    assert saved.status_code == 302, saved.text
    settings = Settings.objects.get(account=editor.user)
    assert list(settings.countries.all()) == [country] and settings.kinds == ["deposit", "license"]
    keeper = get_user_model()._default_manager.create_user(username="kay", password="long-enough-1", is_staff=True)
    from django.contrib.auth.models import Group

    keeper.groups.set(Group.objects.filter(name="Account administrators"))
    client = Curator()
    client.force_login(keeper)
    assert 'name="curator-0-countries"' in client.get(page).text
    own = client.get(f"/admin/auth/user/{keeper.pk}/change/").text
    assert 'name="curator-0-countries"' not in own


def test_steps_with_many_records_reverts_and_the_bin_keep_to_the_limit(
    reviewer: Curator, editor: Curator, two: tuple[Any, Any]
) -> None:
    own, foreign = two
    draft = records.deposit(name="Draft", country=foreign.country, record_status="draft", cited=False)
    limited(reviewer, own.country)
    chosen = {"action": "edit_many", "_selected_action": [own.pk, foreign.pk, draft.pk]}
    form = read_form(reviewer.post("/admin/registry/deposit/", chosen).text).data
    for given in ({"_field": "age", "_value": "1"}, {"age": "Jurassic"}, {"_reason": "x", "_apply": "1"}):
        response = reviewer.post("/admin/registry/deposit/edit-many/", {**form, **given})
        form = read_form(response.text).data
    assert dict(Deposit.objects.values_list("name", "age")) == {"Own": "Jurassic", "Foreign": None, "Draft": None}
    changes = {"revert": {"_transaction": "1", "_undo": "1"}, "delete": {"post": "yes"}, "change": {"_step": "publish"}}
    for page, given in changes.items():
        for record in (foreign, draft):
            response = reviewer.post(address(record, page), {**given, "_reason": "x"})
            assert response.status_code in (302, 403), (page, record)
    assert not Proposal.objects.exists() and Deposit.objects.filter(pk=draft.pk, record_status="draft").exists()
