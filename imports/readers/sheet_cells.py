"""Cells of a sheet: as they are displayed, with their formulas, and merged over several rows."""

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any

from imports.readers.cells import UncountedFormula

_MIDNIGHT = datetime.time()
_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
#: Rows over which a merged cell is taken for each row; one over more is a side heading of the sheet.
_MOST_ROWS = 10_000


def displayed(cell: Any) -> Any:
    """Write dates as ISO 8601, and whole numbers without the point that sheets give all numbers."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat()
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


def with_formula(value: Any, written: Any) -> Any:
    """Return the result of a formula, or the formula itself where it was saved without one."""
    if value is None and written is not None:
        return UncountedFormula(str(getattr(written, "text", written))[:200])
    return value


def vertical(ranges: Iterable[str], header: int) -> dict[int, list[tuple[int, int]]]:
    """Return the ranges of one column that are merged over several rows below the header, by column counted from 0."""
    found: dict[int, list[tuple[int, int]]] = {}
    for text in ranges:
        if match := _RANGE.fullmatch(text):
            left, top, right, bottom = match.groups()
            first, last = int(top), int(bottom)
            if left == right and header < first < last <= first + _MOST_ROWS:
                found.setdefault(_number(left), []).append((first, last))
    return found


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def filled_down(
    rows: Iterable[tuple[int, tuple[Any, ...]]], merged: dict[int, list[tuple[int, int]]]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Return each row of a merged range the value of its first cell."""
    ends = {column: dict(ranges) for column, ranges in merged.items()}
    held: dict[int, tuple[int, Any]] = {}
    for number, cells in rows:
        row = list(cells)
        for column, starts in ends.items():
            if column < len(row) and number in starts:
                held[column] = (starts[number], row[column])
            if column in held and any(cell is not None and cell != "" for cell in row):
                last, value = held[column]
                row += [None] * (column + 1 - len(row))
                if number <= last and row[column] is None:
                    row[column] = value
        yield number, tuple(row)
