"""The rules of every record, in the database itself."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry.models import Citation, Deposit, Name
from tests import records
from tests.connections import other_connection
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


def update(record: Any, **values: Any) -> None:
    """Write past the model's own checks, as a bulk statement would."""
    with transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(**values)


@pytest.mark.parametrize("kind", ["deposit", "organization", "license", "policy_framework", "prospecting_object", "estimate"])
def test_a_published_record_needs_a_citation(kind: str, commit: Any) -> None:
    records.MAKERS[kind](cited=False)
    with refused("_cited"):
        commit()


def test_a_draft_needs_none(commit: Any) -> None:
    records.deposit(cited=False, record_status="draft")
    commit()


def test_a_citation_may_come_after_its_record_in_the_same_transaction(commit: Any) -> None:
    deposit = records.deposit(cited=False)
    Citation.objects.create(source=records.source(), deposit=deposit, fields=["name"])
    commit()


def test_the_last_citation_of_a_published_record_stays(commit: Any) -> None:
    deposit = records.deposit()
    commit()
    deposit.citations.all().delete()
    with refused("last_citation"):
        commit()


def test_a_cited_source_cannot_be_deleted() -> None:
    deposit = records.deposit()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_citation WHERE false; SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(
                "UPDATE registry_source SET published_at = NULL; DELETE FROM registry_source WHERE id = %s",
                [deposit.citations.get().source_id],
            )


def test_slug_is_unique_in_any_letter_case_and_frozen_once_published() -> None:
    deposit = records.deposit(slug="kutessay")
    with refused("deposit_slug"), transaction.atomic():
        records.deposit(slug="Kutessay")
    with refused("slug_frozen"):
        update(deposit, slug="other")
    update(deposit, record_status="withdrawn")
    with refused("slug_frozen"):
        update(deposit, slug="other")
    draft = records.deposit(record_status="draft", cited=False)
    update(draft, slug="free-to-change")


@pytest.mark.parametrize("slug", ["", "two words", "-x", "x-", "a--b", "слово", "a/b"])
def test_slug_has_a_plain_form(slug: str) -> None:
    with refused("slug_form"), transaction.atomic():
        records.deposit(slug=slug)


def test_uid_never_changes() -> None:
    with refused("uid_frozen"):
        update(records.deposit(), uid=uuid.uuid4())


def test_a_record_once_published_is_not_deleted() -> None:
    deposit = records.deposit()
    with refused("withdraw_instead"), transaction.atomic():
        deposit.delete()
    draft = records.deposit(record_status="draft", cited=False)
    draft.delete()


def test_a_merged_record_names_its_successor() -> None:
    one, other = records.deposit(), records.deposit()
    with refused("merged_into"):
        update(one, record_status="merged")
    with refused("merged_into"):
        update(one, merged_into=other)
    update(one, record_status="merged", merged_into=other)


def test_status_is_a_known_code() -> None:
    with refused("record_status"):
        update(records.deposit(), record_status="public")


def test_version_counts_changes_of_the_record_and_of_its_children() -> None:
    deposit = records.deposit()
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
    deposit.refresh_from_db()
    assert deposit.version == 2
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
    deposit.refresh_from_db()
    assert deposit.version == 2, "nothing changed"
    changed_at = deposit.updated_at
    assert changed_at >= deposit.created_at


@pytest.mark.django_db(transaction=True)
def test_a_child_gives_its_record_a_new_version_once_per_statement() -> None:
    with transaction.atomic():
        deposit = records.deposit()
    deposit.refresh_from_db()
    assert deposit.version == 1, "what is made together is one version"
    Name.objects.bulk_create(Name(deposit=deposit, text=text) for text in ("One", "Two", "Three"))
    deposit.refresh_from_db()
    assert deposit.version == 2
    deposit.names.filter(text="One").delete()
    deposit.refresh_from_db()
    assert deposit.version == 3


@pytest.mark.django_db(transaction=True)
def test_a_child_gives_a_new_version_although_another_transaction_gave_one_meanwhile() -> None:
    with transaction.atomic():
        deposit = records.deposit()
    add = "INSERT INTO registry_name (deposit_id, text, kind, language) VALUES (%s, %s, 'alternate', '')"
    with other_connection() as early, other_connection(autocommit=True) as late:
        early.execute("SELECT pg_current_xact_id()")
        late.execute("UPDATE registry_deposit SET host_rock = 'granite' WHERE id = %s", [deposit.pk])
        for text in ("One", "Two"):
            early.execute("SAVEPOINT s")
            early.execute(add, [deposit.pk, text])
            early.execute("RELEASE s")
    deposit.refresh_from_db()
    assert deposit.version == 3, "one by each transaction"


def test_history_keeps_every_change_of_bulk_statements_and_of_children() -> None:
    deposits = [records.deposit(name=f"Deposit {n}") for n in range(3)]
    Deposit.objects.filter(pk__in=[d.pk for d in deposits]).update(host_rock="gneiss")
    for deposit in deposits:
        labels = list(deposit.history.order_by("pgh_id").values_list("pgh_label", "host_rock"))
        assert labels == [("insert", None), ("update", "gneiss")]
    name = Name.objects.create(deposit=deposits[0], text="Other")
    Name.objects.filter(pk=name.pk).update(text="Else")
    Name.objects.filter(pk=name.pk).delete()
    history = Name.history.rel.related_model.objects.filter(pgh_obj_id=name.pk).order_by("pgh_id")
    assert list(history.values_list("pgh_label", "text")) == [("insert", "Other"), ("update", "Else"), ("delete", "Else")]
    assert all(history.values_list("pgh_transaction", flat=True))


def test_truncate_would_escape_the_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL registry.allow_truncate = 'off'")
        with refused("no_truncate"), transaction.atomic():
            cursor.execute("TRUNCATE registry_deposit CASCADE")


def test_the_own_name_stands_among_the_names_and_follows_it() -> None:
    deposit = records.deposit(name="Old name")
    assert deposit.names.get(kind="preferred").text == "Old name"
    Deposit.objects.filter(pk=deposit.pk).update(name="New name")
    assert [n.text for n in deposit.names.all()] == ["New name"]


def test_a_parent_cannot_be_ones_own_descendant() -> None:
    top = records.deposit()
    middle = records.deposit(parent=top)
    low = records.deposit(parent=middle)
    with refused("parent_cycle"):
        update(top, parent=low)
    with refused("parent_cycle"):
        update(top, parent=top)
    assert Deposit.objects.get(pk=top.pk).parent is None
