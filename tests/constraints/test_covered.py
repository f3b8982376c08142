"""Every value and row of a published record is covered by a citation that supports it; what is older may stay as it is."""

from typing import Any

import pytest
from django.db import models, transaction

from registry import coverage
from registry.derived import rebuild
from registry.entries import columns_of, names_of, rows_of
from registry.kinds import MUST_BE_CITED
from registry.models import Citation, Deposit, DepositCommodity, LicenseEvent, Name, Uncovered
from registry.uncovered import uncovered
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db
#: Rows below records that need no source: what they are cited by, and what other registers call them.
UNSTATED_ROWS = {"Citation", "ExternalId", "DisagreementMember", "FindingSubject", "FindingLink", "SourcePublisher"}


def cited(fields: list[str], **given: Any) -> tuple[Deposit, Citation]:
    """Make a published deposit with one citation."""
    deposit = records.deposit(cited=False, **given)
    return deposit, Citation.objects.create(deposit=deposit, source=records.source(), fields=fields)


def listed(record: Any) -> list[str]:
    return [entry for row in Uncovered.objects.filter(record=record.pk) for entry in row.entries]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        (["name"], "host_rock"),
        (["name", "host_rock"], "commodities:"),
        (["host_rock", "commodities"], "name"),
        ([], "commodities:"),
    ],
)
def test_a_value_or_row_without_a_source_is_refused_by_name(fields: list[str], missing: str, commit: Any) -> None:
    with refused("_covered", missing), transaction.atomic():
        deposit, _ = cited(fields, host_rock="granite")
        DepositCommodity.objects.create(deposit=deposit, commodity=records.commodity())
        commit()


def test_rows_are_covered_one_by_one_or_as_a_list(commit: Any) -> None:
    niobium, tin = records.commodity(), records.commodity()
    deposit, citation = cited(["name", f"commodities:{niobium.slug}"])
    DepositCommodity.objects.create(deposit=deposit, commodity=niobium)
    commit()
    with refused("_covered", f"commodities:{tin.slug}"), transaction.atomic():
        DepositCommodity.objects.create(deposit=deposit, commodity=tin)
        commit()
    DepositCommodity.objects.create(deposit=deposit, commodity=tin)
    Citation.objects.filter(pk=citation.pk).update(fields=["name", "commodities"])
    commit()
    with refused("_covered", "names:Кутессай-II"), transaction.atomic():
        Name.objects.create(deposit=deposit, text="Кутессай-II")
        commit()


def test_a_code_is_covered_with_the_words_it_was_coded_from_and_a_default_states_nothing(commit: Any) -> None:
    cited(["name", "type_as_stated"], deposit_type="carbonatite", type_as_stated="carbonatite dyke")
    commit()
    with refused("_covered", "deposit_type"), transaction.atomic():
        cited(["name"], deposit_type="carbonatite")
        commit()


def test_only_support_by_a_source_that_readers_see_covers(commit: Any) -> None:
    deposit, _ = cited(["name"], host_rock="granite", record_status="draft")
    hidden = records.source(record_status="draft")
    for relation, source in (("mentions", records.source()), ("supports", hidden)):
        Citation.objects.create(deposit=deposit, source=source, relation=relation, fields=["host_rock"])
    commit()
    with refused("_covered", "host_rock"), transaction.atomic():
        Deposit.objects.filter(pk=deposit.pk).update(record_status="published")
        commit()
    type(hidden).objects.filter(pk=hidden.pk).update(record_status="published")
    Deposit.objects.filter(pk=deposit.pk).update(record_status="published")
    commit()
    with refused("_covered", "host_rock"), transaction.atomic():
        type(hidden).objects.filter(pk=hidden.pk).update(record_status="withdrawn")
        commit()
    with refused("_covered", "host_rock"), transaction.atomic():
        Citation.objects.filter(source=hidden).update(fields=[])
        commit()


def test_an_event_of_a_licence_is_covered_by_its_own_citation(commit: Any) -> None:
    license_ = records.license_(cited=False)
    Citation.objects.create(license=license_, source=records.source())
    with refused("_covered", "events:2009"), transaction.atomic():
        LicenseEvent.objects.create(license=license_, kind="grant", date="2009")
        commit()
    event = LicenseEvent.objects.create(license=license_, kind="grant", date="2009")
    own = Citation.objects.create(license_event=event, source=records.source())
    commit()
    with refused("_covered", "events:2009"), transaction.atomic():
        own.delete()
        commit()


def test_what_was_uncovered_before_the_rule_stays_until_it_changes(commit: Any) -> None:
    """A registry of an earlier release can be edited: what it states without a source is listed, and never grows."""
    with coverage.restoring():
        deposit, citation = cited([], host_rock="granite", age="Permian")
    assert listed(deposit) == ["age", "host_rock", "name"]
    deposit.discovery_year = 1950
    with refused("_covered", "discovery_year"), transaction.atomic():
        deposit.save()
        commit()
    with refused("_covered", "host_rock"), transaction.atomic():
        Deposit.objects.filter(pk=deposit.pk).update(host_rock="syenite")
        commit()
    Deposit.objects.filter(pk=deposit.pk).update(age=None, description="")
    Citation.objects.filter(pk=citation.pk).update(fields=["name"])
    commit()
    assert listed(deposit) == ["host_rock"] == [e for one in uncovered(("deposit",)) for e in one.entries]
    Citation.objects.filter(pk=citation.pk).update(fields=["name", "host_rock"])
    commit()
    assert listed(deposit) == [] and all(rendering.differing() == 0 for rendering in coverage.renderings())


def test_a_declaration_that_asks_for_more_lists_what_lacks_it() -> None:
    with coverage.restoring():
        deposit, _ = cited([], host_rock="granite")
    Uncovered.objects.all().delete()
    (of_deposits,) = (rendering for rendering in coverage.renderings() if rendering.name == "uncovered:deposit")
    assert of_deposits.differing() == 1
    rebuild.rebuild(of_deposits)
    assert listed(deposit) == ["host_rock", "name"]


@pytest.mark.parametrize("entry", ["nonsense", "commodities:", "host_rock:granite", "nonsense:x", "slug"])
def test_an_entry_that_the_kind_has_not_is_refused(entry: str) -> None:
    with refused("_known_entries", "a deposit has nothing that a citation could name"), transaction.atomic():
        cited([entry])


def test_a_contradiction_names_one_entry() -> None:
    deposit = records.deposit()
    for fields in ([], ["name", "host_rock"]):
        with refused("_one_contradicted"), transaction.atomic():
            Citation.objects.create(
                deposit=deposit, source=records.source(), relation="contradicts", fields=fields, stated_value="x"
            )


def test_every_row_below_a_record_has_a_key_or_needs_no_source() -> None:
    """A new table of rows is not forgotten: it declares a `row_key`, or is named above."""
    for kind in MUST_BE_CITED.values():
        keyed = {rows.model for rows in rows_of(kind.model)}
        for relation in kind.model._meta.related_objects:
            below: type[models.Model] = relation.related_model  # type: ignore[assignment]
            parents = {parent for one in getattr(below, "triggers", []) for parent in getattr(one, "parents", {})}
            if relation.field.name in parents and below not in keyed and not hasattr(below, "record_status"):
                assert below.__name__ in UNSTATED_ROWS, f"{below.__name__}.{relation.field.name}"
        assert columns_of(kind.model) and len(set(names_of(kind.model))) == len(names_of(kind.model))
