"""Gaps and warnings: each check holds exactly where it should, on the record's page, in the list and in the filter."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.checks import CHECKS
from curation.quality import quality_of, with_warning
from registry import absences, coverage
from registry.models import Citation, Commodity, Deposit, DepositCommodity, Lacking, License, Name
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db


def names(record: Any, name: str) -> bool:
    """Tell whether the list filter finds the record by a warning, and its page says the same."""
    (check,) = [check for check in CHECKS[type(record)] if check.name == name]
    found = with_warning(type(record)._base_manager.filter(pk=record.pk), name).exists()
    assert (check.says in quality_of(record).warnings) == found
    return found


def test_a_place_outside_its_stated_country() -> None:
    home = records.country(boundary=records.square(70, 40, 10))
    records.country(boundary=records.square(80, 40, 10))
    unbounded = records.country()
    assert not names(records.deposit(at=(75, 45), country=home), "outside_country")
    assert names(records.deposit(at=(85, 45), country=home), "outside_country")
    assert names(records.deposit(at=(10, 10), country=home), "outside_country")
    assert not names(records.deposit(at=(85, 45), country=unbounded), "outside_country"), "no boundary, no judgement"
    assert not names(records.deposit(country=home), "outside_country"), "no place, no judgement"
    assert names(records.license_(area=records.square(85, 45), country=home), "outside_country")


def test_exchanged_coordinates_are_recognised() -> None:
    home = records.country(boundary=records.square(70, 40, 10))
    swapped = records.deposit(at=(45, 75), country=home)
    assert any("exchanged" in sentence for sentence in quality_of(swapped).warnings)
    elsewhere = records.deposit(at=(10, 10), country=home)
    assert not any("exchanged" in sentence for sentence in quality_of(elsewhere).warnings)


def test_copies_of_one_root_are_one_source() -> None:
    deposit = records.deposit(cited=False, record_status="draft")
    root = records.source()
    reprint = records.source(derived_from=root)
    translation = records.source(derived_from=reprint)
    for source in (reprint, translation):
        Citation.objects.create(deposit=deposit, source=source)
    assert "Only one independent source supports it; copies of one original count once." in quality_of(deposit).gaps
    Citation.objects.create(deposit=deposit, source=records.source())
    assert "Independent sources" in quality_of(deposit).present


def test_doubts_and_contradictions() -> None:
    deposit = records.deposit(at=(75, 45))
    assert not names(deposit, "doubtful_place") and not names(deposit, "contradicted")
    Citation.objects.create(deposit=deposit, source=records.source(), fields=["location"], confidence="low")
    Citation.objects.create(
        deposit=deposit, source=records.source(), relation="contradicts", fields=["location"], stated_value="elsewhere"
    )
    assert names(deposit, "doubtful_place") and names(deposit, "contradicted")


def test_names_without_a_language() -> None:
    deposit = records.deposit()
    assert not names(deposit, "name_without_language"), "the preferred name is the record's own"
    name = Name.objects.create(deposit=deposit, text="Akbulak")
    assert names(deposit, "name_without_language")
    Name.objects.filter(pk=name.pk).update(language="kk-Latn")
    assert not names(deposit, "name_without_language")


def test_what_readers_do_not_see() -> None:
    hidden = records.source(record_status="draft")
    deposit = records.deposit()
    Citation.objects.create(deposit=deposit, source=hidden)
    # Only what was published before the database kept the rule stands like this.
    finding = records.finding(source=hidden)
    assert names(deposit, "unpublished_source") and names(finding, "unpublished_source")
    type(finding).objects.filter(pk=finding.pk).update(record_status="draft")
    assert names(records.estimate(deposit=records.deposit(record_status="draft")), "hidden_parent")
    assert not names(records.estimate(), "hidden_parent")


@pytest.mark.parametrize(("expires", "expired"), [("2001", True), ("2001-12-31", True), ("9998", False), (None, False)])
def test_licences_expired_by_date(expires: str | None, expired: bool) -> None:
    assert names(records.license_(status="active", expires=expires), "expired_by_date") is expired
    assert not names(records.license_(status="expired", expires=expires), "expired_by_date")


def test_declared_and_computed_areas_that_differ() -> None:
    licence = records.license_(area=records.square(75, 42, 0.1))
    computed = License.objects.get(pk=licence.pk).computed_area_km2
    for declared, differs in ((computed, False), (computed * 1.1, False), (computed * 1.5, True), (computed * 0.5, True)):
        License.objects.filter(pk=licence.pk).update(declared_area_km2=declared)
        assert names(License.objects.get(pk=licence.pk), "area_differs") is differs


def test_other_warnings() -> None:
    assert names(records.finding(modality="reported"), "no_speaker")
    assert not names(records.finding(modality="reported", speaker="a minister"), "no_speaker")
    assert names(Commodity.objects.create(slug="X", name="x", kind="group"), "no_member")
    assert names(records.country(boundary=records.square(1, 1)), "whose_border")


@pytest.mark.parametrize("model", sorted(CHECKS, key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_each_check_is_asked_of_an_empty_record_and_of_a_full_one(model: Any) -> None:
    full = kinds.MAKERS[model._meta.model_name](rows=2)
    quality = quality_of(full)
    checks = CHECKS[model]
    assert len({check.name for check in checks}) == len(checks)
    assert quality.wanted >= len([check for check in checks if not check.is_warning])


def test_what_records_lack_is_kept_whatever_is_written(admin: Curator) -> None:
    """It follows the record and its rows, and a list finds the few among many by the index of what is lacking."""

    def behind() -> list[str]:
        return [one.name for one in absences.renderings() if one.differing()]

    def lacks(record: Any) -> set[str]:
        return set(Lacking.objects.filter(kind="deposit", record=record.pk).values_list("lacks", flat=True))

    for model in sorted(CHECKS, key=lambda model: model.__name__):
        kinds.MAKERS[model._meta.model_name](rows=2)
    hill = records.deposit(name="Bare Hill")
    hill.refresh_from_db()
    assert behind() == [] and {"no_commodity", "no_place", "no_other_name", "no_description"} <= lacks(hill)
    row = DepositCommodity.objects.create(deposit=hill, commodity=records.commodity())
    Deposit.objects.filter(pk=hill.pk).update(location="SRID=4326;POINT(70 40)", location_kind="reported")
    Name.objects.create(deposit=hill, text="Холм", language="ru-Cyrl")
    assert behind() == [] and not {"no_commodity", "no_place", "no_other_name"} & lacks(hill)
    assert "no_uncertainty" in lacks(hill)
    plain = Name.objects.create(deposit=hill, text="Holm")
    assert behind() == [] and "name_without_language" in lacks(hill)
    Name.objects.filter(pk=plain.pk).update(language="de")
    assert behind() == [] and "name_without_language" not in lacks(hill)
    row.delete()
    Deposit.objects.filter(pk=hill.pk).update(location=None, location_kind=hill.location_kind, description="Of granite.")
    assert behind() == [] and {"no_commodity", "no_place"} <= lacks(hill) and "no_description" not in lacks(hill)
    listed = admin.get("/admin/registry/deposit/?missing=no_commodity").content.decode()
    assert (
        "Bare Hill" in listed
        and listed.count('class="action-select"') == Lacking.objects.filter(kind="deposit", lacks="no_commodity").count()
    )
    draft = records.deposit(record_status="draft", cited=False)
    draft.delete()
    assert behind() == [] and not lacks(draft)
    Lacking.objects.all().delete()
    for one in absences.renderings():
        with connection.cursor() as cursor:
            one.batch(cursor, 0, 5000)
    assert behind() == [] and "no_commodity" in lacks(hill)
    with CaptureQueriesContext(connection) as queries:
        admin.get("/admin/registry/deposit/?missing=no_commodity")
    assert [one for one in queries if "NOT EXISTS" in one["sql"] and "depositcommodity" in one["sql"]] == []


def test_the_page_and_the_list_show_them(admin: Curator) -> None:
    home = records.country(boundary=records.square(70, 40, 10))
    bad = records.deposit(at=(10, 10), country=home, name="Far away")
    good = records.deposit(name="Good one")
    page = admin.get(kinds.address(bad)).content.decode()
    assert "is outside the stated country" in page and "No commodity is listed." in page and "Complete: " in page
    listed = admin.get("/admin/registry/deposit/?warning=outside_country").content.decode()
    assert "Far away" in listed and "Good one" not in listed
    assert "Far away" in admin.get("/admin/registry/deposit/?warning=any").content.decode()
    every = admin.get("/admin/registry/deposit/").content.decode()
    assert every.count('class="warned"') == 1
    assert admin.get("/admin/registry/deposit/?warning=nonsense").status_code == 302
    front = admin.get("/admin/").content.decode()
    assert "/admin/registry/deposit/?warning=any" in front and Deposit.objects.get(pk=good.pk)


def test_what_states_something_without_a_source_is_found_and_counted(admin: Any, api: Any) -> None:
    """Such values are from before each needed a source; the database adds none."""
    with coverage.restoring():
        bare = records.deposit(cited=False, host_rock="granite")
        Citation.objects.create(deposit=bare, source=records.source())
    records.deposit()
    assert list(with_warning(Deposit.objects.all(), "uncovered")) == [bare]
    assert "It states a value or row that no citation covers." in quality_of(bare).warnings
    front = admin.get("/admin/").content.decode()
    assert '<a class="warned" href="/admin/registry/deposit/?missing=uncovered">1</a>' in front
    listed = api.json("/api/v1/deposits/?uncovered=true&facet=uncovered")
    assert [one["slug"] for one in listed["results"]] == [bare.slug]
    assert bare.slug not in {one["slug"] for one in api.json("/api/v1/deposits/?uncovered=false")["results"]}
    assert api.json("/api/v1/countries/?uncovered=true", 400)["parameter"] == "uncovered"
