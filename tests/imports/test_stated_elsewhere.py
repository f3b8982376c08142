"""What a table states outside its cells: its country in the file's name or by its locations, its units in a row, its epoch."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from imports.flows import import_load
from imports.mapping.country_of_file import country_of_name
from imports.source_file import GENERIC, guess, open_file
from imports.values.terms import terms_of_registry
from registry.models import Citation, Country, Deposit, ImportRun, License, ResourceEstimate
from tests.records import commodity, country, deposit, source, square

pytestmark = pytest.mark.django_db


def taken(path: Path, change: Any = None) -> ImportRun:
    """Load a file by its guess."""
    rules = path.with_suffix(".yaml")
    text = guess(path)
    rules.write_text(change(text) if change else text)
    run: ImportRun = import_load(opened=open_file(path, GENERIC, rules), path=path)
    return run


def test_the_country_is_taken_from_the_name_of_the_file(tmp_path: Path) -> None:
    for code, iso3, name in (("KZ", "KAZ", "Kazakhstan"), ("IN", "IND", "India"), ("US", "USA", "United States of America")):
        country(slug=code, iso3=iso3, name=name)
    terms = terms_of_registry()
    found = {
        "Kazakhstan_deposits_2024": "KZ",
        "kz_licences": "",
        "KZ-licences": "KZ",
        "licences KAZ": "KZ",
        "DEPOSITS_IN_ASIA": "",
        "deposits of India and Kazakhstan": "",
        "united-states-of-america": "US",
        "TenementsIndia": "IN",
        "deposits": "",
        "US": "US",
    }
    assert {stem: country_of_name(stem, terms) for stem in found} == found

    path = tmp_path / "Kazakhstan_deposits.csv"
    path.write_text("id,name,longitude,latitude\n1,Borly,65,45\n")
    assert 'country: {value: "KZ", from: "file name"}' in guess(path)
    run = taken(path)
    assert Deposit.objects.get().country.slug == "KZ"  # type: ignore[union-attr]
    assert "The country of all rows is KZ, taken from the name of the file." in run.notes


def test_the_country_is_derived_from_the_location_and_noted_as_that(tmp_path: Path) -> None:
    outlines = source(slug="outlines")
    for code, iso3, west in (("KZ", "KAZ", 60), ("CN", "CHN", 80)):
        here = country(slug=code, iso3=iso3, boundary=square(west, 40, 20))
        Citation.objects.create(country=here, source=outlines, fields=["boundary"])
    path = tmp_path / "hills.csv"
    text = "id,name,longitude,latitude\n1,Borly,65,45\n2,Aksu,90,45\n3,At sea,10,10\n4,Nowhere,,\n"
    path.write_text(text)
    run = taken(path)
    assert run.counts["derived"] == 2 and any("noted as derived" in note for note in run.notes)
    assert dict(Deposit.objects.values_list("name", "country__slug")) == {
        "Borly": "KZ", "Aksu": "CN", "At sea": None, "Nowhere": None,
    }  # fmt: skip
    borly = Deposit.objects.get(name="Borly")
    derived = borly.citations.get(source=outlines)
    assert (derived.fields, derived.note) == (["country"], "Derived from the location, which lies in this country.")
    assert "country" not in borly.citations.exclude(source=outlines).get().fields
    assert taken(path).counts["unchanged"] == 4

    # A later edition moves one; its country follows. What somebody has stated stays.
    Deposit.objects.filter(name="Aksu").update(country=Country.objects.get(slug="KZ"))
    path.write_text(text.replace("65,45", "91,45").replace("Aksu,90", "Aksu,91"))
    taken(path)
    assert dict(Deposit.objects.values_list("name", "country__slug"))["Borly"] == "CN"
    assert dict(Deposit.objects.values_list("name", "country__slug"))["Aksu"] == "KZ"

    # A column of countries with gaps.
    path.write_text("id,name,country,longitude,latitude\n8,Ulken,KZ,90,45\n9,Kishi,,90,45\n")
    taken(path, lambda text: text.replace('country: "country"', 'country: {column: "country", from: "location"}'))
    assert {one.name: one.country.slug for one in Deposit.objects.filter(name__in=("Ulken", "Kishi"))} == {  # type: ignore[union-attr]
        "Ulken": "KZ", "Kishi": "CN",
    }  # fmt: skip


def test_a_row_of_units_below_the_header_is_read_as_units(tmp_path: Path) -> None:
    deposit(slug="borly", name="Borly")
    commodity(slug="TREO")
    for name, cut in (("resources.csv", ","), ("resources.xlsx", None)):
        rows = [["Deposit", "Category", "Ore", "TREO"], [None, None, "(Mt)", "%"], ["Borly", "Indicated", 12.5, 1.8]]
        path = tmp_path / name
        if cut:
            path.write_text("\n".join(cut.join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n")
        else:
            book = Workbook()
            for row in rows:
                book.active.append(row)
            book.save(path)
        run = taken(path)
        assert run.counts["rows"] == 1 and any("holds units: Ore in Mt, TREO in %." in note for note in run.notes), run.notes
        estimate = ResourceEstimate.objects.order_by("-id")[0]
        assert estimate.ore_tonnes == 12.5e6 and estimate.grades.get().unit == "pct"
    # A row whose first cell is an id is data, whatever it looks like.
    path = tmp_path / "codes.csv"
    path.write_text("id,name,country\nt,m,km\n")
    assert taken(path).counts["rows"] == 1


def test_days_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    country(slug="KZ", iso3="KAZ")
    path = tmp_path / "licences.xlsx"
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (
        ["number", "country", "holder", "granted", "expires"],
        ["A-1", "KZ", "Borly Mining LLP", 40000, datetime.date(2030, 1, 2)],
    ):
        book.active.append(row)
    book.save(path)
    run = taken(path)
    licence = License.objects.get()
    assert (licence.granted, licence.expires) == ("2013-07-07", "2030-01-02")
    assert any("counts days from 1904" in note for note in run.notes)
