"""Disagreements in words: what each kind of side says, and who says so."""

from typing import Any

import pytest

from explorer.disagreements import amount, side, stated
from tests import records
from tests.explorer.conftest import Reader


def _side(kind: str, says: dict[str, Any], words: str | None = None) -> Any:
    return side({"kind": kind, "slug": "a-slug", "words": words, "says": says, "sources": []})


@pytest.mark.parametrize(
    ("kind", "says", "figure"),
    [
        ("estimate", {"contained_tonnes": 42980, "comparator": "eq"}, "42,980 t"),
        ("estimate", {"contained_tonnes": 20000000, "comparator": "gt"}, "more than 20 million t"),
        ("estimate", {"ore_tonnes": 51500.5, "comparator": "approx"}, "about 51,500.5 t"),
        ("estimate", {"reporting_code": "JORC"}, ""),
        ("finding", {"value": 92, "unit": "percent"}, "92%"),
        ("finding", {"value": 0, "unit": "t"}, "0 t"),
        ("finding", {"value_low": 33, "value_high": 39, "unit": "years"}, "33–39 years"),
        ("finding", {"value": 27.5, "unit": "billion t"}, "27.5 billion t"),
        ("finding", {}, ""),
        ("citation", {"fields": ["name"], "stated_value": "Kundybay"}, "“Kundybay”"),
        (
            "citation",
            {"fields": ["location"], "stated_value": {"type": "Point", "coordinates": [-64.1167, 56.3]}},
            "56.3000° N, 64.1167° W",
        ),
        ("license_event", {"kind": "grant", "date": "2009-12-21"}, "2009-12-21"),
        ("prospecting_object", {"count": 12}, "12 objects"),
        ("license", {"status": "care_and_maintenance"}, "care and maintenance"),
        ("source", {"published": "2024-01"}, "2024-01"),
        ("organization", {}, ""),
    ],
)
def test_what_a_side_says_in_figures(kind: str, says: dict[str, Any], figure: str) -> None:
    assert _side(kind, says).figure == figure


def test_ore_and_metal_are_told_apart() -> None:
    both = _side("estimate", {"ore_tonnes": 20_000_000, "contained_tonnes": 935_400, "contained_basis": "REO"})
    assert both.figure == "935,400 t"
    assert both.details[:2] == ("contained REO", "20 million t ore")


def test_unspecified_codes_are_left_out() -> None:
    says = {"contained_tonnes": 1, "reporting_code": "unspecified", "category": "measured+indicated", "stage": "unspecified"}
    assert _side("estimate", says).details == ("contained, unspecified", "measured + indicated")


@pytest.mark.parametrize(
    ("number", "written"), [(53000, "53,000"), (1.8, "1.8"), (28_700_000, "28.7 million"), (1234567, "1,234,567")]
)
def test_amounts(number: float, written: str) -> None:
    assert amount(number) == written


def test_what_is_stated_is_never_lost() -> None:
    assert stated({"type": "Polygon"}) == '{"type":"Polygon"}'
    assert stated(None) == ""


def test_both_sides_and_their_sources_are_on_the_page(reader: Reader) -> None:
    sides = [
        {"finding": records.finding(text=text, source=records.source(title=f"Report {text}"))} for text in ("Twelve", "Eleven")
    ]
    records.disagreement(*sides, title="Twelve or eleven", about="number of objects")
    said = reader.words("/")
    for words in ("Twelve or eleven", "Sources disagree on: number of objects", "Report Twelve", "Report Eleven"):
        assert words in said


def test_a_side_that_is_not_public_stays_away(reader: Reader) -> None:
    sides = [
        {"finding": records.finding(text="Known to all")},
        {"finding": records.finding(text="A secret", record_status="draft")},
        {"finding": records.finding()},
    ]
    records.disagreement(*sides)
    said = reader.words("/")
    assert "Known to all" in said and "A secret" not in said


def test_one_can_leaf_through_them(reader: Reader) -> None:
    first, second, third = (records.disagreement(title=f"Question {n}") for n in "ABC")
    html = reader.read("/")
    assert "Question A" in html and "1 of 3" in html
    assert f'href="?disagreement={third.slug}#disagreement" rel="prev"' in html
    assert f'href="?disagreement={second.slug}#disagreement" rel="next"' in html
    assert "Question B" in reader.read(f"/?disagreement={second.slug}")
    assert "Question A" in reader.read("/?disagreement=nothing-of-the-kind")
    assert first.slug in html


def test_a_draft_cannot_be_asked_for(reader: Reader) -> None:
    records.disagreement(title="Known to all")
    draft = records.disagreement(title="A secret", record_status="draft")
    assert "A secret" not in reader.read(f"/?disagreement={draft.slug}")
