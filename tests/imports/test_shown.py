"""What a check shows of its records: as readers will see them, from a trial that is rolled back."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from imports.flows import import_stage
from imports.parts import import_parts
from imports.trial import tried
from registry.models import Citation, Deposit, ImportRow, ImportRun, License, Organization, ProspectingObject, Source
from tests.imports.given import at, load, row, stage
from tests.imports.test_several_kinds import ROW, SEVERAL, opened
from tests.records import country, square

pytestmark = pytest.mark.django_db


def facts(run: ImportRun, title: str) -> dict[str, str]:
    (found,) = (one for one in run.shown if one["title"] == title)
    return dict(found["facts"])


def test_a_check_shows_three_records_as_readers_will_see_them(tmp_path: Path, capfd: Any) -> None:
    country(slug="KZ", iso3="KAZ", name="Kazakhstan", boundary=square(60, 40, 20))
    load(tmp_path, row("1", "Akbulak"))
    versions = list(Deposit.objects.values_list("version", flat=True))
    rows = [
        row("1", "Akbulak", host_rock="syenite"),
        *(row(str(n), f"Hill {n}", commodities=[{"symbol": "Nd"}], **at(64, 45, "KZ")) for n in (2, 3, 4)),
    ]
    run = stage(tmp_path, *rows, publish=False)
    assert [(one["line"], one["outcome"]) for one in run.shown] == [(2, "changed"), (3, "new"), (4, "new")]
    assert facts(run, "Akbulak")["host_rock"] == "syenite"
    new = facts(run, "Hill 2")
    assert (new["country"], new["longitude"], new["located_in"]) == ("Kazakhstan", "64", "KZ")
    assert "A survey's list" in new["citations"] and "row 3, 2" in new["citations"]
    assert "As readers will see them" in run.report and "syenite" in run.report
    # Nothing of it stays.
    assert list(Deposit.objects.values_list("version", flat=True)) == versions and Citation.objects.count() == 1
    assert list(ImportRun.objects.values_list("state", flat=True)) == ["checked", "loaded"]
    assert ImportRow.objects.filter(run=run).count() == 4

    path, rules = tmp_path / "table.csv", tmp_path / "table.yaml"
    path.write_text("id,name\n7,Borly\n")
    rules.write_text(
        'target: "deposit"\nsource: {slug: "new-source", title: "A new source"}\nrecord:\n'
        '  external_id: {scheme: "survey", column: "id"}\n  name: "name"\n'
    )
    call_command("load", "generic", file=path, mapping=rules, dry_run=True)
    printed = capfd.readouterr().out
    assert "row 2, new, as readers will see it: Borly" in printed and "citations: A new source" in printed
    assert not Source.objects.filter(slug="new-source").exists()


def test_rows_that_refer_to_each_other_are_shown_with_what_they_refer_to(tmp_path: Path) -> None:
    country(slug="KZ", iso3="KAZ")
    file, path = opened(tmp_path, ROW, SEVERAL)
    _, licences = import_parts(import_stage, opened=file, path=path)
    assert "Sample Mining LLP" in facts(licences, "A-1")["parties"] and "66" in facts(licences, "A-1")["parties"]
    assert "Akbulak" in facts(licences, "A-1")["sites"]
    assert not License.objects.exists() and not Organization.objects.exists()

    text = "id,name,parent\n1,Upper,\n2,Lower,Upper\n"
    rules = """target: "deposit"
source: {slug: "survey-tables", title: "Tables of a survey"}
record:
  external_id: {scheme: "survey", column: "id"}
  name: "name"
  parent: "parent"
"""
    file, path = opened(tmp_path, text, rules)
    run = import_stage(opened=file, path=path)
    lower = ImportRow.objects.get(run=run, value="2")
    with tried(run, [lower.pk]) as (found,):
        assert found.record.parent.name == "Upper"
    assert not Deposit.objects.exists() and not ProspectingObject.objects.exists()
