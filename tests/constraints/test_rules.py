"""Rules of single kinds of record, in the database itself."""

from typing import Any

import pytest
from django.db import connection, transaction

from registry.models import (
    Citation,
    Commodity,
    CommodityMember,
    DepositCommodity,
    DisagreementMember,
    ExternalId,
    Finding,
    FindingSubject,
    Grade,
    LicenseParty,
    Name,
    ProspectingObject,
)
from registry.vocabularies import CATEGORIES, EstimateCategory, ReportingCode
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ReportingCode.values)
@pytest.mark.parametrize("category", EstimateCategory.values)
def test_an_estimate_has_a_category_of_its_own_code(code: str, category: str) -> None:
    def check() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registry_resourceestimate (slug, deposit_id, comparator, reporting_code, category, stage)"
                " VALUES (%s, 1, 'eq', %s, %s, 'unspecified')",
                [records.slug("e"), code, category],
            )
            raise _Accepted

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    expected: Any = pytest.raises(_Accepted) if category in CATEGORIES[code] else refused("estimate_category")
    with expected:
        check()


class _Accepted(Exception):
    """The row was taken; it is rolled back."""


@pytest.mark.parametrize(
    "figures",
    [
        {"ore_tonnes": 0},
        {"ore_tonnes": -1},
        {"ore_tonnes_low": 5, "ore_tonnes": 4},
        {"ore_tonnes": 5, "ore_tonnes_high": 4},
        {"ore_tonnes_low": 5, "ore_tonnes_high": 4},
        {"contained_tonnes": 5},
        {"contained_basis": "REO"},
        {"contained_tonnes_low": 5, "contained_tonnes_high": 4, "contained_basis": "REO"},
        {"unfc_class": "E1F1G1"},
        {"unfc_class": "E9F1G1", "reporting_code": "UNFC"},
        {"balance": True},
        {"effective": "2024-13"},
        {"effective": "2023-02-29"},
        {"effective": "24"},
    ],
)
def test_figures_that_cannot_be(figures: dict[str, Any]) -> None:
    with refused("estimate_"), transaction.atomic():
        records.estimate(**figures)


@pytest.mark.parametrize(
    "figures",
    [
        {"ore_tonnes_low": 1, "ore_tonnes": 2, "ore_tonnes_high": 3},
        {"contained_tonnes": 800_000, "contained_basis": "REE", "comparator": "approx"},
        {"unfc_class": "E2F2G1+2", "reporting_code": "UNFC"},
        {"balance": False, "reporting_code": "GKZ", "category": "C1+C2"},
        {"effective": "2024"},
        {"effective": "2024-02-29"},
    ],
)
def test_figures_that_can(figures: dict[str, Any]) -> None:
    records.estimate(**figures)


def test_an_estimate_is_for_one_record() -> None:
    with refused("estimate_of_one"), transaction.atomic():
        records.estimate(deposit=records.deposit(), prospecting_object=records.prospecting_object())


@pytest.mark.parametrize(
    ("value", "unit", "fraction"), [(2.6, "pct", 0.026), (700, "g_t", 0.0007), (594, "ppm", 0.000594), (3, "kg_t", 0.003)]
)
def test_a_grade_is_a_mass_fraction_too(value: float, unit: str, fraction: float) -> None:
    grade = Grade.objects.create(estimate=records.estimate(), analyte=records.commodity(), value=value, unit=unit)
    grade.refresh_from_db()
    assert grade.mass_fraction == pytest.approx(fraction)


@pytest.mark.parametrize(
    ("values", "unit"),
    [({"value": 101}, "pct"), ({"value": -1}, "pct"), ({"value": 2_000_000}, "ppm"), ({"value_high": 101}, "pct"), ({}, "pct")],
)
def test_a_grade_lies_between_nothing_and_everything(values: dict[str, float], unit: str) -> None:
    estimate, analyte = records.estimate(), records.commodity()
    with refused("grade_"), transaction.atomic():
        Grade.objects.create(estimate=estimate, analyte=analyte, unit=unit, **values)


@pytest.mark.parametrize(
    "given",
    [
        {"count": 12, "name": "A name"},
        {"count": None, "name": "A name"},
        {"count": 12, "location_kind": "reported", "at": True},
        {"count": 0},
    ],
)
def test_a_counted_group_has_no_name_and_no_place(given: dict[str, Any]) -> None:
    from django.contrib.gis.geos import Point

    if given.pop("at", False):
        given["location"] = Point(70, 50, srid=4326)
    with refused("prospecting_"), transaction.atomic():
        records.prospecting_object(**given)


def test_a_group_has_no_more_members_than_it_counts(commit: Any) -> None:
    group = records.prospecting_object(count=2)
    for name in ("One", "Two"):
        records.prospecting_object(name=name, member_of=group)
    commit()
    records.prospecting_object(name="Three", member_of=group)
    with refused("members"):
        commit()


def test_a_group_of_unstated_number_may_have_any_members(commit: Any) -> None:
    group = records.prospecting_object(count=None)
    for name in ("One", "Two", "Three"):
        records.prospecting_object(name=name, member_of=group)
    commit()
    ProspectingObject.objects.filter(pk=group.pk).update(count=2)
    with refused("members"):
        commit()


def test_a_licence_number_is_unique_within_its_country() -> None:
    one, other = records.country(), records.country()
    records.license_(country=one, number="7")
    records.license_(country=other, number="7")
    records.license_(country=one, number=None)
    records.license_(country=one, number=None)
    with refused("license_number"), transaction.atomic():
        records.license_(country=one, number="7")


