"""What a proposal can no longer change, what a decision needs, and what follows from it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.merging import record_merge
from registry.models import Deposit, Proposal, Report, ReviewRule
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in
from tests.curation.forms import read_form
from tests.curation.proposals import WHY, page_of, propose

pytestmark = pytest.mark.django_db


def test_what_is_selected_is_published_or_refused_and_shown_in_full(hill: Any, editor: Curator, reviewer: Curator) -> None:
    long = "long " * 600
    proposal = propose(editor, hill, description=f"{long}the end", age="Permian")
    assert "the end</ins>" in reviewer.get(page_of(proposal)).content.decode(), "nobody publishes what they cannot see"
    no_row = {"rows": "names", "row": "0", "done": "added", "label": "", "was": {}, "now": {"no_column": ["x"], "text": ["y"]}}
    proposal.content = [{"field": "no_field", "was": [""], "now": ["x"]}, no_row, *proposal.content]
    proposal.save()
    form = reviewer.open(page_of(proposal))
    assert form.data["_item"] == ["field.description", "field.age"] and form.html.count("no longer there") == 2
    for key in ("field.no_field", "row.names.added.0"):
        refused = reviewer.send(page_of(proposal), {"_item": [key, "field.age"]}, form, button="_publish")
        assert "is no longer there; nothing was published" in refused.content.decode(), key
    reviewer.send(page_of(proposal), {}, form, button="_publish")
    proposal.refresh_from_db()
    assert [item.get("field", item.get("rows")) for item in proposal.content] == ["no_field", "names"]


def test_a_merged_or_deleted_record_is_said_and_its_proposal_declined_by_who_may_change_it(
    hill: Any, editor: Curator, reviewer: Curator
) -> None:
    merged, gone = propose(editor, hill, age="Permian"), propose(editor, hill, age="Permian")
    record_merge(record=hill, into=records.deposit(name="Big Hill"), user=reviewer.user, reason="the same")
    sent = {"_item": ["field.age"], "_version": str(Deposit.objects.get(pk=hill.pk).version), "_publish": "1"}
    said = read_form(reviewer.post(page_of(merged), sent).content.decode()).said
    assert said == "This record was merged into “Big Hill”. Make the change there."
    assert "_publish" not in reviewer.get(page_of(merged)).content.decode()
    Proposal.objects.filter(pk=gone.pk).update(record_id=0)
    signed_in("ada", "Auditors").post(page_of(gone), {"_decline": "1", "_comment": "no"})
    gone.refresh_from_db()
    assert gone.state == "open", "an auditor changes nothing"
    reviewer.send(page_of(gone), {"_comment": "The draft was deleted."}, button="_decline")
    gone.refresh_from_db()
    assert gone.state == "declined"


def test_a_step_beside_a_proposal_is_no_trial(hill: Any, reviewer: Curator) -> None:
    ReviewRule.objects.create(kind="deposit")
    assert reviewer.send(kinds.address(hill), WHY, button="_step=withdraw").status_code == 302
    newest = Deposit.history.rel.related_model.objects.filter(pgh_obj_id=hill.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert newest.record_status == "withdrawn" and "trial" not in newest.pgh_context


def test_a_form_of_a_proposal_that_was_decided_meanwhile_is_sent_again_by_itself(
    hill: Any, editor: Curator, reviewer: Curator
) -> None:
    proposal = propose(editor, hill, age="Permian")
    form = editor.open(f"{kinds.address(hill)}?proposal={proposal.pk}")
    reviewer.send(page_of(proposal), {"_comment": "No."}, button="_decline")
    refused = read_form(editor.send(kinds.address(hill), {}, form).content.decode())
    assert "is declined already" in refused.said and refused.data["age"] == "Permian" and "_proposal" not in refused.data
    again = editor.send(kinds.address(hill), {}, refused)
    assert again["Location"] == page_of(Proposal.objects.latest("pk")) != page_of(proposal)


def test_a_report_follows_all_proposals_that_answer_it(hill: Any, editor: Curator, reviewer: Curator) -> None:
    report = Report.objects.create(kind="deposits", record=hill.uid, slug=hill.slug, text="It is Permian.", sender="x")

    def answer(**changes: str) -> Proposal:
        form = editor.open(f"{kinds.address(hill)}?report={report.pk}")
        editor.send(kinds.address(hill), {**changes, **WHY}, form)
        return Proposal.objects.latest("pk")

    def state(proposal: Proposal, button: str) -> str:
        reviewer.send(page_of(proposal), {"_comment": "Read."}, button=button)
        report.refresh_from_db()
        return str(report.state)

    one, other = answer(age="Permian"), answer(host_rock="syenite")
    assert state(one, "_decline") == "accepted", "the other one waits"
    assert state(other, "_decline") == "waiting"
    assert state(answer(age="Permian"), "_publish") == "done"
    assert state(answer(host_rock="syenite"), "_decline") == "done", "it was corrected"


def test_evidence_is_kept_whole_or_refused(hill: Any, editor: Curator) -> None:
    refused = editor.send(kinds.address(hill), {**WHY, "age": "Permian", "_evidence": "x" * 1001})
    assert "Keep the evidence below 1,000 characters" in read_form(refused.content.decode()).said


def test_publishing_locks_the_record_before_the_proposal_as_saving_does(hill: Any, editor: Curator, reviewer: Curator) -> None:
    proposal = propose(editor, hill, age="Permian")

    def locks(page: str, changes: dict[str, Any], button: str) -> list[str]:
        form = reviewer.open(page)
        with CaptureQueriesContext(connection) as queries:
            reviewer.send(page, changes, form, button=button)
        held = [re.search(r'FROM "registry_(\w+)".* FOR ', one["sql"]) for one in queries]
        return list(dict.fromkeys(one[1] for one in held if one and one[1] in ("deposit", "proposal")))

    saved = locks(f"{kinds.address(hill)}?proposal={proposal.pk}", {"age": "Permian"}, "_save")
    other = propose(editor, hill, age="Triassic")
    assert saved == locks(page_of(other), {}, "_publish") == ["deposit", "proposal"]


def test_no_page_of_review_asks_the_database_the_same_twice(hill: Any, editor: Curator, reviewer: Curator) -> None:
    proposal = propose(editor, hill, age="Permian")
    pages = ("/admin/", "/admin/registry/proposal/", page_of(proposal), kinds.address(hill), kinds.address(hill, "history"))
    for page in pages:
        reviewer.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert reviewer.get(page).status_code == 200, page
        asked = [one["sql"] for one in queries]
        assert len(asked) == len(set(asked)), (page, [one for one in asked if asked.count(one) > 1])


def test_a_proposal_that_a_reviewer_changes_in_the_form_is_published_as_it_was_saved(
    hill: Any, editor: Curator, reviewer: Curator
) -> None:
    proposal = propose(editor, hill, age="Permian")
    address = f"{kinds.address(hill)}?proposal={proposal.pk}"
    assert reviewer.send(address, {"age": "Triassic", "_reason": "Nearly"}).status_code == 302
    proposal.refresh_from_db()
    last = proposal.entries.latest("pk")  # type: ignore[attr-defined]
    assert (proposal.state, last.act) == ("published", "published")
    assert [(one["field"], one["was"], one["now"]) for one in last.content] == [("age", ["Devonian"], ["Triassic"])]
