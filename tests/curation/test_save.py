"""Saving a record with its rows: slugs, choices among several kinds, places, and every refusal at its field."""

from typing import Any

import pytest

from registry.models import Deposit, Finding, License, PolicyFramework, Region, ResourceEstimate, Source
from registry.refusals import _constraints, words_for
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import Form, read_form

pytestmark = pytest.mark.django_db


def refused(response: Any) -> str:
    """Give what a page says against saving; nothing was saved and nothing broke."""
    assert response.status_code == 200, response.get("Location")
    form = read_form(response.content.decode())
    assert form.errors, "the page names no error"
    return form.said


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Кундыбай", "kundibai"),
        ("Mountain Pass", "mountain-pass"),
        ("Şalkiyä (west)", "salkiya-west"),
        ("Don Kong's", "don-kongs"),
    ],
)
def test_a_slug_is_made_from_a_name_in_any_script(name: str, slug: str, admin: Curator) -> None:
    for expected in (slug, f"{slug}-2"):
        assert admin.send("/admin/registry/deposit/add/", {"name": name}).status_code == 302
        assert Deposit.objects.latest("pk").slug == expected
    assert admin.get("/admin/slug/", {"model": "deposit", "text": name}).json() == {"slug": f"{slug}-3"}


def test_a_slug_of_ones_own_is_kept_and_checked(admin: Curator) -> None:
    admin.send("/admin/registry/deposit/add/", {"name": "Akbulak", "slug": "ak-bulak"})
    assert Deposit.objects.get().slug == "ak-bulak"
    assert "already in use" in refused(admin.send("/admin/registry/deposit/add/", {"name": "Another", "slug": "AK-bulak"}))
    assert "single hyphens" in refused(admin.send("/admin/registry/deposit/add/", {"name": "Another", "slug": "a b"}))
    assert "Enter a slug" in refused(admin.send("/admin/registry/deposit/add/", {"name": "☃☃"}))


def test_the_slug_of_what_was_published_is_left_alone(admin: Curator) -> None:
    deposit = records.deposit(slug="kutessay")
    page = kinds.address(deposit)
    assert "slug" not in admin.open(page).data
    assert admin.send(page, {"name": "Kutessay II", "slug": "other"}).status_code == 302
    assert Deposit.objects.get(pk=deposit.pk).slug == "kutessay"


def test_estimates_findings_and_licences_make_slugs_of_what_they_have(admin: Curator) -> None:
    deposit = records.deposit(slug="kutessay")
    admin.send(
        "/admin/registry/resourceestimate/add/",
        {"record": f"deposit:{deposit.pk}", "reporting_code": "JORC", "effective": "2011"},
    )
    assert ResourceEstimate.objects.get().slug == "kutessay-jorc-2011-estimate"
    text = "There is more of it than anybody thought at the time, and deeper"
    admin.send(
        "/admin/registry/finding/add/",
        {"text": text, "topic": "reserves", "modality": "opinion", "source": records.source().pk},
    )
    assert Finding.objects.get().slug == "there-is-more-of-it-than-anybody-thought"
    country = records.country(name="Kyrgyzstan")
    admin.send("/admin/registry/license/add/", {"number": "3069", "country": country.pk})
    assert License.objects.get().slug == "kyrgyzstan-licence-3069"


def test_new_records_are_drafts_whatever_is_sent(admin: Curator) -> None:
    admin.send("/admin/registry/deposit/add/", {"name": "Akbulak", "record_status": "published", "version": "99", "uid": "x"})
    assert Deposit.objects.get().record_status == "draft" and Deposit.objects.get().version == 1


def test_rows_point_at_records_of_several_kinds(admin: Curator) -> None:
    finding, deposit, region = records.finding(), records.deposit(), records.region()
    rows = {
        "subjects-TOTAL_FORMS": "2",
        "subjects-0-record": f"deposit:{deposit.pk}",
        "subjects-1-record": f"region:{region.pk}",
    }
    assert admin.send(kinds.address(finding), rows).status_code == 302
    assert {str(s) for s in finding.subjects.all()} == {deposit.name, region.name}
    form = admin.open(kinds.address(finding))
    assert form.data["subjects-0-record"] == f"deposit:{deposit.pk}" and f">{deposit.name} " in form.html
    other = records.region()
    changed = {"subjects-0-record": f"region:{other.pk}", "subjects-1-DELETE": "on"}
    assert admin.send(kinds.address(finding), changed).status_code == 302
    subject = finding.subjects.get()
    assert (subject.region, subject.deposit) == (other, None)


