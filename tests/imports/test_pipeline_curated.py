"""Curated edits win, and sources may disagree: a load never overwrites what somebody else wrote."""

from pathlib import Path
from typing import Any

import pghistory
import pytest

from registry.models import Citation, Deposit, ImportProblem, ImportRun, License, Name
from tests.imports.given import CARD, at, load, row, stage
from tests.records import commodity, country, deposit, license_, square

pytestmark = pytest.mark.django_db


def told(run: ImportRun, rule: str) -> list[ImportProblem]:
    return list(run.found.filter(rule=rule))


def test_a_curated_edit_stands_and_is_reported(tmp_path: Path) -> None:
    load(tmp_path, row("1", host_rock="syenite", age="Permian"))
    with pghistory.context(user=1, reason="seen in the field"):
        Deposit.objects.filter(external_ids__value="1").update(host_rock="nepheline syenite")
    run = load(tmp_path, row("1", host_rock="granite", age="Triassic"))
    record = Deposit.objects.get(external_ids__value="1")
    assert (record.host_rock, record.age) == ("nepheline syenite", "Triassic")
    [problem] = told(run, "curated-edit")
    assert (problem.column, problem.value, problem.is_error) == ("host_rock", "granite", False)
    assert "nepheline syenite" in problem.message
    again = load(tmp_path, row("1", host_rock="granite", age="Triassic"))
    assert again.counts["changed"] == 0 and len(told(again, "curated-edit")) == 1, "it is told until it is decided"


def test_a_value_that_a_curator_has_emptied_stays_empty(tmp_path: Path) -> None:
    load(tmp_path, row("1", host_rock="syenite"))
    Deposit.objects.filter(external_ids__value="1").update(host_rock=None)
    assert load(tmp_path, row("1", host_rock="granite")).counts["changed"] == 0
    assert Deposit.objects.get(external_ids__value="1").host_rock is None


def test_what_the_file_no_longer_knows_is_unknown_again(tmp_path: Path) -> None:
    load(tmp_path, row("1", host_rock="syenite", age="Permian"))
    load(tmp_path, row("1", host_rock=None))
    record = Deposit.objects.get(external_ids__value="1")
    assert (record.host_rock, record.age) == (None, "Permian"), "a column that is absent is not touched"


@pytest.fixture
def seeded(db: None) -> Deposit:
    """Make a record that came from elsewhere, with the id by which the file knows it."""
    record = deposit(name="Kutessay II", at=(76.1, 42.8), deposit_type="vein", host_rock=None)
    record.external_ids.create(scheme="survey", value="1")
    return record


def test_a_record_from_elsewhere_is_filled_only_where_it_has_nothing(tmp_path: Path, seeded: Deposit) -> None:
    rows = row("1", "Kutessai", **at(76.3, 42.8), deposit_type="carbonatite", host_rock="granophyre", discovery_year=1940)
    run = load(tmp_path, rows)
    seeded.refresh_from_db()
    assert (seeded.name, seeded.deposit_type, seeded.location.x) == ("Kutessay II", "vein", 76.1)
    assert (seeded.host_rock, seeded.discovery_year) == ("granophyre", 1940)
    assert Name.objects.filter(deposit=seeded, text="Kutessai", kind="alternate").exists()
    stated = {",".join(c.fields): c for c in seeded.citations.filter(source__slug=CARD.slug)}
    carried = "discovery_year,host_rock,names:Kutessai"
    assert set(stated) == {carried, "deposit_type", "location"}
    assert (stated[carried].relation, stated[carried].locator) == ("supports", "row 2, 1")
    assert (stated["deposit_type"].relation, stated["deposit_type"].stated_value) == ("contradicts", "carbonatite")
    assert stated["location"].stated_value == {"type": "Point", "coordinates": [76.3, 42.8]}
    assert run.counts["changed"] == 1 and len(told(run, "sources-disagree")) == 3
    events = seeded.history.count(), Citation.objects.count()
    again = load(tmp_path, rows)
    assert again.counts["changed"] == 0 and events == (seeded.history.count(), Citation.objects.count())
    assert "It is as at the last load." in {p.fix for p in told(again, "sources-disagree")}


