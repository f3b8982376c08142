"""What held on a day of the world: parties, statuses, memberships, and where a framework applies."""

from typing import Any

import pytest
from django.db import connection

from registry.models import (
    DepositParty,
    FrameworkApplication,
    FrameworkEvent,
    FrameworkParty,
    LicenseEvent,
    LicenseParty,
    OrganizationMember,
    OrganizationParent,
)
from tests import records

pytestmark = pytest.mark.django_db


def slugs_of(api: Any, address: str) -> list[str]:
    return [one["slug"] for one in api.json(address)["results"]]


@pytest.mark.parametrize(
    ("start", "end", "as_of", "day", "holds"),
    [
        ("2009-12", "2014", None, "2012-06-30", True),
        ("2009-12", "2014", None, "2009-11-30", False),
        ("2009-12", "2014", None, "2009-12-15", None),
        ("2009-12", "2014", None, "2014-06-01", None),
        ("2009-12", "2014", None, "2015-01-01", False),
        ("1973-01-01", "2020-01-31", None, "2020-01-31", True),
        ("1973-01-01", "2020-01-31", None, "2020-02-01", False),
        ("1995", None, None, "2026-01-01", True),
        (None, None, None, "2026-01-01", None),
        (None, None, "2023-10-16", "2023-10-15", None),
        (None, None, "2023-10-16", "2026-01-01", True),
        (None, "2024", "2023-10-16", "2025-01-01", False),
        ("2013", None, "2013-03-01", "2013-06-01", True),
        (None, "2014", "2014-06-01", "2014-05-31", None),
    ],
)
def test_a_row_holds_on_a_day_as_far_as_its_dates_tell(
    start: str | None, end: str | None, as_of: str | None, day: str, holds: bool | None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_holds_on(%s, %s, %s, %s::date)", [start, end, as_of, day])
        assert cursor.fetchone() == (holds,)


@pytest.fixture
def licence() -> Any:
    """Make a licence like that of Kutessay II: applied for, granted, suspended, revoked in a year of which no day is known."""
    record = records.license_(slug="lost", status="revoked", granted="2009-12-21", expires="2029", ended="2014")
    first, second = records.organization(slug="first"), records.organization(slug="second")
    LicenseParty.objects.create(license=record, organization=first, role="holder", start="2009-12-21", end="2012")
    LicenseParty.objects.create(license=record, organization=second, role="holder", start="2013", end="2014", share_pct=60)
    LicenseEvent.objects.create(license=record, kind="application", date="2009-01")
    LicenseEvent.objects.create(license=record, kind="suspension", date="2013-04-02")
    LicenseEvent.objects.create(license=record, kind="statement", date="2013-05-01")
    return record


@pytest.mark.parametrize(
    ("day", "status", "since"),
    [
        ("2008-06-30", None, None),
        ("2009-06-30", "applied", "2009-01"),
        ("2009-01-15", None, None),
        ("2010-06-30", "granted", "2009-12-21"),
        ("2013-06-30", "suspended", "2013-04-02"),
        ("2014-06-30", None, None),
        ("2014-12-31", None, None),
        ("2015-01-01", "revoked", "2014"),
        ("2035-01-01", "revoked", "2014"),
    ],
)
def test_a_licence_has_a_status_on_any_day(api: Any, licence: Any, day: str, status: str | None, since: str | None) -> None:
    said = api.json(f"/api/v1/licenses/lost/?on={day}")["on_date"]
    assert (said["date"], said["status"]["status"], said["status"]["since"]) == (day, status, since)
    assert (said["status"]["reason"] is None) == (status is not None)
    (listed,) = api.json(f"/api/v1/licenses/?on={day}")["results"]
    assert listed["on_date"] == said


def test_a_licence_says_who_held_it(api: Any, licence: Any) -> None:
    def held(day: str) -> list[tuple[str, bool | None]]:
        parties = api.json(f"/api/v1/licenses/lost/?on={day}")["on_date"]["parties"]
        return [(party["organization"]["slug"], party["holds"]) for party in parties]

    assert held("2011-06-30") == [("first", True)]
    assert held("2013-06-30") == [("second", None)]
    assert held("2016-01-01") == []
    for name in ("holder", "organization"):
        assert slugs_of(api, f"/api/v1/licenses/?{name}=first") == ["lost"]
        assert slugs_of(api, f"/api/v1/licenses/?{name}=first&on=2011-06-30") == ["lost"]
        assert slugs_of(api, f"/api/v1/licenses/?{name}=first&on=2016-06-30") == []
        assert slugs_of(api, f"/api/v1/licenses/?{name}=second&on=2013-06-30") == [], "what is unknown is not known to hold"
    assert api.json("/api/v1/licenses/lost/?on=2020-01-01")["expired_by_date"] is False
    assert api.json("/api/v1/licenses/lost/?on=2030-01-01")["expired_by_date"] is True
    assert slugs_of(api, "/api/v1/licenses/?expired_by_date=true&on=2030-01-01") == ["lost"]
    assert slugs_of(api, "/api/v1/licenses/?expired_by_date=true&on=2029-12-31") == []


def test_a_deposit_says_who_owned_it(api: Any) -> None:
    deposit, owner = records.deposit(slug="mine"), records.organization(slug="owner")
    DepositParty.objects.create(deposit=deposit, organization=owner, role="owner", share_pct=75, as_of="2012")
    DepositParty.objects.create(deposit=deposit, organization=records.organization(record_status="draft"), role="operator")
    (party,) = api.json("/api/v1/deposits/mine/?on=2015-01-01")["on_date"]["parties"]
    assert party == {
        "organization": {"kind": "organization", "slug": "owner", "name": owner.name},
        "role": "owner",
        "share_pct": 75,
        "holds": True,
    }
    assert slugs_of(api, "/api/v1/deposits/?organization=owner&on=2015-01-01") == ["mine"]
    assert slugs_of(api, "/api/v1/deposits/?organization=owner&on=2011-01-01") == []
    assert api.json("/api/v1/organizations/owner/")["deposit_roles"][0]["as_of"] == "2012"
    assert b"on_date" in api.get("/api/v1/deposits/?on=2015-01-01&format=csv").content
    assert list(api.json("/api/v1/deposits/?on=2015-01-01&fields=name")["results"][0]) == ["slug", "name", "on_date"]


def test_a_framework_has_a_status_on_any_day_and_a_term(api: Any) -> None:
    control = records.framework(slug="control", kind="export_control", announced="2025-10-09", adopted="2025-10-09")
    FrameworkEvent.objects.create(framework=control, date="2025-11-07", status="suspended", until="2026-11-10")
    plan = records.framework(
        slug="plan", kind="programme", adopted="2021", ended="2025", status_as_of="2023-05-01", status="in_force"
    )

    def status(slug: str, day: str) -> Any:
        return api.json(f"/api/v1/policy-frameworks/{slug}/?on={day}")["on_date"]["status"]

    assert status("control", "2025-10-01")["reason"] == "nothing dated up to this day is recorded"
    assert status("control", "2025-10-20")["status"] == "adopted", "what is announced and adopted on one day is adopted"
    assert status("control", "2026-11-10") == {"status": "suspended", "since": "2025-11-07", "basis": "event", "reason": None}
    assert status("control", "2026-11-11")["reason"].startswith("its term ended on 2026-11-10")
    assert status("plan", "2022-03-01")["basis"] == "adopted"
    assert [status("plan", day)["status"] for day in ("2024-01-01", "2025-06-30", "2026-06-30")] == ["in_force", None, "ended"]
    assert slugs_of(api, "/api/v1/policy-frameworks/?term_over=true&on=2025-12-31") == []
    assert slugs_of(api, "/api/v1/policy-frameworks/?term_over=true&on=2026-01-01") == [plan.slug]
    shown = api.json("/api/v1/policy-frameworks/?limit=5")["results"]
    assert [one["term_over"] for one in shown] == [None, True] and shown[1]["status_as_of"] == "2023-05-01"
    assert {"status_as_stated", "status_as_of"} <= shown[0].keys()


@pytest.fixture
def union() -> Any:
    """Make a union with a member since 1995, one that left in 2020, one of unknown start, and a partnership of the union."""
    land = {
        name: records.country(boundary=records.square(10 * n, 40)) for n, name in enumerate(("in", "left", "vague", "out"), 1)
    }
    group, partners = records.organization(slug="union", name="Union"), records.organization(slug="partners")
    OrganizationMember.objects.create(group=group, country=land["in"], start="1995-01-01")
    OrganizationMember.objects.create(group=group, country=land["left"], start="1973-01-01", end="2020-01-31")
    OrganizationMember.objects.create(group=group, country=land["vague"], as_of="2023")
    OrganizationMember.objects.create(group=partners, organization=group, start="2022")
    act = records.framework(slug="act", jurisdiction="regional", in_force="1970-01-01")
    FrameworkApplication.objects.create(framework=act, organization=group)
    FrameworkParty.objects.create(framework=act, organization=group)
    code = records.framework(slug="code", jurisdiction="national")
    FrameworkApplication.objects.create(framework=code, country=land["in"])
    memo = records.framework(slug="memo", jurisdiction="international")
    FrameworkParty.objects.create(framework=memo, organization=partners)
    FrameworkParty.objects.create(framework=memo, country=land["out"])
    return land


def policies(api: Any, number: int, on: str = "") -> dict[str, dict[str, Any]]:
    lists = api.json(f"/api/v1/locate/?lon={10 * number + 0.5}&lat=40.5{on and f'&on={on}'}")["policy_frameworks"]
    return {one["slug"]: {**one, "list": name} for name, found in lists.items() for one in found}


def test_a_point_finds_what_applies_through_membership_and_says_why(api: Any, union: Any) -> None:
    found = policies(api, 1)
    assert {slug: one["list"] for slug, one in found.items()} == {"act": "applies", "code": "applies", "memo": "party"}
    assert (found["act"]["basis"], found["act"]["through"], found["act"]["since"]) == ("membership", "union", "1995-01-01")
    assert found["act"]["reason"] == f"a measure of Union, of which {union['in'].name} is a member since 1995-01-01"
    assert found["code"]["basis"] == "national" and found["memo"]["basis"] == "party_through_membership"
    assert policies(api, 2) == {} and policies(api, 2, "2019-12-31")["act"]["list"] == "applies"
    assert policies(api, 3)["act"]["list"] == "applies"
    vague = policies(api, 3, "2020-06-30")["act"]
    assert vague["list"] == "undetermined" and vague["reason"].endswith("was a member on that day is not recorded")
    assert {slug: one["basis"] for slug, one in policies(api, 4).items()} == {"memo": "party"}


def test_frameworks_are_found_by_where_they_apply(api: Any, union: Any) -> None:
    def slugs(country: str, on: str = "") -> set[str]:
        return set(slugs_of(api, f"/api/v1/policy-frameworks/?applies_in={union[country].slug}{on and f'&on={on}'}"))

    assert slugs("in") == {"act", "code"} and slugs("left") == set() and slugs("out") == set()
    assert slugs("left", "2019-12-31") == {"act"} and slugs("vague", "2020-06-30") == set()
    members = api.json("/api/v1/organizations/union/?on=2019-06-30")["on_date"]["members"]
    assert [(one["member"]["slug"], one["holds"]) for one in members] == [
        (union["in"].slug, True),
        (union["left"].slug, True),
        (union["vague"].slug, None),
    ]
    country = api.json(f"/api/v1/countries/{union['in'].slug}/?on=1990-01-01")
    assert country["on_date"]["organization_memberships"] == [] and country["organization_memberships"][0]["slug"] == "union"
    assert slugs_of(api, f"/api/v1/organizations/?member={union['left'].slug}") == ["union"]
    assert slugs_of(api, f"/api/v1/organizations/?member={union['left'].slug}&on=2026-01-01") == []
    assert slugs_of(api, "/api/v1/organizations/?member_of=partners") == ["union"]
    assert len(slugs_of(api, "/api/v1/countries/?member_of=union")) == 3


def test_drafts_do_not_show_through_membership(api: Any) -> None:
    land, hidden = records.country(boundary=records.square(10, 40)), records.organization(slug="hidden", record_status="draft")
    OrganizationMember.objects.create(group=hidden, country=land, start="1995")
    act = records.framework(slug="act")
    FrameworkApplication.objects.create(framework=act, organization=hidden)
    assert policies(api, 1) == {}
    assert api.json(f"/api/v1/countries/{land.slug}/?on=2020-01-01")["on_date"]["organization_memberships"] == []
    assert api.json("/api/v1/policy-frameworks/act/")["applies_to"] == []


def test_an_organization_has_parents_with_shares(api: Any) -> None:
    joint, one, other = (records.organization(slug=slug) for slug in ("joint", "one", "other"))
    OrganizationParent.objects.create(organization=joint, parent=one, share_pct=51, as_of="2012")
    OrganizationParent.objects.create(organization=joint, parent=other, share_pct=49, start="2012", end="2015")
    shown = api.json("/api/v1/organizations/joint/?on=2013-01-01")
    assert [(row["parent"]["slug"], row["share_pct"]) for row in shown["parents"]] == [("one", 51), ("other", 49)]
    assert [row["holds"] for row in shown["on_date"]["parents"]] == [True, True]
    assert api.json("/api/v1/organizations/one/")["children"][0] == {
        "slug": "joint", "name": joint.name, "share_pct": 51, "start": None, "end": None, "as_of": "2012",
    }  # fmt: skip
    assert slugs_of(api, "/api/v1/organizations/?parent=other&on=2013-01-01") == ["joint"]
    assert slugs_of(api, "/api/v1/organizations/?parent=other&on=2016-01-01") == []


@pytest.mark.parametrize("day", ["2012", "2012-02-30", "yesterday", "2012-06", "", "9999-99-99"])
def test_a_day_is_a_day(api: Any, day: str) -> None:
    for address in ("licenses/?", "licenses/x/?", "locate/?lon=1&lat=1&"):
        assert api.json(f"/api/v1/{address}on={day}", 400)["parameter"] == "on"


def test_tiles_are_asked_for_a_day_as_lists_are(api: Any) -> None:
    deposit, owner = records.deposit(at=(75.0, 42.0)), records.organization(slug="owner")
    DepositParty.objects.create(deposit=deposit, organization=owner, role="owner", start="2009", end="2013-01-31")
    for day, found in (("2012-06-30", 1), ("2016-06-30", 0)):
        query = f"organization=owner&on={day}"
        assert len(slugs_of(api, f"/api/v1/deposits/?{query}")) == found
        assert api.get(f"/tiles/deposits/0/0/0.mvt?{query}").status_code == (200 if found else 204)
    assert api.json("/tiles/registry/0/0/0.mvt?on=soon", 400)["parameter"] == "on"


def test_a_day_of_the_world_is_no_time_of_the_registry(api: Any, licence: Any) -> None:
    for address in ("licenses/?", "licenses/lost/?"):
        assert api.json(f"/api/v1/{address}on=2012-06-30&as_of=2026-01-01", 400)["parameter"] == "on"
    assert api.json("/api/v1/sources/?on=2012-06-30", 400)["parameter"] == "on"
    assert api.json("/api/v1/licenses/lost/")["expired_by_date"] is False and "on_date" not in api.json(
        "/api/v1/licenses/lost/"
    )
