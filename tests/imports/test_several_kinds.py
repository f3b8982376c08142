"""Rows that bring records of several kinds, and rows that are put together to one record."""

from pathlib import Path

import pytest

from imports.errors import ImportRefused
from imports.flows import import_confirm, import_load, import_stage, import_undo
from imports.parts import import_parts
from imports.source_file import GENERIC, Opened, open_file
from registry.models import Deposit, ImportProblem, License
from tests.records import country, deposit, source

pytestmark = pytest.mark.django_db

ROW = "id,name,country,licence,holder\n1,Akbulak,KZ,A-1,Sample Mining LLP (66%)\n2,Borly,KZ,A-2,Sample Mining LLP\n"
SEVERAL = """target: "deposit"
source: {slug: "survey-tables", title: "Tables of a survey"}
record:
  external_id: {scheme: "survey", column: "id"}
  name: "name"
  country: "country"
also:
- target: "license"
  record:
    external_id: {scheme: "permits", column: "licence"}
    number: "licence"
    country: "country"
    parties: "holder"
    sites:
    - {deposit: {column: "id", scheme: "survey"}}
"""
GATHERED = """target: "deposit"
gathered: true
source: {slug: "survey-tables", title: "Tables of a survey"}
record:
  external_id: {scheme: "slug", column: "deposit"}
  other_names: {column: "name"}
  parties:
  - {organization: "operator", role: {value: "operator"}}
"""


def opened(folder: Path, text: str, mapping: str) -> tuple[Opened, Path]:
    path, rules = folder / "table.csv", folder / "table.yaml"
    path.write_text(text)
    rules.write_text(mapping)
    return open_file(path, GENERIC, rules), path


def test_a_row_brings_a_deposit_its_licence_and_their_link(tmp_path: Path) -> None:
    country(slug="KZ", iso3="KAZ")
    file, path = opened(tmp_path, ROW, SEVERAL)
    checked = import_parts(import_stage, opened=file, path=path)
    assert [(run.target, run.counts["new"], run.counts["refused"]) for run in checked] == [("deposit", 2, 0), ("license", 2, 0)]
    assert not Deposit.objects.exists() and f"import {checked[1].pk} (license)" in checked[0].notes[-1]
    with pytest.raises(ImportRefused, match=f"Load import {checked[0].pk} first"):
        import_confirm(run=checked[1])
    for run in checked:
        import_confirm(run=run)
    assert {(one.number, one.sites.get().deposit.name) for one in License.objects.all()} == {
        ("A-1", "Akbulak"),
        ("A-2", "Borly"),
    }
    again = import_parts(import_load, opened=file, path=path)
    assert [run.counts["unchanged"] for run in again] == [2, 2]


def test_rows_of_one_record_fill_its_lists_together(tmp_path: Path) -> None:
    there = deposit(slug="akbulak", name="Akbulak")
    text = "deposit,name,operator\nakbulak,Ақбұлақ,\nakbulak,White spring,Sample Mining LLP\nnowhere,Hill,\n"
    file, path = opened(tmp_path, text, GATHERED)
    run = import_load(opened=file, path=path)
    assert [*ImportProblem.objects.filter(run=run).values_list("line", "rule")] == [(4, "unknown-record")]
    assert run.counts["changed"] == 1 and "1 rows were put together" in run.notes[-1]
    assert {name.text for name in there.names.all()} == {"Akbulak", "Ақбұлақ", "White spring"}
    assert there.parties.get().organization.name == "Sample Mining LLP"
    assert import_load(opened=file, path=path).counts["changed"] == 0
    assert Deposit.objects.count() == 1


CITED = """target: "deposit"
gathered: true
source: {slug: "list-of-citations", title: "A list of citations"}
record:
  external_id: {scheme: "slug", column: "record"}
  citations: {source: "source", fields: {column: "fields", split: ";"}, locator: "locator", quote: "quote"}
"""


def test_a_file_lists_citations_of_records_that_exist(tmp_path: Path) -> None:
    there = deposit(slug="akbulak", name="Akbulak", host_rock="syenite", discovery_year=1950)
    source(slug="field-book")
    before = set(there.citations.values_list("pk", flat=True))
    text = (
        "record,source,fields,locator,quote\n"
        'akbulak,field-book,host_rock;name,p. 7,"a syenite, in part"\nakbulak,field-book,discovery_year,p. 9,\n'
        "akbulak,no-such-book,name,,\nnowhere,field-book,name,,\n"
    )
    file, path = opened(tmp_path, text, CITED)
    refused = import_stage(opened=file, path=path)
    assert refused.counts["changed"] == 0 and {*ImportProblem.objects.filter(run=refused).values_list("rule", flat=True)} == {
        "reference-unknown",
        "unknown-record",
    }
    file, path = opened(tmp_path, text.replace("no-such-book", "field-book").replace("name,,\nno", "hostrock,,\nno"), CITED)
    assert "unknown-entry" in ImportProblem.objects.filter(run=import_stage(opened=file, path=path)).values_list(
        "rule", flat=True
    )

    good = "".join(line for line in text.splitlines(keepends=True) if "no-such" not in line and "nowhere" not in line)
    file, path = opened(tmp_path, good, CITED)
    run = import_load(opened=file, path=path)
    assert run.counts["changed"] == 1
    assert run.source and (run.source.slug, run.source.record_status) == ("list-of-citations", "draft")
    made = there.citations.exclude(pk__in=before).order_by("locator")
    assert [(one.source.slug, one.fields, one.locator, one.quote) for one in made] == [
        ("field-book", ["host_rock", "name"], "p. 7", "a syenite, in part"),
        ("field-book", ["discovery_year"], "p. 9", ""),
    ]
    assert import_load(opened=file, path=path).counts["changed"] == 0
    import_undo(run=run)
    assert set(there.citations.values_list("pk", flat=True)) == before
