"""Fixes that a check offers, accepted with one click, an option or the mapping."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from imports.errors import ImportRefused
from imports.flows import import_confirm, import_load, import_undo
from imports.source_file import GENERIC, guess, open_file
from registry.geo.systems import known_system
from registry.models import Deposit, ImportProblem, ImportRun, License
from tests.imports.given import at, load, row, stage
from tests.imports.sample_files import case
from tests.records import commodity, country, deposit, square

pytestmark = pytest.mark.django_db

RULES = """target: "deposit"
source: {slug: "survey-tables", title: "Tables of a survey"}
record:
  external_id: {scheme: "survey", column: "id"}
  name: "name"
  country: "country"
  deposit_type: "type"
  commodities: {column: "metals", split: ","}
  location: {longitude: "x", latitude: "y"}
"""


def told(run: ImportRun, rule: str) -> list[tuple[int, str]]:
    return list(ImportProblem.objects.filter(run=run, rule=rule).order_by("line").values_list("line", "message"))


def place(value: str) -> tuple[float, float]:
    return Deposit.objects.get(external_ids__value=value).location.coords  # type: ignore[no-any-return]


def confirmed(run: ImportRun, **options: Any) -> ImportRun:
    run.options = {**run.options, **options}
    run.save()
    return import_confirm(run=run)


def test_coordinates_are_mended_for_one_row_or_for_all_and_it_is_recorded(tmp_path: Path) -> None:
    country(slug="KZ", iso3="KAZ", boundary=square(60, 40, 20))
    rows = [
        *(row(str(n), f"Hill {n}", **at(45 + n / 10, 65, "KZ"), coordinates_as_printed=f"65, {45 + n / 10}") for n in (1, 2)),
        row("3", "West hill", **at(-65, 45, "KZ")),
        row("4", "Good hill", **at(65, 45, "KZ")),
    ]
    run = confirmed(stage(tmp_path, *rows), fixes={"swapped": ["1"], "sign-lost": True})
    assert (place("1"), place("2"), place("3"), place("4")) == ((65, 45.1), (45.2, 65), (65, 45), (65, 45))
    assert [line for line, _ in told(run, "fix-accepted")] == [2, 4] and [line for line, _ in told(run, "swapped")] == [3]
    assert "swapped" in told(run, "fix-accepted")[0][1] and "Fixes that were accepted" in run.report
    # The numbers of the file stay as it has them; the same file changes nothing.
    assert Deposit.objects.get(external_ids__value="1").coordinates_as_printed == "65, 45.1"
    assert load(tmp_path, *rows).counts["unchanged"] == 4 and place("1") == (65, 45.1)
    import_undo(run=run)

    # In one go, without a check before.
    run = load(tmp_path, *rows, options={"fixes": {"swapped": True}})
    assert (place("1"), place("2")) == ((65, 45.1), (65, 45.2)) and len(told(run, "fix-accepted")) == 2


def test_outlines_and_coordinates_beyond_the_earth_are_mended(tmp_path: Path) -> None:
    path, rules = case("swapped_licence.geojson"), tmp_path / "m.yaml"
    country(slug="KZ", iso3="KAZ", name="Kazakhstan", boundary=square(60, 35, 20))
    rules.write_text(f"{guess(path)}accept: {{swapped: true}}\n")
    before = import_load(opened=open_file(path, GENERIC, rules), path=path)
    assert told(before, "fix-accepted") and not told(before, "swapped")
    assert all(60 < one.area.centroid.x < 80 and 35 < one.area.centroid.y < 55 for one in License.objects.all())

    path = tmp_path / "list.csv"
    path.write_text("id,name,country,type,metals,x,y\n7,Borly,KZ,,,51.5,121.25\n8,Aksu,KZ,,,290,45\n")
    rules.write_text(f'{RULES}accept: {{coordinates-out-of-range: ["7"]}}\n')
    run = import_load(opened=open_file(path, GENERIC, rules), path=path)
    assert place("7") == (121.25, 51.5) and (run.counts["new"], run.counts["refused"]) == (1, 1)
    assert [line for line, _ in told(run, "coordinates-out-of-range")] == [3]


def test_unknown_words_are_given_a_meaning(tmp_path: Path, capfd: Any) -> None:
    country(slug="KZ", iso3="KAZ", name="Kazakhstan")
    commodity(slug="Nd")
    commodity(slug="Zr")
    path, rules = tmp_path / "list.csv", tmp_path / "m.yaml"
    path.write_text(
        "id,name,country,type,metals,x,y\n"
        '1,Borly,Kazakhland,syenitic,"Nd, blue clay",65,45\n2,Aksu,KZ,syenitic,blue clay,66,45\n'
    )
    rules.write_text(RULES)
    words = ["country:Kazakhland=KZ", "deposit_type:syenitic=peralkaline_igneous", "commodities:blue clay=Zr"]
    call_command("load", "generic", file=path, mapping=rules, word=words)
    run = ImportRun.objects.get()
    first, second = Deposit.objects.order_by("name").reverse()
    assert (first.country.slug, {*first.commodities.values_list("commodity__slug", flat=True)}) == ("KZ", {"Nd", "Zr"})  # type: ignore[union-attr]
    assert {one.deposit_type for one in (first, second)} == {"peralkaline_igneous"}
    assert sorted(message for _, message in told(run, "fix-accepted"))[-1] == "“syenitic” is read as peralkaline_igneous"
    assert run.counts["warned"] == 2 and not told(run, "code-unknown") and not told(run, "commodity-unknown")
    assert run.options["words"]["country"] == {"Kazakhland": "KZ"}
    capfd.readouterr()

    for wrong in ({"word": ["deposit_type:syenitic=granite"]}, {"word": ["syenitic"]}, {"accept": ["misspelt"]}):
        with pytest.raises(CommandError, match=r"no code “granite”|--word takes|--accept takes"):
            call_command("load", "generic", file=path, mapping=rules, **wrong)


def test_a_datum_that_the_file_does_not_name_is_found_and_read(tmp_path: Path) -> None:
    here = country(slug="KZ", iso3="KAZ", boundary=square(60, 40, 20))
    names = ("Akzharyk", "Borlytau", "Zhanaorpa", "Tastauly", "Melovka", "Kundyzdy")
    system = known_system(4284)
    assert system is not None
    there = [(61 + n, 44 + n / 2) for n in range(6)]
    for name, (x, y) in zip(names, there, strict=True):
        deposit(slug=name.lower(), name=name, country=here, location=f"POINT({x} {y})", location_kind="reported")
    # As a map of 1942 prints them: off by as much as the datum is.
    own = [(2 * x - a, 2 * y - b) for (x, y), a, b in zip(there, *system.to_wgs84(*zip(*there, strict=True)), strict=True)]
    rows = [row(name, name, **at(*place, "KZ")) for name, place in zip(names, own, strict=True)]
    rows.append(row("new-9", "New hill", **at(65, 45, "KZ")))
    same = {name: name.lower() for name in names}
    checked = stage(tmp_path, *rows)
    ((_, message),) = told(checked, "datum-shifted")
    assert "6 places" in message
    run = confirmed(checked, same=same, fixes={"datum-shifted": True})
    new = Deposit.objects.get(external_ids__value="new-9")
    (x,), (y,) = system.to_wgs84([65], [45])
    assert new.location.coords == pytest.approx((x, y), abs=1e-8) and new.source_srid == 4284  # type: ignore[union-attr]
    assert told(run, "fix-accepted") and not told(run, "sources-disagree")
    with pytest.raises(ImportRefused, match="no code"):
        confirmed(stage(tmp_path, row("10", "Hill")), words={"deposit_type": {"x": "y"}})
