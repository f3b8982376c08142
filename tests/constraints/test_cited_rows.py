"""A citation names rows that are there: refused at commit otherwise; what becomes of a row, its entry follows."""

from typing import Any

import pytest
from django.db import transaction

from registry.merging import Merge, merge_as_judged
from registry.models import Citation, Deposit, DepositParty, LicenseEvent, Name
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


def cited(*entries: str, **given: Any) -> tuple[Deposit, Citation]:
    """Make a deposit with two names and an operator, covered as a whole, and a second citation with entries."""
    deposit = records.deposit()
    for text in ("Кутессай", "Kutessay"):
        Name.objects.create(deposit=deposit, text=text)
    if entries:
        given.setdefault("source", records.source())
        return deposit, Citation.objects.create(deposit=deposit, fields=list(entries), **given)
    return deposit, Citation.objects.get(deposit=deposit)


def fields(citation: Citation) -> list[str]:
    citation.refresh_from_db()
    return citation.fields


@pytest.mark.parametrize("entry", ["names:Elsewhere", "parties:nobody", "commodities:Nb"])
def test_a_row_that_is_not_there_is_refused(entry: str, commit: Any) -> None:
    with refused("_cited_row", entry), transaction.atomic():
        cited("names:Kutessay", entry)
        commit()
    _deposit, citation = cited("names:Kutessay")
    commit()
    with refused("_cited_row", entry), transaction.atomic():
        Citation.objects.filter(pk=citation.pk).update(fields=["names:Kutessay", entry])
        commit()


def test_the_order_within_a_transaction_does_not_matter(commit: Any) -> None:
    deposit, _citation = cited("names:Kutessay", "names:Later")
    Name.objects.create(deposit=deposit, text="Later")
    commit()
    with refused("_cited_row", "events:2010"), transaction.atomic():
        license_ = records.license_()
        LicenseEvent.objects.create(license=license_, kind="grant", date="2009")
        Citation.objects.create(license=license_, source=records.source(), fields=["events:2010"])
        commit()


def test_a_row_that_goes_takes_its_entry_along(commit: Any) -> None:
    deposit, citation = cited("host_rock", "names:Kutessay", "names:Кутессай")
    only = Citation.objects.create(deposit=deposit, source=citation.source, fields=["names:Kutessay"], locator="p. 2")
    Citation.objects.create(deposit=deposit, source=citation.source, locator="p. 2")
    other = Citation.objects.create(
        deposit=deposit, source=records.source(), fields=["names:Kutessay"], relation="contradicts", stated_value="Kutesai"
    )
    commit()
    Name.objects.filter(deposit=deposit, text="Kutessay").delete()
    commit()
    assert fields(citation) == ["host_rock", "names:Кутессай"]
    assert fields(other) == [] and (other.relation, other.stated_value) == ("mentions", "Kutesai")
    assert not Citation.objects.filter(pk=only.pk).exists(), "it said what another says"


def test_a_row_with_another_key_keeps_its_sources(commit: Any) -> None:
    deposit, citation = cited("names:Kutessay")
    Name.objects.filter(deposit=deposit, text="Kutessay").update(text="Kutessai")
    commit()
    assert fields(citation) == ["names:Kutessai"]
    gone, stays = records.organization(), records.organization()
    party = DepositParty.objects.create(deposit=deposit, organization=gone, role="operator")
    Citation.objects.filter(pk=citation.pk).update(fields=["names:Kutessai", f"parties:{gone.slug}"])
    commit()
    merge_as_judged([Merge(gone, stays, "one company")], actor="test")
    commit()
    party.refresh_from_db()
    assert party.organization == stays and fields(citation) == ["names:Kutessai", f"parties:{stays.slug}"]


def test_rows_and_their_citations_move_together_when_deposits_are_merged(commit: Any) -> None:
    gone, citation = cited("names:Кутессай")
    stays, _ = cited()
    commit()
    merge_as_judged([Merge(gone, stays, "one deposit")], actor="test")
    commit()
    assert fields(citation) == ["names:Кутессай"] and citation.deposit == stays
