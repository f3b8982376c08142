"""Changes are undone and versions returned to, from the history of a record."""

from typing import Any

import pytest

from curation.history.changes import changes_of
from registry.models import Deposit, Name, Proposal
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
