"""No answer to a question knows of a draft: not as a row, a link, a source, a count or a share."""

from typing import Any

import pytest
from django.db.models import Q

from api.questions.question import Question, all_questions
from registry import models as m
from tests import records
from tests.conformance.test_drafts import MARK, make
from tests.conformance.test_questions import address

pytestmark = pytest.mark.django_db


def answers(api: Any) -> dict[str, dict[str, Any]]:
    """Ask every question for all rows of all verdicts."""
    found = {one.name: api.json(_all_of(one)) for one in all_questions()}
    for one in found.values():
        for row in one["results"]:
            # A link to a draft is a change of the record that has it.
            row.pop("version", None)
    return found


def _all_of(question: Question) -> str:
    return address(question, verdict=",".join(verdict.name for verdict in question.verdicts), limit=1000)


def test_drafts_change_no_answer(api: Any) -> None:
    before = answers(api)
    published = {name: m.Country.objects.get(slug=name) for name in ("KG", "KZ", "AU", "SE", "CN")}
    asked = Q(country__in=published.values()) | Q(slug__in=("mount-weld", "mountain-pass"))
    deposits = list(m.Deposit.objects.published().select_related("country").filter(asked))
    licence = m.License.objects.get(slug="kutessay-ii-mining-licence")
    stans = m.Organization.objects.get(slug="stans-energy")
    hidden = {kind: make(kind, "draft") for kind in ("source", "organization", "country", "deposit", "prospecting_object")}
    for deposit in deposits:
        own = make("deposit", "draft", country=deposit.country, parent=deposit, at=(76.2, 42.8))
        m.ExternalId.objects.create(deposit=own, scheme="mrds", value=own.slug)
        m.Citation.objects.create(deposit=deposit, source=hidden["source"], fields=["name", "country"], quote=MARK)
        held = make("license", "draft", country=deposit.country, status="active", area=records.square(76, 42.5))
        m.LicenseSite.objects.create(license=held, deposit=deposit)
        m.LicenseParty.objects.create(license=held, organization=stans, role="holder", start="2000")
        estimate = make("estimate", "draft", deposit=deposit, reporting_code="JORC", ore_tonnes=1e9, stage="resource")
        for analyte in m.Commodity.objects.filter(ree=True, kind="oxide"):
            m.Grade.objects.create(estimate=estimate, analyte=analyte, value=1, unit="pct")
        m.DepositParty.objects.create(deposit=deposit, organization=hidden["organization"], role="owner", start="2000")
        m.GapSubject.objects.create(gap=make("gap", "draft"), deposit=deposit)
    m.LicenseParty.objects.create(license=licence, organization=hidden["organization"], role="holder", start="2000")
    m.OrganizationParent.objects.create(organization=stans, parent=hidden["organization"], start="2000")
    m.OrganizationParent.objects.create(organization=make("organization", "draft"), parent=stans, start="2000")
    for country in (*published.values(), hidden["country"]):
        for status in ("in_force", "announced"):
            framework = make(
                "policy_framework", "draft", status=status, announced="2020", in_force="2021", kind="export_control"
            )
            m.FrameworkApplication.objects.create(framework=framework, country=country)
            m.FrameworkParty.objects.create(framework=framework, country=country)
        finding = make("finding", "draft", topic="production", value=1e6, unit="t", as_of="2020")
        m.FindingSubject.objects.create(finding=finding, country=country)
        make("prospecting_object", "draft", country=country)
    for thing in m.ProspectingObject.objects.published():
        make("prospecting_object", "draft", member_of=thing, country=thing.country)
    after = answers(api)
    # What published records state of the hidden ones has no citation, which the end of a transaction would refuse.
    for rows in (m.DepositParty, m.LicenseParty, m.OrganizationParent):
        rows.objects.filter(Q(organization=hidden["organization"]) | Q(organization__name=MARK)).delete()
    m.OrganizationParent.objects.filter(parent=hidden["organization"]).delete()
    for name, said in before.items():
        assert MARK not in str(after[name]), name
        changed = {key for key in said if after[name][key] != said[key]}
        rows = [row for row in after[name]["results"] if row not in said["results"]]
        assert not changed, f"{name}: {changed} {rows[:3]}"
