"""Rows checked against the registry: a bad row is reported with its fix, and never stops the others."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from imports.errors import ImportRefused
from imports.flows import import_confirm, import_load
from imports.refusal import FileRefused
from imports.report.rules import TITLES
from imports.results import new_record_ids, rows_to_fix
from imports.rows import Problem
from registry.models import Deposit, ImportProblem, ImportRow, ImportRun, License, Source
from tests.imports.given import Given, at, load, row, stage
from tests.records import country, deposit, license_, square

pytestmark = pytest.mark.django_db


def told(run: ImportRun) -> dict[int, str]:
    return dict(run.found.order_by("line").values_list("line", "rule"))


@pytest.fixture
def here(db: None) -> Any:
    """Make a country about (65, 45)."""
    return country(boundary=square(60, 40, 10), name="Here")


def test_a_place_elsewhere_is_a_warning_with_the_likely_fix(tmp_path: Path, here: Any) -> None:
    code = here.slug
    there = country(boundary=square(40, 60, 10), name="There")
    run = load(
        tmp_path,
        row("1", "At home", **at(65, 45, code)),
        row("2", "Swapped", **at(45, 65, code)),
        row("3", "West", **at(-65, 45, code)),
        row("4", "South", **at(65, -45, code)),
        row("5", "Both", **at(-65, -45, code)),
        row("6", "Digit", **at(65, 5, code)),
        row("7", "Elsewhere", **at(100, 80, code)),
        row("8", "By the coast", **at(70.01, 45, code)),
        row("9", "Digit of the longitude", **at(5.5, 45, code)),
    )
    assert told(run) == {
        3: "swapped", 4: "sign-lost", 5: "sign-lost", 6: "sign-lost", 7: "digit-lost", 8: "outside-country", 10: "digit-lost",
    }  # fmt: skip
    assert run.counts["new"] == 9 and run.counts["refused"] == 0, "a place elsewhere is never refused"
    swapped = run.found.get(line=3)
    assert swapped.value == "65, 45" and "lies in There" in swapped.message
    assert swapped.fix == "Latitude and longitude look swapped: 45, 65 lies in Here."
    assert run.found.get(line=7).fix == "A digit may be missing: 45, 65 lies in Here."
    assert run.found.get(line=8).fix == ""
    kept = Deposit.objects.get(external_ids__value="2")
    assert kept.country == here and kept.location.coords == (45, 65) and kept.located_in == [there.pk]


def test_the_rules_of_the_database_are_told_row_by_row(tmp_path: Path) -> None:
    run = load(
        tmp_path,
        row("1"),
        row("2", "Null Island", location=(0, 0), location_kind="reported"),
        row("3", "Kind without a place", location_kind="reported"),
        row("4", "Too early", discovery_year=1200),
        row("5", "Out of range", location=(65.0, 95.0), location_kind="reported"),
        row("6", ""),
        row("7", "Odd code", admin_code="Kazakhstan"),
    )
    assert (run.counts["new"], run.counts["refused"]) == (1, 6)
    assert told(run) == {
        3: "deposit_location_sound", 4: "deposit_location_kind_place", 5: "deposit_discovery_year", 6: "deposit_location_sound",
        7: "deposit_named", 8: "too-long",
    }  # fmt: skip
    early = run.found.get(line=5)
    assert (early.column, early.value, early.message) == (
        "discovery_year",
        "1200",
        "A year of discovery must be between 1500 and 2200.",
    )


def test_a_licence_is_held_to_its_own_rules(tmp_path: Path, here: Any) -> None:
    license_(country=here, number="E 9")

    def tenement(value: str, **given: Any) -> dict[str, Any]:
        return {"external_id": {"scheme": "tenement", "value": value}, "country": here.slug, "number": f"E {value}", **given}

    bow_tie = Polygon(((61, 41), (62, 42), (62, 41), (61, 42), (61, 41)), srid=4326)
    run = load(
        tmp_path,
        tenement("1", area=square(61, 41).hexewkb.decode()),
        tenement("2", area=bow_tie.hexewkb.decode()),
        tenement("3", status="applied", granted="2020"),
        tenement("4", number="E 1"),
        tenement("5", parties=[{"organization": "A Ltd", "share_pct": 60}, {"organization": "B Ltd", "share_pct": 60}]),
        tenement("6", area=MultiPolygon(Polygon.from_bbox((100, 10, 101, 11)), srid=4326).hexewkb.decode()),
        tenement("7", expires="2021-02-30"),
        tenement("8", area="not a shape"),
        tenement("10", country="ZZ"),
        target="license",
    )
    assert told(run) == {
        3: "license_area_sound", 4: "license_application_not_granted", 5: "repeated-number", 6: "shares", 7: "outside-country",
        8: "no-such-date", 9: "no-shape", 10: "unknown-country",
    }  # fmt: skip
    assert License.objects.filter(external_ids__scheme="tenement").count() == run.counts["new"] == 2


def test_rows_that_are_wrong_in_themselves(tmp_path: Path) -> None:
    deposit().citations.get().external_ids.create(scheme="survey", value="taken")
    run = load(
        tmp_path,
        row("1"),
        row("1", "The same again"),
        {"name": "No id"},
        row("taken"),
        row("3", "N" * 250),
        row("4", commodities=[{"symbol": "Xx"}]),
        row("5", location=(float("nan"), 1), location_kind="reported"),
        row("6", "A\x00B"),
        row("7", colour="red"),
        row("8", "Lone \ud800 surrogate"),
        row("9", deposit_type="volcano"),
    )
    assert told(run) == {
        3: "repeated-external-id", 4: "no-id", 5: "id-of-another-kind", 6: "too-long", 7: "unknown-commodity", 8: "no-point",
        9: "forbidden-character", 10: "unknown-key", 12: "unknown-code",
    }  # fmt: skip
    assert run.counts["new"] == 4 and Deposit.objects.get(external_ids__value="3").name.endswith("N…")


def test_what_reader_and_mapping_found_is_told_too(tmp_path: Path) -> None:
    found = {
        2: (Problem("country-former-name", "Zaire is Congo now.", "country", "Zaire", is_error=False),),
        3: (Problem("odd", "No."),),
    }
    run = load(tmp_path, row("1"), row("2"), problems=found)
    assert (run.counts["new"], run.counts["refused"], run.counts["warned"]) == (1, 1, 1)
    assert "Zaire is Congo now." in run.report


def test_rows_to_fix_come_as_csv_with_the_columns_of_the_file(tmp_path: Path) -> None:
    run = load(tmp_path, row("1"), row("2", "=cmd()", discovery_year=1200))
    lines = list(rows_to_fix(run))
    assert lines[0] == "id,name,import_row,import_problems\r\n"
    assert lines[1] == "3,'=cmd(),3,A year of discovery must be between 1500 and 2200.\r\n" and len(lines) == 2
    assert len(new_record_ids(run)) == 1


def test_slugs_are_stable_unique_and_made_of_name_and_id(tmp_path: Path) -> None:
    deposit(slug="akbulak-survey-1")
    load(
        tmp_path,
        row("1"),
        row("a b", "Ak Bulak"),
        row("a-b", "Ak-Bulak"),
        row("4", "Ақбұлақ"),
        row("5", "鈾"),
        row("6", "X" * 200),
    )
    slugs = list(Deposit.objects.filter(external_ids__scheme="survey").order_by("id").values_list("slug", flat=True))
    assert slugs[3:] == ["akbulak-survey-4", "iou-survey-5", f"{'x' * 60}-survey-6"]
    assert [re.sub("[0-9a-f]{8}$", "…", slug) for slug in slugs[:3]] == [
        "akbulak-survey-1-…",
        "ak-bulak-survey-a-b-…",
        "ak-bulak-survey-a-b-…",
    ]
    assert len(set(slugs)) == 6


def test_drafts_stay_drafts_with_their_source_and_never_leak(tmp_path: Path, api: Any) -> None:
    load(tmp_path, row("1"), publish=False)
    assert Deposit.objects.get().record_status == Source.objects.get(slug="survey-list").record_status == "draft"
    assert api.json("/api/v1/deposits/")["results"] == [] and api.json("/api/v1/sources/")["results"] == []


def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    class Broken(Given):
        def rows(self) -> Any:
            yield from super().rows()
            raise FileRefused("list.csv", "truncated", "The file ends in the middle of a row.")

    path = tmp_path / "list.csv"
    path.write_text("x")
    with pytest.raises(FileRefused):
        import_load(opened=Broken([row("1"), row("2")]), path=path)
    run = ImportRun.objects.get()
    assert (run.state, Deposit.objects.count(), ImportRow.objects.count()) == ("failed", 0, 0)
    assert "ends in the middle" in run.message


def test_an_import_that_was_interrupted_is_called_failed_by_the_next(tmp_path: Path) -> None:
    dead = ImportRun.objects.create(kind="survey-list", target="deposit", file_name="list.csv", file_sha256="0", file_bytes=1)
    load(tmp_path, row("1"))
    dead.refresh_from_db()
    assert (dead.state, dead.message) == ("failed", "It was interrupted; nothing was written.")


def test_a_refusal_of_the_database_takes_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from imports.plan import planned_records

    monkeypatch.setattr(planned_records, "_hold_against_rules", lambda work: None)
    with pytest.raises(ImportRefused, match="year of discovery"):
        load(tmp_path, row("1"), row("2", discovery_year=1200))
    assert not Deposit.objects.exists() and ImportRun.objects.get().state == "failed"


def test_what_was_staged_is_confirmed_once_and_compared_anew(tmp_path: Path) -> None:
    run = stage(tmp_path, row("1", host_rock="granite"), row("2"))
    held = deposit(name="Made meanwhile", host_rock=None)
    held.external_ids.create(scheme="survey", value="1")
    import_confirm(run=run)
    assert (run.state, run.counts["new"], run.counts["changed"]) == ("loaded", 1, 1)
    with pytest.raises(ImportRefused, match="loaded"):
        import_confirm(run=run)


def test_a_report_escapes_what_a_file_brings(tmp_path: Path) -> None:
    run = load(tmp_path, row("1", "<script>alert(1)</script>", discovery_year=1200), row("2", "<b>bold</b>"))
    assert "<script>" not in run.report and "<b>bold" not in run.report and "&lt;script&gt;" in run.report


def test_every_rule_of_ours_has_a_title(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2] / "imports"
    # All files: a rule that moves into another one is still found.
    text = "".join(path.read_text() for path in (*root.glob("*.py"), *(root / "plan").glob("*.py")))
    rules = set(re.findall(r'Problem\(f?"([a-z-]+)"', text)) | {"swapped", "sign-lost", "digit-lost", "outside-country"}
    assert rules - set(TITLES) - {"unknown-"} == set()
    assert ImportProblem.objects.count() == 0