@pytest.mark.parametrize(
    "value", ["deposit:999999", "deposit:x", "country:1", "deposit:", "nothing", "deposit:99999999999999999999"]
)
def test_a_wrong_choice_is_an_error_of_the_form(value: str, admin: Curator) -> None:
    response = admin.send("/admin/registry/resourceestimate/add/", {"record": value, "slug": "x"})
    assert "This record does not exist" in refused(response)


def test_an_estimate_knows_what_it_is_for_from_the_address(admin: Curator) -> None:
    deposit = records.deposit()
    form = admin.open(f"/admin/registry/resourceestimate/add/?deposit={deposit.pk}")
    assert form.data["record"] == f"deposit:{deposit.pk}"


def test_the_preferred_name_is_left_to_the_database(admin: Curator) -> None:
    deposit = records.deposit(name="Kutessay")
    form = admin.open(kinds.address(deposit))
    assert form.data["names-TOTAL_FORMS"] == "0" and 'value="preferred"' not in form.html
    rows = {"names-TOTAL_FORMS": "1", "names-0-text": "Кутессай", "names-0-language": "ru-Cyrl", "names-0-kind": "official"}
    assert admin.send(kinds.address(deposit), {**rows, "name": "Kutessay II"}).status_code == 302
    assert set(deposit.names.values_list("text", "kind")) == {("Kutessay II", "preferred"), ("Кутессай", "official")}
    assert "not one of the available choices" in refused(admin.send(kinds.address(deposit), {"names-0-kind": "preferred"}))


def test_unknown_stays_null_and_lists_go_by_lines(admin: Curator) -> None:
    admin.send("/admin/registry/source/add/", {"title": "A report", "authors": "Smith, J.\n Ли \n\n", "publisher": " "})
    source = Source.objects.get()
    assert source.authors == ["Smith, J.", "Ли"] and (source.publisher, source.url, source.language) == (None, None, None)
    admin.send("/admin/registry/policyframework/add/", {"title": "A law", "topics": "mining\ntax", "license_kinds": ["mining"]})
    framework = PolicyFramework.objects.get()
    assert framework.topics == ["mining", "tax"] and framework.license_kinds == ["mining"]
    form = admin.open(kinds.address(framework))
    assert form.data["topics"].splitlines() == ["mining", "tax"] and form.data["license_kinds"] == ["mining"]


def test_a_stated_value_is_json_or_plain_words(admin: Curator) -> None:
    deposit = records.deposit()
    citation = deposit.citations.get()
    form = admin.open(kinds.address(deposit))
    for typed, kept in (("another place", "another place"), ('{"a": [1]}', {"a": [1]}), ("12", 12), ('"12"', "12"), ("", None)):
        assert admin.send(kinds.address(deposit), {"citations-0-stated_value": typed}, form).status_code == 302
        citation.refresh_from_db()
        assert citation.stated_value == kept
        form = admin.open(kinds.address(deposit))
        assert form.data["citations-0-stated_value"] == typed


