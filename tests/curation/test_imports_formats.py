"""Each format uploaded in the admin: checked whatever its name, and loaded; and what the pages say of how it was read."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.models import Deposit, ImportRun
from tests import records
from tests.curation.conftest import Curator
from tests.curation.uploads import press, uploaded
from tests.imports.sample_files import case
from tests.imports.test_reading_formats import SHAPES, TABLES

pytestmark = pytest.mark.django_db

#: Case → names of the deposits that it brings.
WORKBOOKS = {
    "plain.xlsx": {"Aksai", "Borly", "Chulak"},
    "plain_named.xls": {"Aksai", "Borly", "Chulak"},
    "workbook_without_ending": {"Ulken", "Kishi", "Orta"},
    "hidden_sheet.xlsx": {"Aksai", "Borly", "Chulak"},
}


def checked(client: Curator, here: Any, path: Path) -> tuple[ImportRun, str]:
    """Upload a file and check it by the guess; give the run and the pages that were shown."""
    upload, seen = uploaded(client, here, path.read_bytes(), name=path.name)
    shown = press(client, here, upload, mapping=upload.mapping)
    run = ImportRun.objects.latest("id")
    assert run.state == "checked" and run.counts["new"] == run.counts["rows"], (seen[-3000:], shown[-3000:])
    assert all(note in page for note in run.notes for page in (seen, shown))
    return run, seen + shown


def staged(run: ImportRun) -> dict[str, bool]:
    """Give the names that a checked import would bring, and whether each has a place."""
    return {row.mapped["name"]: bool(row.mapped.get("location")) for row in run.rows.all()}


@pytest.mark.parametrize("make", [*TABLES, *SHAPES], ids=lambda make: make.__name__)
def test_every_format_is_checked_and_loaded_in_the_admin(
    reviewer: Curator, here: Any, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Once checked, a row is the same whatever it was read from: a table and a shape are loaded."""
    records.country(slug="KZ", name="Kazakhstan")
    run, _ = checked(reviewer, here, make(tmp_path))
    assert staged(run) == dict.fromkeys(("Kundybai", "Кутессай II"), True)
    if make not in (TABLES[0], SHAPES[0]):
        return
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert set(Deposit.objects.values_list("name", flat=True)) == {"Kundybai", "Кутессай II"}
    assert all(deposit.location for deposit in Deposit.objects.all())


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_workbook_is_checked_in_the_admin(reviewer: Curator, here: Any, name: str) -> None:
    records.country(slug="KZ", name="Kazakhstan")
    run, pages = checked(reviewer, here, case(name))
    assert staged(run).keys() == WORKBOOKS[name]
    assert "Read from the sheet “" in pages


def test_how_a_file_was_read_is_said_by_the_command_and_in_the_report(tmp_path: Path) -> None:
    records.country(slug="MA", name="Morocco")
    said, report = load("mac_roman.csv", tmp_path)
    assert "guessed to be cp1250" in said and "guessed to be cp1250" in report and "doubtful" in report
    assert "Letters look wrong" in said
    said, report = load("country_none.csv", tmp_path)
    assert "No row has a country" in said and "No row has a country" in report


def test_nothing_that_goes_in_is_said_and_detected(tmp_path: Path) -> None:
    for options in (("--dry-run",), ()):
        with pytest.raises(CommandError, match="None of 2 rows can be loaded") as caught:
            load("all_refused.csv", tmp_path, *options)
        assert caught.value.returncode == 3
    assert "None of 2 rows can be loaded" in ImportRun.objects.latest("id").report
    said, report = load("header_only.csv", tmp_path)
    assert "The file has a header but no rows" in said and "The file has a header but no rows" in report


def load(name: str, folder: Path, *options: str) -> tuple[str, str]:
    """Load a case by its guess; give what the command says, and the report."""
    guessed, output = StringIO(), StringIO()
    call_command("load", "generic", "--file", str(case(name)), "--guess", stdout=guessed)
    (folder / "m.yaml").write_text(guessed.getvalue(), encoding="utf-8")
    how = ("--mapping", str(folder / "m.yaml"), "--report", str(folder / "r.html"))
    call_command("load", "generic", "--file", str(case(name)), *how, *options, stdout=output, stderr=StringIO())
    return output.getvalue(), (folder / "r.html").read_text(encoding="utf-8")
