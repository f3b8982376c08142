"""What is reported about one row: countries, dates, numbers, areas, holders, names, ids, spoilt letters."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.rows import RawRow
from imports.values.areas import put_area
from imports.values.commodities import put_commodities, put_rare_earths
from imports.values.countries import put_country
from imports.values.dates import put_date
from imports.values.draft import Draft
from imports.values.duplicates import Seen
from imports.values.holders import put_holders
from imports.values.identities import put_derived_id, put_id
from imports.values.location import put_point, put_printed_point
from imports.values.names import put_name, put_other_names
from imports.values.numbers import number, number_in, year
from imports.values.terms import Terms, folded
from imports.values.texts import repaired
from registry.constraints import Range

pytestmark = pytest.mark.django_db

Drafts = Callable[..., Draft]


@pytest.fixture
def draft(terms: Terms) -> Drafts:
    return lambda target="deposit", **cells: Draft(RawRow(2, cells), target, terms)


def broken(draft: Draft) -> list[str]:
    return [problem.rule for problem in draft.problems]


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        ("Kazakhstan", "KZ", None),
        ("Казахстан", "KZ", None),
        ("哈萨克斯坦", "KZ", None),
        ("KZ", "KZ", None),
        ("KAZ", "KZ", None),
        ("NA", "NA", None),
        ("Namibia", "NA", None),
        ("NO", "NO", None),
        ("Korea, Republic of", "KR", None),
        ("Congo (Kinshasa)", "CD", None),
        ("United Kingdom", "GB", None),
        ("Burma", "MM", "country-former-name"),
        ("Congo (Zaire)", "CD", "country-former-name"),
        ("Kirghiz SSR", "KG", "country-former-name"),
        ("Luxenbourg", "LU", "country-misspelt"),
        ("Slovakia?", "SK", "country-doubted"),
        ("USSR", None, "country-ambiguous"),
        ("Yugoslavia", None, "country-ambiguous"),
        ("Czechoslovakia", None, "country-ambiguous"),
        ("Congo", None, "country-ambiguous"),
        ("Atlantis", None, "country-unknown"),
        ("ZZ", None, "country-unknown"),
        ("", None, "country-missing"),
    ],
)
def test_countries(draft: Drafts, text: str, code: str | None, rule: str | None) -> None:
    made = draft(c=text)
    assert put_country(made, "c") == made.record["country"] == code
    assert broken(made) == ([rule] if rule else [])
    assert not any(problem.is_error for problem in made.problems)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("C\xf4te D\x92Ivoire", "Côte D’Ivoire"),
        ("G\x9fzelyayla", "Güzelyayla"),
        ("CatalÃ£o I", "Catalão I"),
        ("ÐšÑƒÐ½Ð´Ñ‹Ð±Ð°Ð¹", "Кундыбай"),
        ("РљСѓРЅРґС‹Р±Р°Р№", "Кундыбай"),
    ],
)
def test_spoilt_letters_are_put_right_and_said(draft: Drafts, text: str, better: str) -> None:
    made = draft(n=text)
    assert made.cell("n") == better
    assert broken(made) == ["mojibake"]


@pytest.mark.parametrize(
    "text", ["Norra Kärr", "Кундыбай", "Bié", "白云鄂博", "Århus", "ÑAÑU", "São João", "Ağrı", "РСФСР", "Рудный Алтай"]
)
def test_sound_letters_are_left_alone(text: str) -> None:
    assert repaired(text) == (text, "")


def test_a_lost_letter_is_reported() -> None:
    assert repaired("K\ufffdndybai")[1]


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_repairing_twice_is_repairing_once(text: str) -> None:
    once = repaired(text.encode("utf-8", "replace").decode())[0]
    assert "\x00" not in once
    assert folded(once) == folded(folded(once))


@pytest.mark.parametrize(
    ("text", "order", "date", "rule"),
    [
        ("2009/05/29 08:00:00.000", "year-first", "2009-05-29", None),
        ("2009-5", "year-first", "2009-05", None),
        ("2009", "year-first", "2009", None),
        ("20090529", "year-first", "2009-05-29", None),
        ("29.05.2009", "day-first", "2009-05-29", None),
        ("5/29/2009", "month-first", "2009-05-29", None),
        ("2999/12/31 08:00:00.000", "year-first", None, "sentinel-date"),
        ("9999-12-31", "year-first", None, "sentinel-date"),
        ("0001-01-01", "year-first", None, "sentinel-date"),
        ("2009-02-30", "year-first", None, "bad-date"),
        ("soon", "year-first", None, "bad-date"),
        ("", "year-first", None, None),
    ],
)
def test_dates(draft: Drafts, text: str, order: str, date: str | None, rule: str | None) -> None:
    made = draft("license", d=text)
    assert put_date(made, "d", "granted", order) == date
    assert broken(made) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("-2", -2),
        ("1,234,567.5", 1234567.5),
        ("1 234", 1234),
        ("−3", -3),
        ("1e3", 1000),
        ("1,5", None),
        ("a", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number_in(text) == value
    assert number_in("1.234,5", decimal_comma=True) == 1234.5


@given(st.text(max_size=30))
def test_no_text_is_a_number_that_is_none(text: str) -> None:
    value = number_in(text)
    assert value is None or value - value == 0


def test_impossible_numbers(draft: Drafts) -> None:
    made = draft(n="-5", y="12", m="1e999", o="NA")
    assert number(made, "n", Range("Zero or more.", least=0)) is None
    year(made, "y", "discovery_year")
    assert [number(made, column) for column in "mo"] == [None, None]
    assert broken(made) == ["impossible-number", "impossible-number", "not-a-number"]
    assert "discovery_year" not in made.record


@pytest.mark.parametrize(
    ("area", "unit", "km2", "rule"),
    [
        ("250", "HA.", 2.5, None),
        ("3", "KM2", 3, None),
        ("4", "BL.", None, "area-in-blocks"),
        ("4", "morgen", None, "area-unit-unknown"),
        ("0", "HA.", None, "impossible-number"),
        ("-4", "HA.", None, "impossible-number"),
    ],
)
def test_areas(draft: Drafts, area: str, unit: str, km2: float | None, rule: str | None) -> None:
    made = draft("license", a=area, u=unit)
    put_area(made, "a", "u")
    assert made.record.get("declared_area_km2") == km2
    assert broken(made) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("longitude", "latitude", "rule", "fix"),
    [
        ("48", "680", "coordinates-out-of-range", ""),
        ("42.8", "176.1", "coordinates-out-of-range", "swapped"),
        ("0", "0.0", "null-island", ""),
        ("76.1", "", "bad-coordinate", ""),
        ("abc", "42", "bad-coordinate", ""),
        ("inf", "42", "bad-coordinate", ""),
    ],
)
def test_places_that_cannot_be(draft: Drafts, longitude: str, latitude: str, rule: str, fix: str) -> None:
    made = draft(x=longitude, y=latitude)
    put_point(made, "x", "y")
    (problem,) = made.problems
    assert problem.rule == rule and problem.is_error and fix in problem.fix
    assert "location" not in made.record


def test_places_in_any_notation(draft: Drafts) -> None:
    made = draft(c="42°40′ N 76°10′ E", x="76°10′E", y="42°40′N", dx="76,5", dy="42,5")
    put_printed_point(made, "c")
    assert made.record["location"] == pytest.approx((76.166666667, 42.666666667))
    assert (made.record["coordinates_as_printed"], made.record["location_uncertainty_m"]) == ("42°40′ N 76°10′ E", 9270.0)
    put_point(made, "x", "y")
    assert made.record["location"] == pytest.approx((76.166666667, 42.666666667))
    made.decimal_comma = True
    put_point(made, "dx", "dy")
    assert made.record["location"] == (76.5, 42.5)
    assert not made.problems


def test_a_row_without_a_place_says_so(draft: Drafts) -> None:
    made = draft(x="", y="")
    put_point(made, "x", "y")
    assert made.record == {"location": None, "location_kind": "unknown"}


def test_holders_that_may_be_persons_are_never_named(draft: Drafts) -> None:
    made = draft("license", h="PRIVATE HOLDER|ACME PTY LTD|SMITH, JOHN|acme pty ltd|ТОО Кундыбай")
    put_holders(made, [("h", name) for name in made.cell("h").split("|")])
    row: Any = made.mapped()
    assert row.record["parties"] == [
        {"private_holder": True, "role": "holder"},
        {"organization": "ACME PTY LTD", "role": "holder"},
        {"private_holder": True, "role": "holder"},
        {"organization": "ТОО Кундыбай", "role": "holder"},
    ]
    assert "SMITH" not in repr(row)
    assert [problem.rule for problem in row.problems] == ["holder-perhaps-person"]


@pytest.mark.parametrize(
    ("name", "rule", "is_error"),
    [
        ("Irtysh Copper Smelter", "not-a-deposit", True),
        ("Aiwaye Processing Plant", "not-a-deposit", True),
        ("Folkston Concentrator", "perhaps-a-plant", False),
        ("Plant City placer", None, False),
        ("Unnamed Thorium Prospect", "name-generic", False),
        ("", "name-missing", True),
    ],
)
def test_names(draft: Drafts, name: str, rule: str | None, is_error: bool) -> None:
    made = draft(n=name)
    put_name(made, "n")
    assert [(problem.rule, problem.is_error) for problem in made.problems] == ([(rule, is_error)] if rule else [])


def test_other_names_stand_once(draft: Drafts) -> None:
    made = draft(n="Kundybai")
    put_name(made, "n")
    put_other_names(made, ["Кундыбай", "kundybai", "", "Unknown", "Кундыбай "])
    assert [name["text"] for name in made.record["other_names"]] == ["Кундыбай"]


def test_commodities_and_their_roles(draft: Drafts) -> None:
    made = draft()
    put_commodities(made, ["Phosphorus-Phosphates", "Titanium", " Metal", "Rare Earths"], "main")
    put_commodities(made, ["titanium", "Unobtainium", "РЗЭ"], "by_product", "c")
    assert made.record["commodities"] == [{"symbol": s, "role": "main"} for s in ("P", "Ti", "REE")]
    assert [(p.rule, p.column, p.value) for p in made.problems] == [("commodity-unknown", "c", "Unobtainium")]


def test_two_named_rare_earths_are_two(draft: Drafts) -> None:
    made = draft()
    put_rare_earths(made, ["Neodymium", "Dysprosium"])
    assert [c["symbol"] for c in made.record["commodities"]] == ["Nd", "Dy"]


def test_ids(draft: Drafts) -> None:
    made = draft(a="E  7001437 ", b="10000228.0", c=" ", n="Norra Kärr", s="Småland")
    put_id(made, "wa", "a")
    assert made.record["external_id"] == {"scheme": "wa", "value": "E7001437"}
    put_id(made, "mrds", "b")
    assert made.record["external_id"]["value"] == "10000228"
    put_derived_id(made, "x", (made.cell("n"), made.cell("s")))
    assert made.record["external_id"]["value"] == "norra-karr/smaland"
    put_id(made, "x", "c")
    assert broken(made) == ["id-missing"]


def test_what_a_file_gives_twice(draft: Drafts) -> None:
    seen = Seen()
    first = {"external_id": {"scheme": "a", "value": "1"}, "name": "Akbulak", "country": "KZ"}
    assert seen.problems_of(2, first) == ()
    again = seen.problems_of(9, {**first, "name": "AKBULAK"})
    assert [(p.rule, p.is_error) for p in again] == [("duplicate-id", True), ("duplicate-name", False)]
    assert "Line 2" in again[0].message and "2 and 9" in again[0].fix
    assert seen.problems_of(10, {**first, "external_id": {"scheme": "a", "value": "2"}, "country": "KG"}) == ()
    seen.close()


def test_text_too_long_is_cut_and_said(draft: Drafts) -> None:
    made = draft(n="x" * 400)
    put_name(made, "n")
    assert len(made.record["name"]) == 200 and broken(made) == ["text-too-long"]
