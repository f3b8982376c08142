"""What does not stay in a merge is stated by its sources."""

from typing import Any

import pytest

from registry.coverage import restoring
from registry.merging import plan_of, record_merge
from registry.models import Citation, Deposit, DepositCommodity
from tests import records
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db


def merge(record: Any, into: Any, admin: Curator, **given: Any) -> Any:
    record_merge(record=record, into=into, user=admin.user, **{"reason": "one and the same", **given})
    into.refresh_from_db()
    return into


def of_old(**given: Any) -> Deposit:
    """Make a deposit of a release in which a source stood behind a record as a whole."""
    with restoring():
        deposit = records.deposit(cited=False, **given)
        Citation.objects.create(deposit=deposit, source=records.source(), locator="p. 1")
    return deposit


def test_what_does_not_stay_is_stated_by_its_source(admin: Curator) -> None:
    """A citation of the field says what its source states; it contradicts now, for the survivor says something else."""
    one = records.deposit(host_rock="syenite", at=(60.0, 50.0))
    cite = Citation.objects.create(source=records.source(), deposit=one, fields=["host_rock"], locator="p. 9")
    place = Citation.objects.create(source=records.source(), deposit=one, fields=["location"])
    other = records.deposit(host_rock="granite", at=(60.1, 50.1))
    merge(one, other, admin)
    cite.refresh_from_db()
    place.refresh_from_db()
    assert (cite.deposit_id, cite.relation, cite.stated_value, cite.locator) == (other.pk, "contradicts", "syenite", "p. 9")
    assert place.stated_value == {"type": "Point", "coordinates": [60.0, 50.0]} and place.relation == "contradicts"


def test_the_value_that_is_replaced_is_stated_by_its_source_too(admin: Curator) -> None:
    one, other = records.deposit(host_rock="syenite"), records.deposit(host_rock="granite")
    cite = Citation.objects.create(source=records.source(), deposit=other, fields=["host_rock"])
    merge(one, other, admin, take={"host_rock"})
    cite.refresh_from_db()
    assert other.host_rock == "syenite" and (cite.relation, cite.stated_value) == ("contradicts", "granite")


def test_the_only_source_of_a_record_states_its_values(admin: Curator) -> None:
    one, other = of_old(age="Permian", discovery_year=1950), records.deposit(discovery_year=1951)
    (only,) = one.citations.values_list("source", flat=True)
    merge(one, other, admin)
    cites = other.citations.filter(source=only)
    stated = {(",".join(cite.fields), cite.relation, cite.stated_value) for cite in cites}
    assert stated == {("", "supports", None), ("age", "mentions", "Permian"), ("discovery_year", "contradicts", 1950)}


def test_a_citation_of_several_fields_keeps_those_that_stand(admin: Curator) -> None:
    """Of a citation that carries name, host rock and age, the host rock is contradicted now, and the name is another name."""
    one, other = of_old(name="Akbulak", host_rock="syenite"), records.deposit(name="Akbulaq", host_rock="granite")
    niobium = records.commodity()
    DepositCommodity.objects.create(deposit=one, commodity=niobium)
    cite = Citation.objects.create(
        source=records.source(), deposit=one, fields=["name", "host_rock", f"commodities:{niobium.slug}"]
    )
    merge(one, other, admin)
    cite.refresh_from_db()
    assert cite.fields == [f"commodities:{niobium.slug}", "names:Akbulak"] and cite.relation == "supports"
    (beside,) = other.citations.filter(relation="contradicts")
    assert (beside.source_id, beside.fields, beside.stated_value) == (cite.source_id, ["host_rock"], "syenite")


def test_of_several_sources_nobody_knows_which_states_a_value(admin: Curator) -> None:
    one, other = of_old(age="Permian"), records.deposit(age="Triassic")
    Citation.objects.create(source=records.source(), deposit=one, locator="p. 2")
    ((kept, _),) = plan_of(one, other).statements.values()
    assert [statement.citations for statement in kept] == [()]
    merge(one, other, admin)
    assert not other.citations.exclude(stated_value=None).exists()
    history = Deposit.history.rel.related_model.objects.filter(id=one.pk, age="Permian")  # type: ignore[attr-defined]
    assert history.exists(), "the history keeps it"
