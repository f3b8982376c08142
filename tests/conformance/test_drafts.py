"""Drafts never leak: what is not published appears on no surface, not as a record, a link, a child, a count."""

from typing import Any

import pytest

from api.resources.resource import Resource, resource_named
from registry.models import (
    Citation,
    DepositCommodity,
    DepositParty,
    DisagreementMember,
    ExternalId,
    FindingSubject,
    FrameworkApplication,
    FrameworkEvent,
    FrameworkParty,
    GapSearch,
    GapSubject,
    LicenseParty,
    LicenseSite,
    Name,
    OrganizationMember,
    OrganizationParent,
    ReeSchemeClass,
)
from tests import records
from tests.conformance.walks import NAMES, RESOURCES, address, slugs, walk
from tests.ogc.walks import items

pytestmark = pytest.mark.django_db
MARK = "Xyzzy unpublished"
_HIDDEN = ("draft", "in_review", "withdrawn")
_LABELS = {"source": "title", "policy_framework": "title", "finding": "text", "gap": "looked_for", "disagreement": "title"}


def make(kind: str, record_status: str = "published", /, **given: Any) -> Any:
    label = {_LABELS.get(kind, "name"): MARK} if kind != "estimate" else {"measure": MARK}
    return records.MAKERS[kind](record_status=record_status, **{**label, **given})


@pytest.mark.parametrize("status", _HIDDEN)
@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_an_unpublished_record_is_nowhere(api: Any, resource: Resource, status: str) -> None:
    before = api.json(address(resource, limit=1, count="exact"))["count"]
    record = make(resource.kind, status)
    ExternalId.objects.create(**{resource.kind: record}, scheme="test", value="hidden")
    assert api.json(address(resource, limit=1, count="exact"))["count"] == before
    assert record.slug not in slugs(walk(api, resource, limit=1000))
    assert api.get(f"/api/v1/{resource.name}/{record.slug}/").status_code == 404
    assert api.json(address(resource, external_id="test:hidden"))["results"] == []
    if resource.search:
        assert api.json(address(resource, search="Xyzzy"))["results"] == []
    assert MARK not in api.get(address(resource, limit=1000, order="-id", format="csv")).content.decode()
    resource.model._default_manager.filter(pk=record.pk).update(record_status="published")
    assert record.slug in slugs(walk(api, resource, limit=1000)), "the test would see it"


@pytest.mark.parametrize("status", _HIDDEN)
def test_links_to_unpublished_records_are_left_out(api: Any, status: str) -> None:
    hidden = {kind: make(kind, status) for kind in records.MAKERS if kind not in ("estimate", "disagreement")}
    shown = records.deposit(parent=hidden["deposit"], country=hidden["country"])
    DepositCommodity.objects.create(deposit=shown, commodity=hidden["commodity"])
    DepositParty.objects.create(deposit=shown, organization=hidden["organization"])
    Citation.objects.create(deposit=shown, source=hidden["source"], quote=MARK)
    records.deposit(parent=shown, record_status=status, name=MARK)
    records.estimate(deposit=shown, record_status=status, measure=MARK)
    records.prospecting_object(became_deposit=shown, record_status=status, name=MARK)
    LicenseSite.objects.create(license=hidden["license"], deposit=shown)
    FindingSubject.objects.create(finding=hidden["finding"], deposit=shown)
    hidden_question = records.disagreement(record_status=status, title=MARK)
    DisagreementMember.objects.create(disagreement=hidden_question, deposit=shown)
    document = api.get(f"/api/v1/deposits/{shown.slug}/").content.decode()
    assert MARK not in document
    assert hidden["country"].slug not in api.json(f"/api/v1/deposits/{shown.slug}/")["located_in"]

    licence = records.license_(authority=hidden["organization"], legal_basis=hidden["policy_framework"])
    LicenseParty.objects.create(license=licence, organization=hidden["organization"])
    LicenseSite.objects.create(license=licence, deposit=hidden["deposit"])
    framework = records.framework(issuer=hidden["organization"], parent=hidden["policy_framework"])
    FrameworkParty.objects.create(framework=framework, country=hidden["country"])
    finding = records.finding(speaker_organization=hidden["organization"], speaker_source=hidden["source"])
    for kind in (
        "country",
        "region",
        "commodity",
        "deposit",
        "prospecting_object",
        "license",
        "policy_framework",
        "organization",
    ):
        FindingSubject.objects.create(finding=finding, **{kind: hidden[kind]})
    sides: list[dict[str, Any]] = [{"finding": hidden["finding"]}, {"deposit": hidden["deposit"]}, {"source": hidden["source"]}]
    sides += [{"citation": Citation.objects.create(deposit=hidden["deposit"], source=records.source(), note=MARK)}]
    sides += [{"estimate": records.estimate(deposit=hidden["deposit"], measure=MARK)}]
    question = records.disagreement(*sides, {"finding": records.finding()}, {"finding": records.finding()})
    source = records.source(derived_from=hidden["source"])
    Citation.objects.create(source=source, deposit=hidden["deposit"])
    organization = records.organization(country=hidden["country"])
    OrganizationParent.objects.create(organization=organization, parent=hidden["organization"])
    other = records.organization(record_status=status, name=MARK)
    OrganizationParent.objects.create(organization=other, parent=organization)
    OrganizationMember.objects.create(group=organization, country=hidden["country"])
    OrganizationMember.objects.create(group=organization, organization=hidden["organization"])
    OrganizationMember.objects.create(group=other, organization=organization)
    FrameworkApplication.objects.create(framework=framework, country=hidden["country"])
    FrameworkApplication.objects.create(framework=framework, organization=hidden["organization"])
    event = FrameworkEvent.objects.create(framework=framework, date="2020", status="signed")
    Citation.objects.create(framework_event=event, source=hidden["source"], quote=MARK)
    gap = records.gap()
    GapSearch.objects.create(gap=gap, source=hidden["source"], note=MARK)
    GapSubject.objects.create(gap=gap, deposit=hidden["deposit"])
    hidden_gap = records.gap(record_status=status, looked_for=MARK)
    GapSubject.objects.create(gap=hidden_gap, organization=organization)
    scheme = records.ree_scheme()
    ReeSchemeClass.objects.create(scheme=scheme, element=hidden["commodity"], ree_class="light")
    for name, record in (
        ("licenses", licence),
        ("policy-frameworks", framework),
        ("findings", finding),
        ("disagreements", question),
        ("sources", source),
        ("organizations", organization),
        ("gaps", gap),
        ("ree-schemes", scheme),
    ):
        for text in (
            api.get(f"/api/v1/{name}/{record.slug}/").content.decode(),
            api.get(f"/api/v1/{name}/?limit=1000&order=-id&format=csv").content.decode(),
        ):
            assert MARK not in text, name
    shown = api.json(f"/api/v1/sources/{source.slug}/")
    assert (shown["supports"], shown["contradicts"], shown["mentions"]) == ({}, {}, {})


