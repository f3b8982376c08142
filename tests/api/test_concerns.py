"""Disagreements in the records that they are about: they follow every change, and nothing hidden is seen through them."""

from typing import Any

import pytest
from django.db import connection

from registry import models as m
from registry.merging import record_merge
from registry.upgrade import reconcile
from tests import records

LISTS = {
    "deposit": "deposits",
    "prospecting_object": "prospecting-objects",
    "license": "licenses",
    "policy_framework": "policy-frameworks",
    "country": "countries",
    "estimate": "estimates",
    "finding": "findings",
    "source": "sources",
}


class Seen:
    """What the API shows of the concerns of records, by all of its ways, which agree."""

    def __init__(self, api: Any) -> None:
        """Ask by a client."""
        self.api = api

    def __call__(self, kind: str, record: Any, **query: str) -> list[str]:
        address = f"/api/v1/{LISTS[kind]}/{record.slug}/"
        shown = self.api.json(address, **query)
        paths = [side["path"] for link in shown["disagreement_links"] for side in link["through"]]
        assert shown["disputed"] == bool(paths)
        for wanted in ("true", "false"):
            listed = {r["slug"]: r["disputed"] for r in self.api.json(f"/api/v1/{LISTS[kind]}/?disputed={wanted}")["results"]}
            assert (record.slug in listed) == (shown["disputed"] is (wanted == "true"))
            assert set(listed.values()) <= {wanted == "true"}
        found = self.api.json(f"/api/v1/disagreements/?{kind}={record.slug}")["results"]
        assert {one["slug"] for one in found} == {one["slug"] for one in shown["disagreement_links"]}
        return sorted(paths)


@pytest.fixture
def seen(api: Any) -> Seen:
    return Seen(api)


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """One record of each kind, linked as a registry links them, and a disagreement with a side of each kind."""
    country, deposit, thing = records.country(), records.deposit(), records.prospecting_object()
    m.Deposit.objects.filter(pk=deposit.pk).update(country=country)
    license_ = records.license_()
    m.LicenseSite.objects.create(license=license_, deposit=deposit)
    event = m.LicenseEvent.objects.create(license=license_, kind="grant")
    framework = records.framework()
    party = m.FrameworkParty.objects.create(framework=framework, country=country)
    estimate = records.estimate(deposit=deposit)
    finding = records.finding()
    subject = m.FindingSubject.objects.create(finding=finding, prospecting_object=thing)
    m.FindingSubject.objects.create(finding=finding, policy_framework=framework)
    source = records.source()
    citation = m.Citation.objects.create(source=source, deposit=deposit, fields=["name"])
    sides = [{"estimate": estimate}, {"finding": finding}, {"license_event": event}, {"citation": citation}]
    question = records.disagreement(*sides)
    return {**locals(), "prospecting_object": thing, "license": license_, "policy_framework": framework}


def hide(record: Any, status: str) -> None:
    type(record).objects.filter(pk=record.pk).update(record_status=status)


def test_every_side_leads_to_what_it_is_about(world: dict[str, Any], seen: Seen) -> None:
    assert seen("deposit", world["deposit"]) == ["citation.deposit", "estimate.deposit", "license_event.license.sites.deposit"]
    assert seen("prospecting_object", world["prospecting_object"]) == ["finding.subjects.prospecting_object"]
    assert seen("license", world["license"]) == ["license_event.license"]
    assert seen("policy_framework", world["policy_framework"]) == ["finding.subjects.policy_framework"]
    assert len(seen("country", world["country"])) == 4
    assert seen("source", world["source"]) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
@pytest.mark.parametrize(
    ("hidden", "kind", "left"),
    [
        ("question", "deposit", 0),
        ("question", "country", 0),
        ("estimate", "deposit", 2),
        ("license", "deposit", 2),
        ("source", "deposit", 2),
        ("finding", "prospecting_object", 0),
        ("finding", "policy_framework", 0),
        ("finding", "country", 3),
        ("deposit", "country", 1),
        ("policy_framework", "country", 3),
    ],
)
def test_nothing_is_seen_through_what_is_hidden(
    world: dict[str, Any], seen: Seen, hidden: str, kind: str, left: int, status: str
) -> None:
    hide(world[hidden], status)
    assert len(seen(kind, world[kind])) == left
    hide(world[hidden], "published")
    assert len(seen(kind, world[kind])) > left


