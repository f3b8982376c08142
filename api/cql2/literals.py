"""Values that text and JSON write alike: days, instants, intervals, coordinates."""

import math
import re
from datetime import UTC, date, datetime

from api.cql2.bounds import refusal
from api.cql2.tree import Date, Node, Open, Timestamp

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d+)?(?:[Zz]|[+-]00:00)")

#: How many numbers a position has, at least and at most.
POSITION = (2, 3)


def day(text: str) -> Date:
    """Read a day as YYYY-MM-DD; raises BadParameter."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return Date(date.fromisoformat(text))
    except ValueError:
        raise refusal(f"“{text[:40]}” is not a date; write YYYY-MM-DD.") from None


def instant(text: str) -> Timestamp:
    """Read an instant of UTC as YYYY-MM-DDThh:mm:ssZ; parts of a second beyond the sixth digit are cut; raises BadParameter."""
    match = _INSTANT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        fraction = (match[3] or ".0")[:7].ljust(7, "0")
        return Timestamp(datetime.fromisoformat(f"{match[1]}T{match[2]}{fraction}").replace(tzinfo=UTC))
    except ValueError:
        raise refusal(f"“{text[:40]}” is not a time; write e.g. 2024-01-23T10:00:00Z.") from None


def day_or_instant(text: str) -> Date | Timestamp:
    """Read a day or an instant; raises BadParameter."""
    return day(text) if len(text) <= 10 else instant(text)


def end_of_interval(text: str) -> Node:
    """Read an end of an interval: a day, an instant, or `..`; raises BadParameter."""
    return Open() if text == ".." else day_or_instant(text)


def finite(value: int | float) -> int | float:
    """Reject a number beyond what a column holds; raises BadParameter."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        value = float(value) if abs(value) < 10**300 else math.inf
    if not math.isfinite(value):
        raise refusal("A number is too large.")
    return value


def number(text: str) -> int | float:
    """Read a number; one that is written without point and exponent is whole; raises BadParameter."""
    if len(text) > 400:
        raise refusal("A number has too many digits.")
    return finite(int(text) if text.isdecimal() else float(text))
