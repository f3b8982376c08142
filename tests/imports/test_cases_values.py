"""Places, dates and names as people, databases and GIS write them; and what is masked stays masked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry

from imports.source_file import Opened, guess
from imports.values.dates import order_of
from imports.values.terms import Terms
from tests.imports.sample_files import Reads, case, counted, names, rules
from tests.imports.test_cases_read import HEAD, ReadsCase
from tests.mappings import NAMED

pytestmark = pytest.mark.django_db


def test_well_known_text_is_a_place(reads_case: ReadsCase) -> None:
    assert [row.record["location"] for row in reads_case("wkt.csv")[1]] == [(76.5, 43.25)]
    _, rows = reads_case("wkt_srid.csv")
    assert [row.record["location"] for row in rows] == [(66.5, 48.25), (67.25, 49.5), None] and counted(rows) == {}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", None),
        ("POINT (200 10)", "coordinates-out-of-range"),
        ("POINT (1 2", "geometry-form"),
        ("SRID=32643;POINT (1 2)", "geometry-form"),
        ("LINESTRING (1 2, 3 4)", "geometry-form"),
        ("CIRCLE (1 2)", "bad-coordinate"),
    ],
)
def test_well_known_text_is_read_or_refused(reads: Reads, text: str, rule: str | None) -> None:
    (row,) = reads(f'id,name,place\n1,A,"{text}"\n', f'{NAMED}  location: {{column: "place"}}\n')
    assert rules(row) == ([rule] if rule else []) and row.is_sound == (rule is None)
    if rule is None:
        assert GEOSGeometry(row.record["footprint"]).area == 16


def test_well_known_text_is_the_outline_of_a_licence(reads: Reads) -> None:
    mapping = NAMED.replace('"deposit"', '"license"').replace('  name: "name"\n', '  number: "name"\n')
    (row,) = reads('id,name,outline\n1,A,"POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))"\n', mapping + '  area: {column: "outline"}\n')
    assert GEOSGeometry(row.record["area"]).area == 16 and row.is_sound


def test_columns_of_coordinates_may_name_the_datum(reads_case: ReadsCase) -> None:
    assert [row.record["location"] for row in reads_case("place_columns.csv")[1]] == [(76.5, 43.25), (75.25, 44.5)]


def test_what_is_wrong_with_a_place_is_named(reads_case: ReadsCase) -> None:
    (row,) = reads_case("lon_360.csv")[1]
    assert "write -115.53" in row.problems[0].fix
    half, none = reads_case("half_coord.csv")[1]
    assert half.problems[0].message == "The latitude is missing." and none.is_sound
    assert "181, 66" in reads_case("antimeridian.geojson")[1][0].problems[0].message
    assert "2 points" in reads_case("multipoint.geojson")[1][0].problems[0].message


def test_dates_in_any_form(reads_case: ReadsCase) -> None:
    _, rows = reads_case("dates.csv")
    dates: Any = [[row.record.get(key) for key in ("applied", "granted", "expires")] for row in rows]
    assert dates[:3] == [
        ["2019-12-25", "2020-04-03", "2030-04-30"],
        ["2019-12-31", "2020-04-03", "2030-04"],
        ["2019-12-31", "2020-04-03", "2030-04-30"],
    ]
    assert dates[3] == [None, "2020-04-03", None] and rules(rows[3]) == ["bad-date", "sentinel-date"]
    assert [row.record["granted"] for row in reads_case("dates_serial.xlsx")[1]] == ["2020-04-03", "2020-04-03"]
    (row,) = reads_case("epoch_ms.geojson")[1]
    assert row.record["granted"] == "2020-04-03" and rules(row) == ["date-converted", "date-converted"]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["25.12.2019"], "day-first"),
        (["03.04.2020"], "day-first"),
        (["03/04/2020", "25/12/2019"], "day-first"),
        (["12/25/2019", "01/02/2019"], "month-first"),
        (["01/02/2019"], None),
        (["2019-12-25"], None),
    ],
)
def test_a_column_shows_the_order_of_its_dates(texts: list[str], order: str | None) -> None:
    assert order_of(texts) == order


def test_a_date_in_another_order_names_the_key(opens: Callable[..., Opened]) -> None:
    mapping = NAMED.replace('"deposit"', '"license"').replace('  name: "name"\n', '  granted: "name"\n')
    (row,) = opens("id,name\n1,25/12/2019\n", mapping).rows()
    assert 'order: "day-first"' in row.problems[0].fix


def test_lists_and_objects_of_a_feature(reads_case: ReadsCase) -> None:
    opened, (row,) = reads_case("nested.geojson")
    assert row.record["name"] == "Aksai" and {"name.en", "name.ru"} <= set(opened.columns)
    assert [commodity["symbol"] for commodity in row.record["commodities"]] == ["La", "Ce"]


def test_an_occurrence_without_a_name_goes_by_its_id(reads_case: ReadsCase) -> None:
    _, rows = reads_case("unnamed.csv")
    assert names(rows) == ["Aksai", "U-2", "Chulak", "U-4"]
    assert counted(rows) == {"name-substituted": 2}


def test_only_a_name_that_says_nothing_is_generic(reads_case: ReadsCase, reads: Reads) -> None:
    assert [rules(row) for row in reads_case("unknown_river.csv")[1]] == [[], ["name-generic"]]
    rows = reads(
        HEAD + "".join(f"{n},{name},KG,1,2\n" for n, name in enumerate(["Unknown", "Unknown deposit 3", "Unnamed pit"]))
    )
    assert counted(rows) == {"name-generic": 3}


def test_the_separator_of_most_cells_is_guessed(reads_case: ReadsCase) -> None:
    _, rows = reads_case("list_separator.csv")
    assert [len(row.record["commodities"]) for row in rows] == [2, 2, 0, 3]


def test_licences_are_told_by_abbreviated_columns(reads_case: ReadsCase) -> None:
    opened, rows = reads_case("licences_abbreviated.geojson")
    assert opened.target == "license" and [row.record["number"] for row in rows] == ["LA-1", "LA-2", "LA-3"]


def test_a_letter_that_is_lost_is_looked_up(reads_case: ReadsCase) -> None:
    (row,) = reads_case("lost_letter.csv")[1]
    assert rules(row) == ["letter-lost"] and "Check the text" in row.problems[0].fix


def test_a_guess_offers_the_country(terms: Terms) -> None:
    assert '  country: {from: "location"}  # no column of countries' in guess(case("country_none.csv"), terms=terms)


def test_no_problem_shows_what_is_masked(opens: Callable[..., Opened]) -> None:
    mapping = NAMED.replace('"deposit"', '"license"').replace('  name: "name"\n', '  parties: {column: "name"}\n')
    text = 'id,name\n1,"Иван" "Пример"\n2,Ivan Prim\ufffdr\n3,Ivan Primer,1\n4,IvÃ©n Primer\n'
    rows = list(opens(text, mapping).rows())
    assert [("Ivan" in repr(row) or "Иван" in repr(row) or "Iv\xe9n" in repr(row)) for row in rows] == [False] * 4
    assert {"odd-quotes", "letter-lost", "ragged-row", "mojibake"} <= {rule for row in rows for rule in rules(row)}