RULES = [
    ("deposit", {"location_kind": "unknown"}, "must state their origin"),
    ("deposit", {"location": ""}, "requires a point or an outline"),
    ("deposit", {"location_uncertainty_m": "-5", "uncertainty_basis": "stated"}, "An uncertainty must be above zero"),
    ("deposit", {"admin_code": "kz"}, "the form KZ-KAR"),
    ("deposit", {"discovery_year": "3000"}, "2200"),
    ("deposit", {"citations-0-DELETE": "on", "citations-1-DELETE": "on"}, "without a citation"),
    ("deposit", {"commodities-TOTAL_FORMS": "2"}, "duplicate"),
    ("resourceestimate", {"reporting_code": "GKZ", "category": "measured"}, "no such category"),
    ("resourceestimate", {"unfc_class": "E2F2G1"}, "requires the code UNFC"),
    ("resourceestimate", {"ore_tonnes_low": "9e9"}, "low ≤ value ≤ high"),
    ("resourceestimate", {"grades-0-value": "101"}, "at most 100 %"),
    ("resourceestimate", {"effective": "2019-13"}, "This day does not exist"),
    ("license", {"status": "applied", "granted": "2020"}, "not a licence granted"),
    ("license", {"count": "3"}, "only counted"),
    ("license", {"parties-0-share_pct": "101"}, "at most 100"),
    ("license", {"parties-0-private_holder": "on"}, "either an organization or a private holder"),
    ("prospectingobject", {"count": "12"}, "only counted"),
    ("commodity", {"atomic_number": "9"}, "An element must have an atomic number"),
    ("country", {"iso3": "kaz"}, "three capital letters"),
    ("region", {"m49": "1"}, "three digits"),
    ("finding", {"value": "5"}, "A value requires a unit"),
    (
        "disagreement",
        {"members-0-DELETE": "on", "members-1-DELETE": "on", "members-2-DELETE": "on", "members-3-DELETE": "on"},
        "two or more sides",
    ),
]


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in RULES}))
def test_a_broken_rule_is_named_at_the_form_and_nothing_is_saved(kind: str, admin: Curator) -> None:
    """A form that was refused may be sent again."""
    record: Any = kinds.MAKERS[kind]()
    form = admin.open(kinds.address(record))
    typed = {"description": "typed and kept"} if "description" in form.data else {}
    events = type(record).history.rel.related_model.objects
    before = events.count()
    for changes, words in ((changes, words) for broken, changes, words in RULES if broken == kind):
        response = admin.send(kinds.address(record), {**_with_rows(changes, form, kind), **typed}, form)
        assert words in refused(response)
        assert events.count() == before, words
        assert not typed or "typed and kept" in response.content.decode(), words


def _with_rows(changes: dict[str, str], form: Form, kind: str) -> dict[str, str]:
    """Repeat a row, or delete those that there are, where the change is one of rows."""
    if "commodities-TOTAL_FORMS" in changes:
        return {**changes, "commodities-1-commodity": form.data["commodities-0-commodity"], "commodities-1-role": "main"}
    if kind == "disagreement":
        there = {name: value for name, value in changes.items() if name.replace("DELETE", "id") in form.data}
        return there | {f"members-{n}-DELETE": "on" for n in range(int(form.data["members-TOTAL_FORMS"]) - 1)}
    return changes


def test_shares_beyond_the_whole_are_refused_at_the_end(admin: Curator) -> None:
    licence = records.license_(name="A licence")
    rows: dict[str, Any] = {"parties-TOTAL_FORMS": "2"}
    for number in range(2):
        organization = records.organization(slug=f"holder-{number}")
        rows |= {
            f"parties-{number}-organization": organization.pk,
            f"parties-{number}-role": "holder",
            f"parties-{number}-share_pct": "60",
        }
    assert "exceed 100 per cent" in refused(admin.send(kinds.address(licence), rows))
    assert not licence.parties.exists()


def test_a_cycle_is_refused_at_its_field(admin: Curator) -> None:
    parent = records.region(slug="parent")
    child = records.region(slug="child", parent=parent)
    assert "own ancestors" in refused(admin.send(kinds.address(parent), {"parent": child.pk}))
    assert Region.objects.get(pk=parent.pk).parent is None


def test_every_rule_of_the_database_has_words() -> None:
    assert [name for name in _constraints() if not words_for(name)[1]] == []


def test_a_field_of_the_form_is_named_for_a_rule() -> None:
    assert words_for("deposit_location_kind_place")[0] == "location_kind"


def test_members_of_a_region_are_rows(admin: Curator) -> None:
    region, country = records.region(), records.country()
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-0-country": country.pk}
    assert admin.send(kinds.address(region), rows).status_code == 302
    assert [m.country for m in Region.objects.get(pk=region.pk).memberships.all()] == [country]