def test_a_link_appears_when_its_record_is_published_and_goes_with_it(api: Any) -> None:
    parent = make("deposit", "draft")
    shown = records.deposit(parent=parent)
    page = f"/api/v1/deposits/?external_id={_identify(shown)}"
    for status, expected in (("draft", None), ("published", parent.slug), ("withdrawn", None)):
        type(parent).objects.filter(pk=parent.pk).update(record_status=status)
        link = api.json(page)["results"][0]["parent"]
        assert (link and link["slug"]) == expected


def _identify(record: Any) -> str:
    ExternalId.objects.create(deposit=record, scheme="test", value=record.slug)
    return f"test:{record.slug}"


def test_an_estimate_goes_with_its_deposit(api: Any) -> None:
    deposit = records.deposit()
    estimate = records.estimate(deposit=deposit)
    assert api.get(f"/api/v1/estimates/{estimate.slug}/").status_code == 200
    type(deposit).objects.filter(pk=deposit.pk).update(record_status="withdrawn")
    assert api.get(f"/api/v1/estimates/{estimate.slug}/").status_code == 404
    assert estimate.slug not in slugs(walk(api, resource_named("estimates"), limit=1000))


def test_filters_by_an_unpublished_record_do_not_know_it(api: Any) -> None:
    hidden = make("organization", "draft")
    assert api.json(f"/api/v1/licenses/?holder={hidden.slug}", 400)["parameter"] == "holder"


def test_the_id_of_a_citation_of_an_unpublished_source_finds_nothing(api: Any) -> None:
    deposit, source = records.deposit(), make("source", "draft")
    cited = Citation.objects.create(deposit=deposit, source=source, fields=["name"])
    ExternalId.objects.create(citation=cited, scheme="hidden", value="1")
    asked = ("/api/v1/deposits/?external_id=hidden:1", items("deposits", filter="A_CONTAINS(external_id, ('hidden:1'))"))
    for one in asked:
        assert deposit.slug not in api.get(one).content.decode()
    type(source).objects.filter(pk=source.pk).update(record_status="published")
    for one in asked:
        assert deposit.slug in api.get(one).content.decode()


def test_names_of_unpublished_records_find_nothing(api: Any) -> None:
    hidden = make("deposit", "draft")
    Name.objects.create(deposit=hidden, text="Абракадабра")
    assert api.json("/api/v1/deposits/?search=abrakadabra")["results"] == []


def test_locate_shows_only_what_is_published(api: Any) -> None:
    records.deposit(record_status="draft", at=(10, 10), name=MARK)
    records.license_(record_status="draft", area=records.square(9, 9, 2), name=MARK)
    records.country(record_status="draft", boundary=records.square(9, 9, 2), name=MARK)
    assert MARK not in api.get("/api/v1/locate/?lon=10&lat=10").content.decode()