def test_a_merge_takes_the_chains_along(world: dict[str, Any], seen: Seen, admin_user: Any) -> None:
    other = records.deposit()
    assert seen("deposit", other) == []
    record_merge(record=world["deposit"], into=other, user=admin_user, reason="the same")
    assert seen("deposit", other) == ["citation.deposit", "estimate.deposit", "license_event.license.sites.deposit"]
    merged = m.Concern.objects.filter(deposit=world["deposit"])
    assert not merged.published().exists()


def test_what_is_deleted_leads_nowhere(world: dict[str, Any], seen: Seen) -> None:
    draft = m.ResourceEstimate.objects.create(slug=records.slug("draft"), deposit=world["deposit"])
    m.Disagreement.objects.get(pk=world["question"].pk).members.create(estimate=draft)
    place = records.deposit()
    m.ResourceEstimate.objects.filter(pk=draft.pk).update(deposit=place)
    assert m.Concern.objects.filter(deposit=place).count() == 1 and seen("deposit", place) == []
    draft.delete()
    assert not m.Concern.objects.filter(deposit=place).exists()


def test_a_record_that_comes_after_its_chain_makes_it_public(world: dict[str, Any], seen: Seen) -> None:
    draft = records.finding(record_status="draft")
    m.Disagreement.objects.get(pk=world["question"].pk).members.create(finding=draft)
    m.FindingSubject.objects.create(finding=draft, deposit=records.deposit())
    place = draft.subjects.get().deposit
    assert seen("deposit", place) == []
    m.Finding.objects.filter(pk=draft.pk).update(slug="named-later")
    hide(draft, "published")
    assert seen("deposit", place) == ["finding.subjects.deposit"]
    (link,) = seen.api.json(f"/api/v1/deposits/{place.slug}/")["disagreement_links"]
    assert link["through"] == [{"side": "finding", "slug": "named-later", "path": "finding.subjects.deposit"}]


def test_a_migration_of_data_that_hides_a_side_hides_its_chains(world: dict[str, Any], seen: Seen) -> None:
    table = "registry_resourceestimate"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SELECT pg_current_xact_id()::xid::text")
        cursor.nextset()
        ((begin,),) = cursor.fetchall()
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET record_status = 'withdrawn' WHERE id = %s", [world["estimate"].pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    reconcile.reconcile(begin, [table])
    assert seen("deposit", world["deposit"]) == ["citation.deposit", "license_event.license.sites.deposit"]


def test_chains_follow_every_change(world: dict[str, Any], seen: Seen) -> None:
    other, land = records.deposit(), records.country(slug="QQ", iso3="QQQ", m49="898")
    world["estimate"].deposit = other
    world["estimate"].save()
    assert seen("deposit", other) == ["estimate.deposit"] and len(seen("deposit", world["deposit"])) == 2
    m.Citation.objects.filter(pk=world["citation"].pk).update(deposit=other)
    assert seen("deposit", other) == ["citation.deposit", "estimate.deposit"]
    m.Deposit.objects.filter(pk=other.pk).update(country=land)
    assert seen("country", land) == ["citation.deposit.country", "estimate.deposit.country"]
    m.LicenseSite.objects.all().delete()
    assert seen("deposit", world["deposit"]) == []
    world["subject"].delete()
    assert seen("prospecting_object", world["prospecting_object"]) == []
    m.FindingSubject.objects.create(finding=world["finding"], deposit=world["deposit"])
    assert seen("deposit", world["deposit"]) == ["finding.subjects.deposit"]
    world["party"].delete()
    m.DisagreementMember.objects.filter(finding=world["finding"]).delete()
    assert seen("deposit", world["deposit"]) == [] and seen("finding", world["finding"]) == []
    m.DisagreementMember.objects.filter(estimate=world["estimate"]).update(estimate=None, deposit=world["deposit"])
    assert seen("deposit", world["deposit"]) == ["deposit"] and seen("deposit", other) == ["citation.deposit"]