def test_what_the_file_filled_it_may_change_and_nothing_else(tmp_path: Path, seeded: Deposit) -> None:
    load(tmp_path, row("1", "Kutessay II", deposit_type="vein", host_rock="granophyre"))
    load(tmp_path, row("1", "Kutessay II", deposit_type="skarn", host_rock="granite"))
    seeded.refresh_from_db()
    assert (seeded.deposit_type, seeded.host_rock) == ("vein", "granite"), "that both once said the same makes it nobody's else"


def test_two_points_close_together_are_one_place(tmp_path: Path, seeded: Deposit) -> None:
    load(tmp_path, row("1", "Kutessay II", **at(76.1002, 42.8002)))
    assert not seeded.citations.exclude(relation="supports").exists()


def test_a_record_in_several_rows_is_cited_by_each_and_filled_by_none(tmp_path: Path, seeded: Deposit) -> None:
    seeded.external_ids.create(scheme="survey", value="2")
    rows = row("1", "Kutessay II", host_rock="granophyre"), row("2", "Kutessay II", host_rock="granite")
    load(tmp_path, *rows)
    seeded.refresh_from_db()
    assert seeded.host_rock is None
    assert set(seeded.citations.filter(source__slug=CARD.slug).values_list("locator", flat=True)) == {"row 2, 1", "row 3, 2"}
    assert load(tmp_path, *rows).counts["changed"] == 0


def test_lists_follow_the_file_while_nobody_else_touches_them(tmp_path: Path) -> None:
    for slug in ("XA", "XB", "XC"):
        commodity(slug=slug)

    def holding(*symbols: str) -> dict[str, Any]:
        return row("1", commodities=[{"symbol": symbol} for symbol in symbols])

    def held() -> list[str]:
        return sorted(Deposit.objects.get(external_ids__value="1").commodities.values_list("commodity__slug", flat=True))

    load(tmp_path, holding("XA", "XB"))
    load(tmp_path, holding("XB", "XC"))
    assert held() == ["XB", "XC"]
    Deposit.objects.get(external_ids__value="1").commodities.get(commodity__slug="XC").delete()
    # In a transaction of its own the record's version would move; here all is one.
    Deposit.objects.filter(external_ids__value="1").update(location_kind="admin_only")
    run = load(tmp_path, holding("XA", "XC"))
    assert held() == ["XB"] and [p.column for p in told(run, "curated-edit")] == ["commodities"]


def test_a_withdrawn_record_is_left_alone(tmp_path: Path) -> None:
    load(tmp_path, row("1"))
    Deposit.objects.filter(external_ids__value="1").update(record_status="withdrawn")
    run = load(tmp_path, row("1", "Another name"))
    assert run.counts["left"] == 1 and Deposit.objects.get(external_ids__value="1").name == "Akbulak"
    assert "left as it is" in told(run, "withdrawn")[0].message


def test_a_merged_record_is_followed_to_the_one_it_was_merged_into(tmp_path: Path) -> None:
    survivor = deposit(name="Akbulak", host_rock=None)
    load(tmp_path, row("1"))
    Deposit.objects.filter(external_ids__value="1").update(record_status="merged", merged_into=survivor)
    load(tmp_path, row("1", host_rock="granite"))
    survivor.refresh_from_db()
    assert survivor.host_rock == "granite" and Deposit.objects.count() == 2


def test_a_licence_is_found_by_its_number_and_gains_the_id(tmp_path: Path) -> None:
    here = country(boundary=square(60, 40))
    held = license_(country=here, number="E 70/1")
    given = {
        "external_id": {"scheme": "tenement", "value": "E7001"},
        "country": here.slug,
        "number": "E 70/1",
        "kind": "exploration",
    }
    run = load(tmp_path, given, target="license")
    assert run.counts["changed"] == 1 and License.objects.count() == 1
    held.refresh_from_db()
    assert held.kind == "exploration" and str(held.external_ids.get()) == "tenement:E7001"


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, seeded: Deposit) -> None:
    before = seeded.history.count(), Deposit.objects.count(), Citation.objects.count()
    run = stage(tmp_path, row("1", "Kutessai", host_rock="granite"), row("2"))
    assert (run.counts["new"], run.counts["changed"], run.state) == (1, 1, "checked")
    assert before == (seeded.history.count(), Deposit.objects.count(), Citation.objects.count())
    assert "Checked, not loaded." in run.report
