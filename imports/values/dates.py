"""Dates as files write them, kept as ISO 8601 text of the precision that they have."""

import datetime
import re
from collections.abc import Iterable

from imports.values.draft import Draft
from imports.values.empty_values import is_nothing

_ORDERS = {
    "year-first": re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{1,2}:.*)?"),
    "compact": re.compile(r"(\d{4})(\d{2})(\d{2})"),
    "day-first": re.compile(r"(?:(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ])?(\d{4})(?:[T ]\d{1,2}:.*)?"),
    "month-first": re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]\d{1,2}:.*)?"),
}
ORDERS = ("year-first", "day-first", "month-first")
#: No date of a licence or a survey lies beyond these; what does means “no date”.
_FIRST_YEAR, _LAST_YEAR = 1700, 2200
_NOTHING = {"0", "0000-00-00"}
#: Months by the first letters of their names, in English and Russian.
_MONTHS = {
    name: number
    for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTHS |= {
    name: number
    for number, name in enumerate(["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"], 1)
}
_MONTHS["мая"] = 5
_NAMED = (
    re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/. ]+)?(?P<month>[^\W\d_]{3,9})\.?[-/., ]+(?P<year>\d{4})(?: ?г\.?)?"),
    re.compile(r"(?P<month>[^\W\d_]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_SERIAL = re.compile(r"\d{5}")
#: Day 0 of spreadsheets, and of those that count from 1904.
_EPOCH_OF_SHEETS, _EPOCH_OF_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
#: Milliseconds since 1970, as GeoJSON of ArcGIS has them: from 1973 on, they have so many digits.
_MILLISECONDS = re.compile(r"-?\d{12,13}")


_DAY_AND_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}(?:[T ].*)?")


def put_date(draft: Draft, column: str, key: str, order: str = "year-first") -> str | None:
    """Set a date; a sentinel such as 2999-12-31 is none, with a warning."""
    text = draft.cell(column)
    if is_nothing(text) or text in _NOTHING:
        return None
    found = _date(text, order) or _named(text)
    if found is None and (found := _counted(text, _EPOCH_OF_1904 if draft.is_from_1904 else _EPOCH_OF_SHEETS)):
        draft.warn("date-converted", f"“{text}” is a count of days or milliseconds, and was read as {found}.", column, text)
    if found is None:
        draft.warn("bad-date", f"“{text[:40]}” is not a date.", column, text, _fix(text))
        return None
    if not _FIRST_YEAR <= int(found[:4]) <= _LAST_YEAR:
        draft.warn("sentinel-date", f"{found} means “no date”.", column, text, "Leave it empty.")
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


def _named(text: str) -> str | None:
    """Read a date with the name of a month: 3 April 2020, 31-Dec-2019, April 3, 2020, Apr 2030."""
    for form in _NAMED:
        if (found := form.fullmatch(text)) and (month := _MONTHS.get(found["month"][:3].casefold())):
            day = found["day"]
            try:
                datetime.date(int(found["year"]), month, int(day or 1))
            except ValueError:
                return None
            return "-".join([found["year"], f"{month:02}", *([day.zfill(2)] if day else [])])
    return None


def _counted(text: str, day_0: datetime.date) -> str | None:
    """Read the days of a spreadsheet, or milliseconds since 1970."""
    if _SERIAL.fullmatch(text):
        return (day_0 + datetime.timedelta(days=int(text))).isoformat()
    if _MILLISECONDS.fullmatch(text):
        return (datetime.date(1970, 1, 1) + datetime.timedelta(milliseconds=int(text))).isoformat()
    return None


def _fix(text: str) -> str:
    """Offer the order of the mapping by which a text would be a date."""
    for order in ("day-first", "month-first"):
        if _date(text, order):
            return f'Write order: "{order}" for this column in the mapping.'
    return "Write 2024, 2024-01 or 2024-01-23."


def order_of(texts: Iterable[str]) -> str | None:
    """Return the order of day and month that a column shows; None if the year comes first, or nothing shows it.

    A number above 12 is a day; dates with points have the day first.
    """
    figures = [found for text in texts if (found := _DAY_AND_MONTH.fullmatch(text))]
    if any(int(found[2]) > 12 for found in figures):
        return "month-first"
    if any(int(found[1]) > 12 or "." in found[0] for found in figures):
        return "day-first"
    return None


def _parts(order: str, found: re.Match[str]) -> tuple[str, str | None, str | None]:
    first, second, third = found.groups()
    if order == "day-first":
        return third, second, first
    return (third, first, second) if order == "month-first" else (first, second, third)
