"""Dates as files write them, kept as ISO 8601 text of the precision that they have."""

import datetime
import re

from registry.imports.values.draft import Draft
from registry.imports.values.nothing import is_nothing

_ORDERS = {
    "year-first": re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{1,2}:.*)?"),
    "compact": re.compile(r"(\d{4})(\d{2})(\d{2})"),
    "day-first": re.compile(r"(?:(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ])?(\d{4})(?:[T ]\d{1,2}:.*)?"),
    "month-first": re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]\d{1,2}:.*)?"),
}
ORDERS = ("year-first", "day-first", "month-first")
#: No date of a licence or a survey lies beyond these; what does stands for “no date”.
_FIRST_YEAR, _LAST_YEAR = 1700, 2200
_NOTHING = {"0", "0000-00-00"}


def put_date(draft: Draft, column: str, key: str, order: str = "year-first") -> str | None:
    """Set a date; a sentinel such as 2999-12-31 is none, with a warning."""
    text = draft.cell(column)
    if is_nothing(text) or text in _NOTHING:
        return None
    found = _date(text, order)
    if found is None:
        draft.warn("bad-date", f"“{text[:40]}” is not a date.", column, text, "Write 2024, 2024-01 or 2024-01-23.")
        return None
    if not _FIRST_YEAR <= int(found[:4]) <= _LAST_YEAR:
        draft.warn("sentinel-date", f"{found} stands for “no date”.", column, text, "Leave it empty.")
        draft.record[key] = None
        return None
    draft.record[key] = found
    return found


def _date(text: str, order: str) -> str | None:
    """Read a date; its time of day is left out."""
    for name in (order, "year-first", "compact"):
        if found := _ORDERS[name].fullmatch(text):
            year, month, day = _parts(name, found)
            try:
                # A day that the calendar does not have is refused here.
                datetime.date(int(year), int(month or 1), int(day or 1))
            except ValueError:
                return None
            return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    return None


def _parts(order: str, found: re.Match[str]) -> tuple[str, str | None, str | None]:
    first, second, third = found.groups()
    if order == "day-first":
        return third, second, first
    return (third, first, second) if order == "month-first" else (first, second, third)
