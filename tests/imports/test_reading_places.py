"""Locations in metres and links of maps, in a column of a file."""

from typing import Any

import pytest

from imports.rows import RawRow
from imports.values.draft import Draft
from imports.values.location import put_printed_point

NO_TERMS: Any = None


@pytest.mark.parametrize(
    ("text", "srid", "kind"),
    [
        ("13478123 4732123", 28413, "reported"),
        ("X=4732123 Y=478123 зона 13", 28413, "reported"),
        ("geo:42.72378,74.73232", None, "digitised"),
    ],
)
def test_places_in_metres_and_links(text: str, srid: int | None, kind: str) -> None:
    made = Draft(RawRow(1, {"c": text}), "deposit", NO_TERMS)
    put_printed_point(made, "c")
    assert made.record["location"] == pytest.approx((74.73232, 42.72378), abs=1e-4)
    assert (made.record.get("source_srid"), made.record["location_kind"]) == (srid, kind)


def test_a_file_of_another_system_is_read_in_it() -> None:
    made = Draft(RawRow(1, {"c": "4732123 478123"}), "deposit", NO_TERMS, srid=28413)
    put_printed_point(made, "c")
    assert made.record["location"] == pytest.approx((74.73232, 42.72378), abs=1e-4)
    assert (made.record["source_srid"], made.record["location_uncertainty_m"]) == (28413, 0.5)
