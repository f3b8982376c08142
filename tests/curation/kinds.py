"""One record of each kind with rows of every sort, for pages that show them all."""

from collections.abc import Callable
from functools import partial
from itertools import count, product
from string import ascii_uppercase
from typing import Any

from django.db import models

from registry.kinds import PARTS_OF_RECORDS, RECORD_KINDS, RecordKind, kind_named
from registry.models import (
    Citation,
    CommodityMember,
    Country,
    DepositCommodity,
    DepositParty,
    DisagreementMember,
    ExternalId,
    FindingLink,
    FindingSubject,
    FrameworkApplication,
    FrameworkCommodity,
    FrameworkEvent,
    FrameworkParty,
    FrameworkRegion,
    GapSearch,
    GapSubject,
    Grade,
    LicenseCommodity,
    LicenseEvent,
    LicenseParty,
    LicenseSite,
    Name,
    OrganizationMember,
    OrganizationParent,
    ProspectingCommodity,
    ReeSchemeClass,
    RegionMember,
    SourcePublisher,
)
from tests import records

_CODES = [code for code in map("".join, product(ascii_uppercase, repeat=2)) if code not in records.USER_CODES]
_countries = count()


def any_country(**given: Any) -> Country:
    """Make one of many countries: more than the codes that ISO 3166 leaves to its users."""
    number = next(_countries) % len(_CODES)
    letters = _CODES[number]
    return records.country(**{"slug": letters, "iso3": f"{letters}Q", "m49": f"{number:03d}", **given})


def _common(record: Any, column: str, named: bool = True) -> Any:
    """Add a name, a citation and an id."""
    number = record.pk
    if named:
        Name.objects.create(**{column: record}, text=f"Кутессай {Name.objects.count()}", language="ru-Cyrl")
    if cited := kind_named(column).cited_as:
        Citation.objects.create(**{cited: record}, source=records.source(), locator=f"p. {Citation.objects.count()}")
    ExternalId.objects.create(**{column: record}, scheme="mrds", value=f"{column}-{number}-{ExternalId.objects.count()}")
    return record


def deposit(rows: int = 1) -> Any:
    record = records.deposit(at=(76.1, 42.7), country=any_country(), parent=records.deposit())
    for _ in range(rows):
        _common(record, "deposit")
        DepositCommodity.objects.create(deposit=record, commodity=records.commodity())
        DepositParty.objects.create(deposit=record, organization=records.organization())
        records.estimate(deposit=record, commodity=records.commodity(), ore_tonnes=5.0)
        FindingSubject.objects.create(finding=records.finding(), deposit=record)
    return record


def estimate(rows: int = 1) -> Any:
    record = records.estimate(commodity=records.commodity(), ore_tonnes=1e6, effective="2019-05")
    for _ in range(rows):
        _common(record, "estimate", named=False)
        Grade.objects.create(estimate=record, analyte=records.commodity(), value=1.5, unit="pct")
    return record


def prospecting_object(rows: int = 1) -> Any:
    record = records.prospecting_object(name="Kuirektykol", country=any_country(), operator=records.organization())
    for _ in range(rows):
        _common(record, "prospecting_object")
        ProspectingCommodity.objects.create(prospecting_object=record, commodity=records.commodity())
    return record


def license_(rows: int = 1) -> Any:
    record = records.license_(name="A licence", country=any_country(), area=records.square(75, 42))
    for _ in range(rows):
        _common(record, "license")
        LicenseParty.objects.create(license=record, organization=records.organization())
        LicenseEvent.objects.create(license=record, kind="grant", date="2010")
        LicenseCommodity.objects.create(license=record, commodity=records.commodity())
        LicenseSite.objects.create(license=record, deposit=records.deposit(country=any_country()))
        LicenseSite.objects.create(license=record, prospecting_object=records.prospecting_object(country=any_country()))
    return record


def policy_framework(rows: int = 1) -> Any:
    record = records.framework(issuer=records.organization(), topics=["mining"], license_kinds=["mining"])
    for _ in range(rows):
        _common(record, "policy_framework")
        FrameworkParty.objects.create(framework=record, country=any_country())
        FrameworkParty.objects.create(framework=record, organization=records.organization())
        FrameworkApplication.objects.create(framework=record, country=any_country())
        FrameworkApplication.objects.create(framework=record, organization=records.organization())
        FrameworkRegion.objects.create(framework=record, region=records.region())
        FrameworkCommodity.objects.create(framework=record, commodity=records.commodity())
        FrameworkEvent.objects.create(framework=record, status="signed", date="2020-01")
    return record