@pytest.mark.parametrize(
    "given",
    [
        {"count": 11, "name": "Eleven"},
        {"count": 11, "number": "7"},
        {"status": "applied", "granted": "2024"},
        {"granted": "2024-02-30"},
        {"declared_area_km2": 0},
    ],
)
def test_licences_that_cannot_be(given: dict[str, Any]) -> None:
    with refused("license_"), transaction.atomic():
        records.license_(**given)


@pytest.mark.parametrize("share", [0, -1, 100.5])
def test_a_share_lies_between_nothing_and_the_whole(share: float) -> None:
    licence, organization = records.license_(), records.organization()
    with refused("licenseparty_share"), transaction.atomic():
        LicenseParty.objects.create(license=licence, organization=organization, share_pct=share)


def test_shares_at_one_time_are_at_most_the_whole(commit: Any) -> None:
    licence = records.license_()
    LicenseParty.objects.create(license=licence, organization=records.organization(), share_pct=75, end="2020")
    LicenseParty.objects.create(license=licence, organization=records.organization(), share_pct=25)
    LicenseParty.objects.create(license=licence, organization=records.organization(), share_pct=75, start="2021-01-01")
    commit()
    LicenseParty.objects.create(license=licence, organization=records.organization(), share_pct=10, start="2022")
    with refused("shares"):
        commit()


def test_a_party_has_a_role_once_at_a_time() -> None:
    licence, organization = records.license_(), records.organization()
    LicenseParty.objects.create(license=licence, organization=organization, start="2010", end="2015-06")
    LicenseParty.objects.create(license=licence, organization=organization, start="2015-07-01")
    with refused("one_role_at_a_time"), transaction.atomic():
        LicenseParty.objects.create(license=licence, organization=organization, start="2015-06-30", end="2015-06-30")


def test_a_private_holder_is_not_named() -> None:
    licence = records.license_()
    LicenseParty.objects.create(license=licence, private_holder=True)
    with refused("licenseparty_who"), transaction.atomic():
        LicenseParty.objects.create(license=licence)
    with refused("licenseparty_who"), transaction.atomic():
        LicenseParty.objects.create(license=licence, private_holder=True, organization=records.organization())


def test_a_citation_is_of_one_record_and_a_contradiction_says_what() -> None:
    deposit, source = records.deposit(), records.source()
    for wrong in ({}, {"deposit": deposit, "organization": records.organization()}):
        with refused("citation_one_record"), transaction.atomic():
            Citation.objects.create(source=source, **wrong)
    with refused("contradicts_what"), transaction.atomic():
        Citation.objects.create(source=source, deposit=deposit, relation="contradicts")
    Citation.objects.create(source=source, deposit=deposit, relation="contradicts", fields=["name"], stated_value="Other")
    with refused("citation_not_itself"), transaction.atomic():
        Citation.objects.create(source=source, cited_source=source)


def test_an_external_id_is_one_records_only() -> None:
    ExternalId.objects.create(deposit=records.deposit(), scheme="mrds", value="1")
    with refused("externalid_once"), transaction.atomic():
        ExternalId.objects.create(organization=records.organization(), scheme="mrds", value="1")


def test_a_name_is_not_empty_and_there_once() -> None:
    deposit = records.deposit()
    with refused("name_not_empty"), transaction.atomic():
        Name.objects.create(deposit=deposit, text="")
    Name.objects.create(deposit=deposit, text="Same", language="en")
    with refused("name_deposit"), transaction.atomic():
        Name.objects.create(deposit=deposit, text="Same", language="en")
    with refused("name_deposit_preferred"), transaction.atomic():
        Name.objects.create(deposit=deposit, text="Second preferred", kind="preferred")


def test_commodities_know_their_kind() -> None:
    with refused("commodity_atomic_number"), transaction.atomic():
        records.commodity(kind="element")
    element = records.commodity(kind="element", atomic_number=60, slug="Nd")
    with refused("commodity_oxide"), transaction.atomic():
        records.commodity(kind="oxide", element=element)
    records.commodity(kind="oxide", element=element, oxide_factor="1.16638", slug="Nd2O3")
    with refused("commoditymember_other"), transaction.atomic():
        CommodityMember.objects.create(group=element, member=element)
    deposit = records.deposit()
    DepositCommodity.objects.create(deposit=deposit, commodity=element)
    with refused("depositcommodity_once"), transaction.atomic():
        DepositCommodity.objects.create(deposit=deposit, commodity=element, role="main")
    assert Commodity.objects.get(slug="Nd").ree is False


def test_a_value_of_a_finding_has_a_unit_and_bounds_in_order() -> None:
    for wrong in ({"value": 5}, {"value_low": 6, "value_high": 5, "unit": "t"}, {"value_low": 6, "value": 5, "unit": "t"}):
        with refused("finding_"), transaction.atomic():
            records.finding(**wrong)
    finding = records.finding(value_low=1, value=2, value_high=3, unit="t")
    with refused("findingsubject_one_record"), transaction.atomic():
        FindingSubject.objects.create(finding=finding)
    assert Finding.objects.get(pk=finding.pk).unit == "t"


def test_a_disagreement_has_two_sides(commit: Any) -> None:
    disagreement = records.disagreement()
    commit()
    DisagreementMember.objects.filter(disagreement=disagreement).first().delete()  # type: ignore[union-attr]
    with refused("members"):
        commit()


def test_a_published_disagreement_without_sides_is_refused(commit: Any) -> None:
    records.disagreement({"finding": records.finding()})
    with refused("members"):
        commit()
