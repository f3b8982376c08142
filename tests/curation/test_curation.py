"""The life of a record: who may take which step, what stands in the way, and that nothing becomes public too early."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from registry.curation import (
    PUBLISH,
    STEPS,
    CurationError,
    open_steps,
    record_publish,
    record_return_to_draft,
    record_submit,
    record_withdraw,
)
from registry.models import Citation, Deposit
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import messages, read_form

pytestmark = pytest.mark.django_db
DRAFT: dict[str, Any] = {"record_status": "draft", "cited": False}


def status(record: Any) -> str:
    return str(type(record).objects.values_list("record_status", flat=True).get(pk=record.pk))


def cite(record: Any) -> None:
    Citation.objects.create(source=records.source(), deposit=record, fields=records.everything(type(record)))


def test_the_straight_way(editor: Curator, reviewer: Curator) -> None:
    deposit = records.deposit(**DRAFT)
    cite(deposit)
    record_submit(record=deposit, user=editor.user)
    assert deposit.record_status == status(deposit) == "in_review"
    record_publish(record=deposit, user=reviewer.user, reason="Checked against the map.")
    assert deposit.record_status == status(deposit) == "published" and deposit.published_at
    record_withdraw(record=deposit, user=reviewer.user, reason="The source was retracted.")
    assert status(deposit) == "withdrawn"
    record_publish(record=deposit, user=reviewer.user)
    assert status(deposit) == "published"
    event = Deposit.history.rel.related_model.objects.filter(record_status="withdrawn").get()  # type: ignore[attr-defined]
    assert event.pgh_context["user"] == reviewer.user.pk and event.pgh_context["reason"] == "The source was retracted."


def test_publishing_without_a_citation_says_what_to_do(reviewer: Curator) -> None:
    deposit = records.deposit(name="Akbulak", **DRAFT)
    with pytest.raises(CurationError, match=r"“Akbulak” has no citation\. Add a citation"):
        record_publish(record=deposit, user=reviewer.user)
    assert deposit.record_status == status(deposit) == "draft"


def test_a_disagreement_needs_two_sides(reviewer: Curator) -> None:
    record = records.disagreement(record_status="draft")
    record.members.first().delete()
    with pytest.raises(CurationError, match="1 side; a disagreement needs two"):
        record_publish(record=record, user=reviewer.user)
    record.members.create(finding=records.finding())
    record_publish(record=record, user=reviewer.user)
    assert status(record) == "published"


def test_withdrawing_needs_a_reason(reviewer: Curator) -> None:
    deposit = records.deposit(name="Akbulak")
    for reason in ("", "   "):
        with pytest.raises(CurationError, match="State why “Akbulak” is withdrawn"):
            record_withdraw(record=deposit, user=reviewer.user, reason=reason)
    assert status(deposit) == "published"


def test_only_what_was_never_public_returns_to_draft(reviewer: Curator) -> None:
    fresh, seen = records.deposit(**DRAFT), records.deposit()
    record_submit(record=fresh, user=reviewer.user)
    record_return_to_draft(record=fresh, user=reviewer.user)
    assert status(fresh) == "draft"
    record_withdraw(record=seen, user=reviewer.user, reason="wrong")
    with pytest.raises(CurationError, match="was public once"):
        record_return_to_draft(record=seen, user=reviewer.user)


@pytest.mark.parametrize(
    ("flow", "begins", "words"),
    [
        (record_submit, "published", "is published and cannot be submitted"),
        (record_submit, "in_review", "is in review already"),
        (record_publish, "published", "is published already"),
        (record_withdraw, "draft", "is draft and cannot be withdrawn"),
        (record_return_to_draft, "published", "is published and cannot be returned"),
    ],
)
def test_a_step_from_the_wrong_state_is_refused_in_words(flow: Any, begins: str, words: str, reviewer: Curator) -> None:
    deposit = records.deposit(record_status=begins)
    with pytest.raises(CurationError, match=words):
        flow(record=deposit, user=reviewer.user, reason="because")
    assert status(deposit) == begins


def test_the_state_that_counts_is_the_stored_one(reviewer: Curator) -> None:
    deposit = records.deposit(record_status="draft")
    stale = Deposit.objects.get(pk=deposit.pk)
    record_publish(record=deposit, user=reviewer.user)
    with pytest.raises(CurationError, match="published already"):
        record_publish(record=stale, user=reviewer.user)


def test_editors_submit_and_reviewers_publish(editor: Curator, reviewer: Curator) -> None:
    deposit = records.deposit(record_status="draft")
    with pytest.raises(CurationError, match="ask a reviewer"):
        record_publish(record=deposit, user=editor.user)
    assert [step.name for step in open_steps(deposit, editor.user)] == ["submit"]
    assert [step.name for step in open_steps(deposit, reviewer.user)] == ["submit", "publish"]
    record_publish(record=deposit, user=reviewer.user)
    with pytest.raises(CurationError, match="ask a reviewer"):
        record_withdraw(record=deposit, user=editor.user, reason="no")
    assert open_steps(deposit, editor.user) == []


def test_a_refusal_of_the_database_comes_back_in_words(reviewer: Curator, monkeypatch: pytest.MonkeyPatch) -> None:
    deposit = records.deposit(name="Akbulak", **DRAFT)
    monkeypatch.setattr("registry.curation._check_grounds", lambda record: None)
    with pytest.raises(CurationError, match="cannot be published without a citation"):
        record_publish(record=deposit, user=reviewer.user)
    assert status(deposit) == "draft"


@pytest.mark.parametrize("kind", sorted(kinds.MAKERS.keys() - kinds.PARTS))
def test_every_kind_of_record_is_withdrawn_and_published_from_its_page(kind: str, reviewer: Curator) -> None:
    record = kinds.MAKERS[kind]()
    response = reviewer.send(kinds.address(record), {"_reason": "not ours"}, button="_step=withdraw")
    if response.status_code == 200:  # Others rest on it.
        assert status(record) == "published"
        response = reviewer.post(kinds.address(record), read_form(response.content.decode()).data)
    assert response.status_code == 302 and status(record) == "withdrawn"
    response = reviewer.send(kinds.address(record), button="_step=publish")
    assert response.status_code == 302 and status(record) == "published"


def test_a_button_saves_first_and_takes_nothing_if_it_may_not(editor: Curator, reviewer: Curator) -> None:
    deposit = records.deposit(name="Akbulak", **DRAFT)
    page = kinds.address(deposit)
    response = reviewer.send(page, {"name": "Akbulak West"}, button="_step=publish")
    said = response.content.decode()
    assert response.status_code == 200 and "has no citation" in said and 'value="Akbulak West"' in said
    assert Deposit.objects.get(pk=deposit.pk).name == "Akbulak", "what was refused is not half saved"
    assert "_step" not in editor.open(kinds.address(records.deposit())).data
    response = editor.send(page, {"name": "Akbulak West"}, button="_step=publish")
    assert "ask a reviewer" in response.content.decode() and status(deposit) == "draft"
    assert editor.send(page, {"name": "Akbulak West"}, button="_step=submit").status_code == 302
    assert Deposit.objects.get(pk=deposit.pk).name == "Akbulak West" and status(deposit) == "in_review"


def test_a_record_is_added_and_published_at_once(reviewer: Curator) -> None:
    source = records.source()
    response = reviewer.send(
        "/admin/registry/deposit/add/",
        {
            "name": "Кундыбай",
            "citations-TOTAL_FORMS": "1",
            "citations-0-source": str(source.pk),
            "citations-0-relation": "supports",
        },
        button="_step=publish",
    )
    deposit = Deposit.objects.get()
    assert response["Location"] == kinds.address(deposit)
    assert (deposit.name, deposit.slug, deposit.record_status) == ("Кундыбай", "kundibai", "published")


@pytest.mark.parametrize("step", sorted(STEPS))
def test_actions_on_lists_take_a_step_with_each_record(step: str, reviewer: Curator) -> None:
    begins = {"submit": "draft", "publish": "in_review", "withdraw": "published", "return_to_draft": "in_review"}[step]
    good = [records.deposit(record_status=begins) for _ in range(2)]
    bad = records.deposit(name="Odd one out", record_status=STEPS[step].ends)
    response = reviewer.post(
        "/admin/registry/deposit/",
        {"action": step, "_selected_action": [str(r.pk) for r in (*good, bad)], "reason": "spring cleaning", "index": "0"},
        follow=True,
    )
    said = messages(response)
    assert any(text.startswith(f"2 records were {STEPS[step].done}.") for text in said)
    assert any("Odd one out" in text and "already" in text for text in said)
    assert [status(record) for record in good] == [STEPS[step].ends] * 2
    event = Deposit.history.rel.related_model.objects.filter(id=good[0].pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context["reason"] == "spring cleaning"


def test_an_editor_has_no_action_to_publish(editor: Curator) -> None:
    deposit = records.deposit(record_status="in_review")
    assert 'value="publish"' not in editor.get("/admin/registry/deposit/").content.decode()
    editor.post("/admin/registry/deposit/", {"action": "publish", "_selected_action": [str(deposit.pk)], "index": "0"})
    assert status(deposit) == "in_review"


def test_drafts_never_leave_the_house(admin: Curator, api: Any) -> None:
    """From its first save to its withdrawal, readers see a record while it is published and at no other time."""
    source = records.source()
    admin.send(
        "/admin/registry/deposit/add/",
        {
            "name": "Hidden hill",
            "citations-TOTAL_FORMS": "1",
            "citations-0-source": str(source.pk),
            "citations-0-relation": "supports",
        },
    )
    deposit = Deposit.objects.get()

    def public() -> bool:
        listed = "Hidden hill" in api.get("/api/v1/deposits/").content.decode()
        found = "Hidden hill" in api.get("/api/v1/deposits/?search=hidden").content.decode()
        one = api.get("/api/v1/deposits/hidden-hill/").status_code == 200
        assert listed == found == one
        return one

    assert not public()
    for step, seen in (
        ("submit", False),
        ("return_to_draft", False),
        ("publish", True),
        ("withdraw", False),
        ("publish", True),
    ):
        admin.send(kinds.address(deposit), {"_reason": "as planned"}, button=f"_step={step}")
        assert public() is seen, step


def test_publish_is_named_once() -> None:
    assert PUBLISH.permission == "publish" and set(STEPS) == {"submit", "publish", "withdraw", "return_to_draft"}


def test_recent_changes_say_the_step(admin: Curator) -> None:
    deposit = records.deposit(**DRAFT)
    cite(deposit)
    page = kinds.address(deposit)
    admin.send(page, {"_reason": "ready"}, button="_step=submit")
    admin.send(page, {"host_rock": "granite", "_reason": "checked"}, button="_step=publish")
    admin.send(page)
    told = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert told == ["Submitted for review: ready.", "Changed Host rock. Published: checked.", "No fields changed."]
    added = {**admin.open("/admin/registry/source/add/").data, "title": "A report", "_step": "publish"}
    assert admin.post("/admin/registry/source/add/", added).status_code == 302
    assert LogEntry.objects.latest("pk").get_change_message() == "Added. Published."
    assert "Submitted for review: ready." in admin.get("/admin/").content.decode()
