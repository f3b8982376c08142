"""Rules of what holds for a time, of who is above whom, of gaps and of where a framework applies."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from registry.models import (
    DepositParty,
    FrameworkApplication,
    FrameworkEvent,
    GapSearch,
    LicenseParty,
    OrganizationMember,
    OrganizationParent,
)
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "dates",
    [
        {"start": "2014", "end": "2013-12-31"},
        {"start": "2014", "as_of": "2013"},
        {"as_of": "2014-02", "end": "2014-01-31"},
        {"start": "2014-01", "end": "2013"},
    ],
)
def test_what_holds_for_a_time_ends_after_it_starts(dates: dict[str, str]) -> None:
    deposit, group, owner = records.deposit(), records.organization(), records.organization()
    rows: dict[str, Callable[[], Any]] = {
        "depositparty_order": lambda: DepositParty.objects.create(deposit=deposit, organization=owner, **dates),
        "licenseparty_order": lambda: LicenseParty.objects.create(license=records.license_(), organization=owner, **dates),
        "organizationparent_order": lambda: OrganizationParent.objects.create(organization=group, parent=owner, **dates),
        "organizationmember_order": lambda: OrganizationMember.objects.create(group=group, organization=owner, **dates),
    }
    for name, make in rows.items():
        with refused(name), transaction.atomic():
            make()


def test_a_role_is_held_once_at_a_time_and_again_later() -> None:
    deposit, owner, other = records.deposit(), records.organization(), records.organization()
    DepositParty.objects.create(deposit=deposit, organization=owner, role="owner", end="2012-05")
    DepositParty.objects.create(deposit=deposit, organization=other, role="owner", start="2011")
    DepositParty.objects.create(deposit=deposit, organization=owner, role="owner", start="2014")
    with refused("depositparty_one_role_at_a_time"), transaction.atomic():
        DepositParty.objects.create(deposit=deposit, organization=owner, role="owner", start="2012-05-31", end="2013")
    group, land = records.organization(), records.country()
    OrganizationMember.objects.create(group=group, country=land, start="1973", end="1985")
    OrganizationMember.objects.create(group=group, country=land, start="1990")
    with refused("organizationmember_country_once_at_a_time"), transaction.atomic():
        OrganizationMember.objects.create(group=group, country=land, as_of="2020")


def test_owners_at_one_time_have_at_most_the_whole(commit: Any) -> None:
    deposit, child = records.deposit(), records.organization()
    for share, end in ((70, "2012"), (30, None)):
        DepositParty.objects.create(
            deposit=deposit, organization=records.organization(), role="owner", share_pct=share, end=end
        )
        OrganizationParent.objects.create(organization=child, parent=records.organization(), share_pct=share, end=end)
    later = {"start": "2013", "share_pct": 70}
    DepositParty.objects.create(deposit=deposit, organization=records.organization(), role="owner", **later)
    OrganizationParent.objects.create(organization=child, parent=records.organization(), **later)
    commit()
    for make in (
        lambda: DepositParty.objects.create(
            deposit=deposit, organization=records.organization(), role="owner", share_pct=1, start="2011"
        ),
        lambda: OrganizationParent.objects.create(organization=child, parent=records.organization(), share_pct=1, start="2011"),
    ):
        with refused("shares"), transaction.atomic():
            make()
            commit()


def test_nobody_is_above_itself_at_one_time() -> None:
    one, two, three = (records.organization() for _ in range(3))
    OrganizationParent.objects.create(organization=one, parent=two, end="2005")
    OrganizationParent.objects.create(organization=two, parent=three)
    OrganizationParent.objects.create(organization=three, parent=one, start="2006")
    with refused("registry_organizationparent_cycle"), transaction.atomic():
        OrganizationParent.objects.create(organization=three, parent=one, start="2004", end="2004")
    with refused("registry_organizationparent_cycle"), transaction.atomic():
        OrganizationParent.objects.filter(organization=one).update(end="2007")
    with refused("organizationparent_other"), transaction.atomic():
        OrganizationParent.objects.create(organization=one, parent=one)
    OrganizationMember.objects.create(group=one, organization=two)
    with refused("registry_organizationmember_cycle"), transaction.atomic():
        OrganizationMember.objects.create(group=two, organization=one)


def test_a_published_gap_says_where_it_was_looked_for(commit: Any) -> None:
    gap = records.gap()
    commit()
    with refused("members"), transaction.atomic():
        gap.searches.all().delete()
        commit()
    with refused("members"), transaction.atomic():
        records.made("gap")
        commit()
    with refused("gapsearch_one"), transaction.atomic():
        GapSearch.objects.create(gap=gap, source=records.source(), place="a map")


def test_a_framework_applies_somewhere_once() -> None:
    framework, land = records.framework(), records.country()
    FrameworkApplication.objects.create(framework=framework, country=land)
    with refused("frameworkapplication_once"), transaction.atomic():
        FrameworkApplication.objects.create(framework=framework, country=land)
    with refused("frameworkapplication_one"), transaction.atomic():
        FrameworkApplication.objects.create(framework=framework)
    with refused("frameworkevent_order"), transaction.atomic():
        FrameworkEvent.objects.create(framework=framework, date="2025-11-07", until="2025-10")
