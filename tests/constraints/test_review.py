"""The database asks a person for a reason, and for a second person where the kind of record needs one."""

from typing import Any

import pghistory
import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from registry.models import Citation, Deposit, DepositParty, Name, OrganizationMember, Proposal, ReviewRule
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> tuple[int, int]:
    make = get_user_model()._default_manager.create_user
    return make(username="edda").pk, make(username="rita").pk


def test_a_persons_change_of_what_is_public_has_a_reason(people: tuple[int, int]) -> None:
    public, draft = records.deposit(), records.deposit(record_status="draft")
    group = records.organization(record_status="draft")
    member = records.organization()
    with transaction.atomic(), pghistory.context(user=people[0]):
        Deposit.objects.filter(pk=draft.pk).update(name="Another")
        OrganizationMember.objects.create(group=group, organization=member)
    for change in (
        lambda: Deposit.objects.filter(pk=public.pk).update(name="Another"),
        lambda: Name.objects.create(deposit=public, text="Another"),
        lambda: public.citations.update(note="Another"),
        lambda: Citation.objects.filter(deposit=public).delete(),
        lambda: DepositParty.objects.create(deposit=public, organization=member),
    ):
        with refused("deposit_reason", "needs a reason"), transaction.atomic(), pghistory.context(user=people[0]):
            change()
    with transaction.atomic(), pghistory.context(user=people[0], reason="seen"):
        Deposit.objects.filter(pk=public.pk).update(name="Another")


def test_four_eyes_are_asked_of_every_statement(people: tuple[int, int]) -> None:
    ReviewRule.objects.create(kind="deposit")
    edda, rita = people
    public: Any = records.deposit()
    draft: Any = records.deposit(record_status="draft")
    given = {"kind": "deposit", "record_id": public.pk, "base_version": 1, "content": [], "reason": "seen", "author_id": edda}
    proposal = Proposal.objects.create(**given)
    for context in ({}, {"proposal": None}, {"proposal": proposal.pk}, {"proposal": 0}, {"import_run": 0}):
        note = {"user": edda, "reason": "seen", **context}
        with refused("deposit_four_eyes", "nobody publishes their own"), transaction.atomic(), pghistory.context(**note):
            Deposit.objects.filter(pk=public.pk).update(name="Another")
    other = records.deposit()
    by_rita = {"user": rita, "reason": "seen", "proposal": proposal.pk}
    with refused("deposit_four_eyes"), transaction.atomic(), pghistory.context(**by_rita):
        Deposit.objects.filter(pk=other.pk).update(name="Another record than the proposal's")
    with transaction.atomic(), pghistory.context(**by_rita):
        Deposit.objects.filter(pk=public.pk).update(name="Another")
    with transaction.atomic(), pghistory.context(user=edda, reason="new"):
        Deposit.objects.filter(pk=draft.pk).update(name="Edited")
    with refused("deposit_four_eyes", "their own deposit"), transaction.atomic(), pghistory.context(user=edda, reason="now"):
        Deposit.objects.filter(pk=draft.pk).update(record_status="published")
    with transaction.atomic(), pghistory.context(user=rita, reason="checked"):
        Deposit.objects.filter(pk=draft.pk).update(record_status="published")
