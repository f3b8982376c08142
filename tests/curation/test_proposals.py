"""A change of what is public: proposed, compared, published as a whole or in part, returned, and seen by nobody before."""

from typing import Any

import pytest

from curation.history.changes import changes_of
from registry.models import Deposit, Disagreement, Name, Proposal, Report, ReviewRule
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in
from tests.curation.forms import messages, read_form
from tests.curation.proposals import WHY, page_of, propose

pytestmark = pytest.mark.django_db


def test_readers_keep_the_old_version_until_a_reviewer_publishes(
    hill: Any, editor: Curator, reviewer: Curator, api: Any
) -> None:
    row = hill.names.exclude(kind="preferred").get()
    changes = {
        "name": "New Hill",
        "location": "42.5, 76.5",
        "names-0-text": "Новый холм",
        "names-TOTAL_FORMS": "2",
        "names-1-text": "Neuer Hügel",
        "names-1-language": "de",
        "names-1-kind": "official",
        "_evidence": "https://example.org/report",
    }
    before = api.json(f"/api/v1/deposits/{hill.slug}/")
    proposal = propose(editor, hill, **changes)
    assert api.json(f"/api/v1/deposits/{hill.slug}/") == before
    for address in (
        "/api/v1/deposits/",
        "/api/v1/deposits/?search=new",
        f"/deposits/{hill.slug}/",
        f"/deposits/{hill.slug}/history/",
    ):
        assert "New Hill" not in api.get(address).content.decode(), address
    page = reviewer.get(page_of(proposal)).content.decode()
    for text in (
        "<del>Old Hill</del>",
        "<ins>New Hill</ins>",
        "<ins>Новый холм</ins>",
        "<ins>Neuer Hügel</ins>",
        "edda proposes",
    ):
        assert text in page, text
    assert "merge-map" in page and "https://example.org/report" in page and WHY["_reason"] in page
    preview = reviewer.get(f"/admin/registry/deposit/{hill.pk}/preview/?proposal={proposal.pk}")
    shown = preview.content.decode()
    assert "New Hill" in shown and "Neuer Hügel" in shown and "readers do not see this yet" in shown
    assert "no-store" in preview["Cache-Control"]
    assert "New Hill" not in api.get(f"/deposits/{hill.slug}/").content.decode(), "a preview is in no cache"
    response = reviewer.send(page_of(proposal), {"_comment": "Checked"}, button="_publish")
    assert response.status_code == 302, read_form(response.content.decode()).errors
    proposal.refresh_from_db()
    hill.refresh_from_db()
    assert (proposal.state, proposal.decided_by, hill.name, hill.location.coords) == (
        "published",
        reviewer.user,
        "New Hill",
        (76.5, 42.5),
    )
    row.refresh_from_db()
    assert row.text == "Новый холм" and hill.names.filter(text="Neuer Hügel").exists()
    assert api.json(f"/api/v1/deposits/{hill.slug}/")["name"] == "New Hill"
    newest = Deposit.history.rel.related_model.objects.filter(pgh_obj_id=hill.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert newest.pgh_context["author"] == editor.user.pk and newest.pgh_context["user"] == reviewer.user.pk
    assert newest.pgh_context["reason"] == WHY["_reason"] and "trial" not in newest.pgh_context
    assert any("edda, published by rita" in change.who for change in changes_of(hill))


def test_an_editor_publishes_by_no_way(hill: Any, editor: Curator) -> None:
    proposal = propose(editor, hill, host_rock="syenite")
    refused = editor.send(page_of(proposal), {"_item": ["field.host_rock"]}, button="_publish")
    assert "ask a reviewer" in refused.content.decode()
    for button in ("_save", "_continue", "_step=publish", "_step=withdraw", "_addanother"):
        editor.send(kinds.address(hill), {"age": "Permian", **WHY}, button=button)
        hill.refresh_from_db()
        assert (hill.host_rock, hill.age, hill.record_status) == ("granite", "Devonian", "published"), button
    stranger = signed_in("sam")
    assert stranger.get(page_of(proposal)).status_code in (302, 403)
    assert stranger.post(page_of(proposal), {"_publish": "1"}).status_code in (302, 403)
    assert stranger.get(f"/admin/registry/deposit/{hill.pk}/preview/?proposal={proposal.pk}").status_code == 403


def test_a_part_is_published_and_the_rest_returned_and_changed(hill: Any, editor: Curator, reviewer: Curator) -> None:
    proposal = propose(editor, hill, host_rock="syenite", age="Permian", locality="Boom valley")
    reviewer.send(page_of(proposal), {"_item": ["field.host_rock", "field.locality"]}, button="_publish")
    hill.refresh_from_db()
    proposal.refresh_from_db()
    assert (hill.host_rock, hill.locality, hill.age) == ("syenite", "Boom valley", "Devonian") and proposal.state == "open"
    assert "State why" in reviewer.send(page_of(proposal), button="_return").content.decode()
    reviewer.send(page_of(proposal), {"_comment": "Which page?"}, button="_return")
    proposal.refresh_from_db()
    assert proposal.state == "returned" and "Which page?" in editor.get(page_of(proposal)).content.decode()
    form = editor.open(f"{kinds.address(hill)}?proposal={proposal.pk}")
    assert form.data["age"] == "Permian" and form.data["host_rock"] == "syenite" and not form.errors
    assert form.data["_reason"] == WHY["_reason"]
    again = editor.send(kinds.address(hill), {"age": "Triassic", "_reason": "Page 12"}, form)
    assert again["Location"] == page_of(proposal)
    proposal.refresh_from_db()
    assert proposal.state == "open" and proposal.reason == "Page 12" and Proposal.objects.count() == 1
    reviewer.send(page_of(proposal), button="_publish")
    hill.refresh_from_db()
    assert hill.age == "Triassic"
    acts = list(proposal.entries.values_list("act", flat=True))
    assert acts == ["proposed", "published_part", "returned", "changed", "published"]


def test_several_proposals_and_what_changed_since_are_shown_and_never_lost(
    hill: Any, editor: Curator, reviewer: Curator
) -> None:
    one, other = propose(editor, hill, host_rock="syenite", age="Permian"), propose(editor, hill, host_rock="basalt")
    assert f"proposal {other.pk} of edda" in reviewer.get(page_of(one)).content.decode()
    stale = reviewer.open(page_of(one))
    reviewer.send(page_of(other), button="_publish")
    late = reviewer.send(page_of(one), {}, stale, button="_publish")
    assert "changed while you were reviewing" in late.content.decode()
    form = read_form(late.content.decode())
    assert form.data["_item"] == ["field.age"], "what somebody changed since is chosen only by hand"
    assert "changed since" in late.content.decode() and "Now: <b>basalt</b>" in late.content.decode()
    reviewer.send(page_of(one), {}, form, button="_publish")
    hill.refresh_from_db()
    one.refresh_from_db()
    assert (hill.host_rock, hill.age, one.state) == ("basalt", "Permian", "open")
    assert [item["field"] for item in one.content] == ["host_rock"]
    hill.names.exclude(kind="preferred").delete()
    third = propose(editor, hill, locality="here")
    editor.send(page_of(third), button="_take_back")
    third.refresh_from_db()
    assert third.state == "taken_back"


def test_a_row_that_is_gone_since_is_said(hill: Any, editor: Curator, reviewer: Curator) -> None:
    changed = propose(editor, hill, **{"names-0-text": "Другой", "age": "Permian"})
    removed = propose(editor, hill, **{"names-0-DELETE": "on"})
    reviewer.send(page_of(removed), button="_publish")
    assert not hill.names.exclude(kind="preferred").exists()
    page = reviewer.get(page_of(changed)).content.decode()
    assert "no longer there" in page and "Другой" in page
    reviewer.send(page_of(changed), button="_publish")
    hill.refresh_from_db()
    assert hill.age == "Permian"


def test_the_rules_speak_when_proposing_and_again_when_publishing(hill: Any, editor: Curator, reviewer: Curator) -> None:
    assert "State the reason" in editor.send(kinds.address(hill), {"age": "Permian", "_reason": ""}).content.decode()
    assert (
        "Nothing was changed"
        in messages(editor.post(kinds.address(hill), editor.open(kinds.address(hill)).data | WHY, follow=True))[0]
    )
    refused = editor.send(kinds.address(hill), {**WHY, "admin_code": "no"})
    assert refused.status_code == 200 and read_form(refused.content.decode()).errors
    bare = editor.send(kinds.address(hill), {**WHY, "citations-0-DELETE": "on"})
    assert bare.status_code == 200 and "citation" in read_form(bare.content.decode()).said
    assert not Proposal.objects.exists()
    new = {"names-TOTAL_FORMS": "2", "names-1-text": "Hill", "names-1-language": "en", "names-1-kind": "official"}
    proposal = propose(editor, hill, **new)
    Name.objects.create(deposit=hill, text="Hill", language="en", kind="official")
    said = read_form(reviewer.send(page_of(proposal), button="_publish").content.decode()).said
    assert "twice" in said or "already" in said, said
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_a_direct_change_of_what_is_public_needs_a_reason(hill: Any, reviewer: Curator) -> None:
    refused = reviewer.send(kinds.address(hill), {"age": "Permian", "_reason": ""})
    assert "needs a reason" in read_form(refused.content.decode()).said
    rows = reviewer.send(kinds.address(hill), {"names-0-text": "Другой", "_reason": ""})
    assert "needs a reason" in read_form(rows.content.decode()).said
    assert reviewer.send(kinds.address(hill), {"age": "Permian", **WHY}).status_code == 302
    hill.refresh_from_db()
    assert hill.age == "Permian"
    reviewer.send(kinds.address(hill), {"age": "Triassic", **WHY}, button="_propose")
    hill.refresh_from_db()
    assert hill.age == "Permian" and Proposal.objects.get().author == reviewer.user


def test_four_eyes(hill: Any, reviewer: Curator) -> None:
    ReviewRule.objects.create(kind="deposit")
    proposal = propose(reviewer, hill, age="Permian")
    page = reviewer.send(page_of(proposal), {"_item": ["field.age"]}, button="_publish")
    assert "somebody else decides" in page.content.decode()
    assert "somebody else publishes your proposal" in reviewer.get(page_of(proposal)).content.decode()
    other = signed_in("ruth", "Reviewers")
    assert other.send(page_of(proposal), button="_publish").status_code == 302
    hill.refresh_from_db()
    assert hill.age == "Permian"
    # What was never public too: nobody publishes what they wrote.
    reviewer.send(
        "/admin/registry/deposit/add/",
        {
            "name": "Fresh",
            "citations-TOTAL_FORMS": "1",
            "citations-0-source": str(records.source().pk),
            "citations-0-relation": "supports",
        },
    )
    fresh = Deposit.objects.get(name="Fresh")
    refused = reviewer.send(kinds.address(fresh), WHY, button="_step=publish")
    assert "publishes their own deposit" in refused.content.decode()
    assert other.send(kinds.address(fresh), WHY, button="_step=publish").status_code == 302
    fresh.refresh_from_db()
    assert fresh.record_status == "published"


def test_a_report_of_a_reader_is_answered_by_a_proposal(hill: Any, editor: Curator, reviewer: Curator) -> None:
    report = Report.objects.create(
        kind="deposits", record=hill.uid, slug=hill.slug, field="age", text="It is Permian.", sender="x"
    )
    assert f"?report={report.pk}" in editor.get(f"/admin/registry/report/{report.pk}/change/").content.decode()
    form = editor.open(f"{kinds.address(hill)}?report={report.pk}")
    assert "It is Permian." in form.html and form.data["_report"] == str(report.pk)
    editor.send(kinds.address(hill), {"age": "Permian", **WHY}, form)
    proposal = Proposal.objects.get()
    report.refresh_from_db()
    assert (proposal.origin, proposal.report, report.state) == ("report", report, "accepted")
    assert "It is Permian." in reviewer.get(page_of(proposal)).content.decode()
    reviewer.send(page_of(proposal), button="_publish")
    report.refresh_from_db()
    assert (report.state, report.answer) == ("done", "The record was corrected.")


@pytest.mark.parametrize("kind", sorted(kinds.MAKERS))
def test_every_kind_is_proposed_and_published_untouched_but_for_its_change(
    kind: str, editor: Curator, reviewer: Curator
) -> None:
    record: Any = kinds.MAKERS[kind](rows=2)
    form = editor.open(kinds.address(record))
    assert editor.send(kinds.address(record), {"_reason": "tidied"}, form).status_code == 302
    assert not Proposal.objects.exists(), "nothing was changed"
    assert editor.get(f"/admin/registry/{kind}/").status_code == 200
    name = next(n for n in ("external_ids-0-value", "citations-0-note", "members-0-role") if n in form.data)
    response = editor.send(kinds.address(record), {**WHY, name: "changed by a proposal"}, form)
    assert response.status_code == 302, read_form(response.content.decode()).errors
    proposal = Proposal.objects.get()
    assert len(proposal.content) == 1, proposal.content
    history = type(record).history.rel.related_model.objects  # type: ignore[attr-defined]
    assert "changed by a proposal" in reviewer.get(page_of(proposal)).content.decode()
    preview = reviewer.get(f"/admin/registry/{kind}/{record.pk}/preview/?proposal={proposal.pk}")
    assert preview.status_code == 200, preview
    before = history.count()
    response = reviewer.send(page_of(proposal), button="_publish")
    assert response.status_code == 302, read_form(response.content.decode()).errors
    proposal.refresh_from_db()
    assert proposal.state == "published" and history.count() <= before + 1
    assert reviewer.open(kinds.address(record)).data[name] == "changed by a proposal"


def test_a_draft_that_has_no_page_yet_is_said_to_have_none(admin: Curator) -> None:
    draft = Disagreement.objects.create(slug="no-sides", title="Whose?", about="name", record_status="draft")
    address = f"/admin/registry/disagreement/{draft.pk}/preview/"
    shown = admin.get(address, follow=True)
    assert shown.redirect_chain == [(address.replace("preview", "change"), 302)], shown.redirect_chain
    assert "readers would see no page" in messages(shown)[-1]
