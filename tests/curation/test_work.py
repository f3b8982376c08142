"""The front page lists what waits for one person, with who, why and since when; notes mention people."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from registry.models import ImportProblem, Proposal, Report, ReviewRule
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in
from tests.explorer.conftest import words
from tests.imports.given import load, row

pytestmark = pytest.mark.django_db


def work(curator: Curator, name: str) -> str:
    """Return what the front page says under one heading; "" if it has no such list."""
    html = curator.get("/admin/").content.decode()
    begin = html.find(f'id="work-{name}"')
    return words(html[begin : html.index("</section>", begin)]) if begin >= 0 else ""


def test_what_waits_is_listed_for_whom_it_waits(editor: Curator, reviewer: Curator) -> None:
    hill: Any = records.deposit(name="Old Hill", age="Devonian")
    soon = timezone.now().date() + timedelta(days=30)
    records.license_(name="Soon over", status="active", expires=soon.isoformat(), country=records.country())
    records.license_(name="Later", status="active", expires=f"{soon.year + 5}", country=records.country())
    records.source(title="Yearbook", next_edition="2001")
    records.disagreement(title="How much?")
    Report.objects.create(kind="deposits", record=hill.uid, slug=hill.slug, text="It is Permian.", sender="x")
    editor.send("/admin/registry/deposit/add/", {"name": "Brand new"})
    editor.send(kinds.address(hill), {"age": "Permian", "_reason": "Plate 3"})
    proposal = Proposal.objects.get()
    review = work(reviewer, "review")
    assert "Old Hill" in review and "edda" in review and "Plate 3" in review and "It is Permian." in review
    assert "Old Hill" not in work(editor, "review"), "an editor decides about nothing"
    assert "Brand new" in work(editor, "drafts") and "Brand new" not in work(reviewer, "drafts")
    page = f"/admin/registry/proposal/{proposal.pk}/change/"
    signed_in("audrey", "Auditors")
    assert "audrey" not in reviewer.get(page).content.decode(), "who only reads is assigned nothing"
    reviewer.send(page, {"_to": str(reviewer.user.pk)}, button="_assign")
    assert "Old Hill" in work(reviewer, "assigned")
    reviewer.send(page, {"_comment": "Which page?"}, button="_return")
    assert "Which page?" in work(editor, "returned") and not work(reviewer, "assigned")
    assert "Soon over" in work(editor, "ending") and "Later" not in work(editor, "ending")
    assert "Yearbook" in work(editor, "editions") and "How much?" in work(editor, "disputes")
    listed = reviewer.get("/admin/registry/license/?ends=90").content.decode()
    assert "Soon over" in listed and "Later" not in listed
    stranger = signed_in("sam")
    assert all(name not in stranger.get("/admin/").content.decode() for name in ("Old Hill", "Soon over", "Yearbook"))


def test_a_note_mentions_somebody_who_finds_it_and_gets_mail(
    editor: Curator, reviewer: Curator, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    hill = records.deposit(name="Old Hill")
    reviewer.user.email = "rita@example.org"
    reviewer.user.save()
    settings.MAIL_IS_CONFIGURED = True
    stranger = signed_in("sam")
    stranger.user.email = "sam@example.org"
    stranger.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(kinds.address(hill, "note"), {"_note": "@rita, is this <b>the</b> pit? @nobody @sam"})
    assert [one.to for one in mail.outbox] == [["rita@example.org"]] and "Old Hill" in mail.outbox[0].subject
    assert "the pit?" in work(reviewer, "mentions").replace("<b>", "").replace("</b>", "") or "Old Hill" in work(
        reviewer, "mentions"
    )
    page = reviewer.get(kinds.address(hill)).content.decode()
    assert "is this &lt;b&gt;the&lt;/b&gt; pit?" in page
    assert not work(reviewer, "mentions"), "it was seen"
    assert reviewer.post(kinds.address(hill, "note"), {"_note": " "}, follow=True).status_code == 200
    assert stranger.post(kinds.address(hill, "note"), {"_note": "hello"}).status_code == 403
    assert reviewer.get(kinds.address(hill, "note")).status_code == 405


def test_a_difference_that_an_import_left_is_proposed_or_kept(tmp_path: Any, reviewer: Curator, editor: Curator) -> None:
    hill = records.deposit(name="Old Hill", deposit_type="vein", host_rock="granite", at=(76.1, 42.8))
    hill.external_ids.create(scheme="survey", value="1")
    run = load(tmp_path, row("1", "Old Hill", deposit_type="carbonatite", host_rock="syenite"))
    problems = {one.column: one for one in ImportProblem.objects.filter(run=run, rule="sources-disagree")}
    assert {"deposit_type", "host_rock"} <= set(problems)
    assert run.file_name in work(reviewer, "review") and "difference" in work(reviewer, "review")
    waits = f"/admin/registry/importproblem/?run__id__exact={run.pk}&decision=waits"
    assert "carbonatite" in reviewer.get(waits).content.decode()

    def decide(action: str, column: str) -> Proposal:
        reviewer.post(waits, {"action": action, "_selected_action": [str(problems[column].pk)], "index": "0"})
        return Proposal.objects.get(problem=problems[column])

    # Keeping what readers see needs no second person.
    ReviewRule.objects.create(kind="deposit")
    kept, taken = decide("keep_selected", "host_rock"), decide("propose_selected", "deposit_type")
    assert (kept.state, taken.state, taken.origin) == ("declined", "open", "import")
    assert "carbonatite" not in reviewer.get(waits).content.decode()
    signed_in("ruth", "Reviewers").send(f"/admin/registry/proposal/{taken.pk}/change/", button="_publish")
    hill.refresh_from_db()
    assert (hill.deposit_type, hill.host_rock) == ("carbonatite", "granite")