def finding(rows: int = 1) -> Any:
    record = records.finding(speaker_organization=records.organization())
    for _ in range(rows):
        _common(record, "finding", named=False)
        FindingSubject.objects.create(finding=record, deposit=records.deposit(country=any_country()))
        FindingSubject.objects.create(finding=record, license=records.license_(country=any_country()))
        FindingLink.objects.create(finding=record, other=records.finding(), kind="updates")
    return record


def disagreement(rows: int = 1) -> Any:
    record = records.disagreement()
    for _ in range(rows):
        _common(record, "disagreement", named=False)
        license_event = LicenseEvent.objects.create(license=records.license_(country=any_country()))
        citation = Citation.objects.create(source=records.source(), deposit=records.deposit())
        for side in ({"license_event": license_event}, {"citation": citation}, {"estimate": records.estimate()}):
            DisagreementMember.objects.create(disagreement=record, **side)
    return record


def source(rows: int = 1) -> Any:
    record = records.source(authors=["Smith, J.", "Ли"], derived_from=records.source())
    for _ in range(rows):
        _common(record, "source", named=False)
        SourcePublisher.objects.create(source=record, organization=records.organization())
        Citation.objects.create(source=record, deposit=records.deposit())
        Citation.objects.create(source=record, prospecting_object=records.prospecting_object(country=any_country()))
    return record


def organization(rows: int = 1) -> Any:
    record = records.organization(country=any_country())
    for _ in range(rows):
        _common(record, "organization")
        OrganizationParent.objects.create(organization=record, parent=records.organization())
        OrganizationMember.objects.create(group=record, country=any_country())
        OrganizationMember.objects.create(group=record, organization=records.organization())
    return record


def country(rows: int = 1) -> Any:
    record = any_country(boundary=records.square(70, 40, 10))
    for _ in range(rows):
        _common(record, "country")
    return record


def region(rows: int = 1) -> Any:
    record = records.region(parent=records.region())
    for _ in range(rows):
        _common(record, "region")
        RegionMember.objects.create(region=record, country=any_country())
    return record


def commodity(rows: int = 1) -> Any:
    record = records.commodity(kind="group")
    for _ in range(rows):
        _common(record, "commodity")
        CommodityMember.objects.create(group=record, member=records.commodity())
    return record


def ree_scheme(rows: int = 1) -> Any:
    record = records.ree_scheme()
    for _ in range(rows):
        _common(record, "ree_scheme", named=False)
        ReeSchemeClass.objects.create(scheme=record, element=records.commodity(), ree_class="light")
    return record


def license_event(rows: int = 1) -> Any:
    record = LicenseEvent.objects.create(license=records.license_(), kind="grant", date="2011")
    for _ in range(rows):
        _common(record, "license_event", named=False)
    return record


def framework_event(rows: int = 1) -> Any:
    record = FrameworkEvent.objects.create(framework=records.framework(), status="signed", date="2011")
    for _ in range(rows):
        _common(record, "framework_event", named=False)
    return record


def gap(rows: int = 1) -> Any:
    record = records.gap()
    for _ in range(rows):
        _common(record, "gap", named=False)
        GapSearch.objects.create(gap=record, source=records.source())
        GapSubject.objects.create(gap=record, deposit=records.deposit(country=any_country()))
    return record


def of(kind: RecordKind, rows: int = 1) -> Any:
    """Make a record of a kind that has nothing but what all have."""
    record = records.MAKERS[kind.name]()
    for _ in range(rows):
        _common(record, kind.name, named=kind.named)
    return record


_MAKERS: dict[str, Callable[..., models.Model]] = {
    "deposit": deposit,
    "estimate": estimate,
    "prospecting_object": prospecting_object,
    "license": license_,
    "policy_framework": policy_framework,
    "finding": finding,
    "gap": gap,
    "ree_scheme": ree_scheme,
    "disagreement": disagreement,
    "source": source,
    "organization": organization,
    "country": country,
    "region": region,
    "commodity": commodity,
}
#: Name of a model that has a page → what makes a record of it.
MAKERS: dict[str, Callable[..., models.Model]] = {
    **{kind.model_name.lower(): _MAKERS.get(kind.name) or partial(of, kind) for kind in RECORD_KINDS},
    "licenseevent": license_event,
    "frameworkevent": framework_event,
}

#: Names of the models of parts of records, which are added on the pages of their records.
PARTS = frozenset(kind.model_name.lower() for kind in PARTS_OF_RECORDS.values())


def address(record: models.Model, page: str = "change") -> str:
    return f"/admin/registry/{record._meta.model_name}/{record.pk}/{page}/"
