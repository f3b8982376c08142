"""What a check says before anything is written: probable doubles, unknown words, the map; and edited exports, loaded again."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from imports.flows import import_load, import_stage, import_undo
from imports.progress import silent
from imports.report.pairs import pairs_of
from imports.source_file import GENERIC, guess, open_file
from imports.write.whole import work_of
from registry.models import Deposit, ImportProblem, ImportRun
from tests.imports.given import at, load, row, stage
from tests.imports.sample_files import case
from tests.records import country, deposit, source, square

pytestmark = pytest.mark.django_db


def said(run: ImportRun, rule: str) -> list[Any]:
    return list(ImportProblem.objects.filter(run=run, rule=rule).order_by("line").values_list("line", "value"))


def test_probable_doubles_are_named_before_anything_is_written_and_taken_for_the_same(tmp_path: Path) -> None:
    here = country(slug="KZ", iso3="KAZ", boundary=square(60, 40, 20))
    there = deposit(slug="kundybai", name="Kundybai", country=here, location="POINT(61.5 51.5)", location_kind="reported")
    rows = [row("1", "Kundibai", **at(61.51, 51.51, "KZ")), row("2", "Some other hill", **at(75, 45, "KZ"))]
    checked = stage(tmp_path, *rows)
    assert said(checked, "probable-match") == [(2, "kundybai")]
    (message,) = ImportProblem.objects.filter(run=checked, rule="probable-match").values_list("message", flat=True)
    assert "Kundybai" in message and "score 0." in message and "km apart" in message
    assert Deposit.objects.count() == 1
    (pair,) = pairs_of(work_of(checked, silent))
    assert (pair.name, pair.slug, pair.row, pair.record) == ("Kundibai", "kundybai", (61.51, 51.51), (61.5, 51.5))
    (x, y), (record_x, record_y) = pair.drawn
    assert pair.km == pytest.approx(1.31, abs=0.02) and record_x < x and record_y > y and pair.bar[1] in ("500 m", "1 km")
    # The map shows the row in the colour of the list of matches, and the pair as a line.
    assert checked.report.count('<circle class="match"') == 2 and checked.report.count('<circle class="record"') == 1

    same = load(tmp_path, *rows, options={"same": {"1": "kundybai"}})
    assert (same.counts["new"], same.counts["changed"]) == (1, 1)
    assert [str(e) for e in there.external_ids.all()] == ["survey:1"]
    assert "Kundibai" in {name.text for name in there.names.all()}
    assert load(tmp_path, *rows).counts["unchanged"] == 2
    import_undo(run=same)
    assert not there.external_ids.exists()


def test_unknown_words_are_counted_and_the_map_agrees_with_the_list(tmp_path: Path, capfd: Any) -> None:
    path, rules = case("unknown_commodities.csv"), tmp_path / "m.yaml"
    country(slug="KZ", iso3="KAZ", name="Kazakhstan", boundary=square(60, 35, 20))
    rules.write_text(guess(path))
    call_command("load", "generic", file=path, mapping=rules, dry_run=True)
    printed = capfd.readouterr().out
    assert "blue clay 3, fool’s ore 2" in printed or "blue clay 3, fool's ore 2" in printed, printed

    path = case("swapped_licence.geojson")
    rules.write_text(guess(path))
    run = import_stage(opened=open_file(path, GENERIC, rules), path=path)
    doubtful = ImportProblem.objects.filter(run=run, rule__in=("swapped", "outside-country")).count()
    assert doubtful and run.report.count('class="doubtful"') == doubtful

    path = case("self_crossing.geojson")
    rules.write_text(guess(path))
    call_command("load", "generic", file=path, mapping=rules, dry_run=True)
    out, err = capfd.readouterr()
    assert "Self-intersection" not in out + err and "GEOS" not in out + err


def edited(client: Client, tmp_path: Path, change: dict[str, str]) -> tuple[Path, Path]:
    """Export the deposits, change the first row as in a spreadsheet, and guess the mapping of the result."""
    response = client.get("/api/v1/deposits/export/?format=csv&order=slug")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0] |= change
    path, rules = tmp_path / "deposits.csv", tmp_path / "deposits.yaml"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    rules.write_text(guess(path))
    return path, rules


def take(path: Path, rules: Path, flow: Any = import_load) -> ImportRun:
    run: ImportRun = flow(opened=open_file(path, GENERIC, rules), path=path)
    return run


@pytest.mark.django_db(transaction=True)
def test_an_export_is_edited_and_loaded_again(client: Client, tmp_path: Path) -> None:
    with transaction.atomic():
        here = country(slug="KZ", iso3="KAZ", boundary=square(60, 40, 20))
        first = deposit(slug="a-first", name="First", country=here, host_rock="syenite", discovery_year=1950)
        place = {"location": "POINT(65.123456789 45.5)", "location_kind": "reported"}
        second = deposit(slug="b-second", name="Second", country=here, **place)
        source(slug="field-book")
    path, rules = edited(client, tmp_path, {})
    same = take(path, rules)
    assert (same.counts["unchanged"], same.counts["new"], same.counts["changed"]) == (2, 0, 0), same.counts

    path, rules = edited(client, tmp_path, {"host_rock": "granite", "discovery_year": "", "name": "First hill"})
    rules.write_text(rules.read_text().replace("edited-export", "field-book"))
    run = take(path, rules)
    first.refresh_from_db()
    assert (run.counts["changed"], run.counts["unchanged"]) == (1, 1)
    assert (first.host_rock, first.discovery_year, first.name) == ("granite", None, "First hill")
    cited = first.citations.get(source__slug="field-book")
    assert set(cited.fields) == {"host_rock", "name"}
    assert second.citations.count() == 1

    # Somebody changes the record after the export.
    path, rules = edited(client, tmp_path, {"host_rock": "basalt"})
    Deposit.objects.filter(pk=first.pk).update(age="Permian")
    late = take(path, rules, import_stage)
    assert [value for _, value in said(late, "changed-since")] and late.counts["changed"] == 0
    path, rules = edited(client, tmp_path, {"uid": "00000000-0000-0000-0000-000000000000"})
    assert said(take(path, rules, import_stage), "unknown-record")

    import_undo(run=run)
    first.refresh_from_db()
    assert first.host_rock == "granite", "changed since: left alone"
