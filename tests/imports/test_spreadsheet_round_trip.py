"""An export as a spreadsheet: a cell is edited, the file is saved by a spreadsheet program and loaded again."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook

from imports.source_file import guess
from registry.models import Deposit
from tests.imports.test_doubles_and_edits import take
from tests.records import country, deposit, square

#: LibreOffice, which is not installed everywhere: without it, openpyxl alone saves the file.
OFFICE = shutil.which("soffice")


@pytest.mark.django_db(transaction=True)
def test_only_the_edited_cell_differs(client: Client, tmp_path: Path) -> None:
    with transaction.atomic():
        here = country(slug="KZ", iso3="KAZ", boundary=square(60, 40, 20))
        deposit(slug="a-first", name="Кутессай II", country=here, host_rock="syenite", discovery_year=1950)
        place = {"location": "POINT(65.123456789 45.5)", "location_kind": "reported", "description": "One\ntwo; “three”"}
        deposit(slug="b-second", name="007", country=here, admin_area="1-2", locality="=1+1", **place)
    before = {one.slug: one.version for one in Deposit.objects.all()}
    path = tmp_path / "deposits.xlsx"
    path.write_bytes(b"".join(client.get("/api/v1/deposits/export/?format=xlsx&order=slug").streaming_content))  # type: ignore[attr-defined]
    book = load_workbook(path)
    sheet = next(one for one in book.worksheets if any(cell.value == "slug" for cell in one[1]))
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(number for number in range(2, sheet.max_row + 1) if sheet.cell(number, columns["slug"]).value == "a-first")
    sheet.cell(row, columns["admin_area"]).value = "Нарын"
    book.save(path)
    if OFFICE:
        saved = tmp_path / "saved"
        command = [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir"]
        subprocess.run([*command, str(saved), str(path)], check=True, capture_output=True, timeout=120)
        path = saved / path.name
    rules = tmp_path / "m.yaml"
    rules.write_text(guess(path))
    run = take(path, rules)
    assert (run.counts["changed"], run.counts["unchanged"], run.counts["refused"]) == (1, 1, 0), run.report
    assert Deposit.objects.get(slug="a-first").admin_area == "Нарын"
    assert {one.slug for one in Deposit.objects.all() if one.version != before[one.slug]} == {"a-first"}
