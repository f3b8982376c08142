"""The header of a table: found among the first rows of a text or a sheet, in one row or over two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from imports.readers.table import InputFile, checked_columns
from imports.readers.unit_row import units_in

#: A number, a date or a time: data, not the name of a column.
_FIGURE = re.compile(r"[-+−]?[.,]?\d[\d\s.,'’/:T%°-]*(?:[eE][-+]?\d+)?")
#: Words that tell a header from rows, and are worth more than the size of a table.
_WORDS_NEEDED = 2

Row = tuple[int, Sequence[Any]]


@dataclass(frozen=True)
class Header:
    """Where the header is, the names of its columns, and how good a table begins there."""

    #: First and last row of the header.
    first: int
    last: int
    columns: tuple[str, ...]
    #: Whether each of its cells is a text, as names of columns are.
    is_text: bool
    #: Known words in it, and filled cells below it: what tells the table of records from a list of codes.
    worth: tuple[int, int]
    #: Units of columns, from a row of them below the names.
    units: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Name the row, or the two rows."""
        last = self.last - bool(self.units)
        return f"row {self.first}" if self.first == last else f"rows {self.first} and {last}"

    @property
    def units_note(self) -> str:
        """Report the row of units; empty if there is none."""
        shown = ", ".join(f"{column} in {unit}" for column, unit in self.units.items())
        return f"Row {self.last} holds units: {shown}." if shown else ""

    @property
    def note(self) -> str:
        """Report what is doubtful about the choice; empty if nothing is."""
        if not self.is_text:
            return (
                f"No row looks like names of columns; {self.place} was used as the header."
                " Set header_line if it is another one."
            )
        return ""


def find_header(input_file: InputFile, rows: Sequence[Row], *, is_wide: bool = False) -> Header | None:
    """Find the header among the first rows; None if they hold nothing, or not the columns that the header is known by.

    A header that is named (its line, or the columns that it must have) is taken; else it is the first row with more than half
    as many cells as rows usually have, so that a title above the table is passed over. `is_wide` takes columns of the rows
    beyond the last name, as sheets have them; a text has as many columns as its header.
    """
    filled = [row for row in rows if any(_is_filled(cell) for cell in row[1])]
    if not filled:
        return None
    if input_file.header_line is not None:
        start = next((n for n, (line, _) in enumerate(filled) if line >= input_file.header_line), None)
    else:
        start = _known(input_file, filled)
        start = _first_full(filled) if start is None else start
    return None if start is None else _header(input_file, filled[start:], is_wide=is_wide)


def has_columns(input_file: InputFile, header: Header) -> bool:
    """Return whether a header has the columns that it is known by."""
    return bool(input_file.header_has) and set(input_file.header_has) <= set(header.columns)


def _is_filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _name(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _known(input_file: InputFile, rows: Sequence[Row]) -> int | None:
    """Find the row with the columns that the header is known by, or the first of two rows that have them together."""
    if not input_file.header_has:
        return None
    wanted = set(input_file.header_has)
    for number, (_, cells) in enumerate(rows):
        if wanted <= {_name(cell) for cell in cells}:
            return number
    for number in range(len(rows) - 1):
        if (joined := _joined(rows[number][1], rows[number + 1][1])) and wanted <= set(joined):
            return number
    return None


def _first_full(rows: Sequence[Row]) -> int:
    """Find the first row that is full enough; if it holds figures, so that it is data, rather the names just above it."""
    counts = [sum(map(_is_filled, cells)) for _, cells in rows]
    usual = sorted(counts)[len(counts) // 2]
    full = next(number for number, count in enumerate(counts) if 2 * count > usual)
    if _is_text(rows[full][1]):
        return full
    return next((number for number in range(full - 1, -1, -1) if counts[number] > 1 and _is_text(rows[number][1])), full)


def _is_text(cells: Sequence[Any]) -> bool:
    return not any(_FIGURE.fullmatch(_name(cell)) for cell in cells if _is_filled(cell))


def _header(input_file: InputFile, rows: Sequence[Row], *, is_wide: bool) -> Header:
    first, cells = rows[0]
    names, last, below = [_name(cell) for cell in cells], first, rows[1:]
    if below and (joined := _joined(cells, below[0][1])):
        names, last, below = joined, below[0][0], below[1:]
    named = [name for name in names if name]
    # A column without a name is kept where rows have something in it.
    used = max((_width(row) for _, row in below), default=0)
    width = max(_width(names), used if is_wide else min(used, len(names)))
    names = [*names, *[""] * (width - len(names))][:width]
    names = [name or f"column {number}" for number, name in enumerate(names, 1)] if named else names
    columns = checked_columns(input_file, names)
    if below and (units := units_in(columns, below[0][1])):
        last, below = below[0][0], below[1:]
    else:
        units = {}
    known = sum(" ".join(re.split(r"[\W_]+", name.casefold())).strip() in input_file.header_words for name in named)
    area = sum(sum(map(_is_filled, row)) for _, row in below)
    return Header(
        first=first,
        last=last,
        columns=columns,
        is_text=_is_text(named),
        worth=(known if known >= _WORDS_NEEDED else 0, area),
        units=units,
    )


def _width(cells: Sequence[Any]) -> int:
    return max((number for number, cell in enumerate(cells, 1) if _is_filled(cell)), default=0)


def _joined(upper: Sequence[Any], lower: Sequence[Any]) -> list[str] | None:
    """Join a header over two rows: the lower one names the columns that the upper one groups. None if it is not one.

    The lower row has texts alone, begins further right, and fills each gap between the names of the upper one.
    """
    names = [_name(cell) for cell in upper]
    under = [_name(cell) for cell in lower][: len(names)]
    under += [""] * (len(names) - len(under))
    end = max((number for number, name in enumerate(names) if name), default=-1)
    gaps = [number for number in range(end + 1) if not names[number]]
    texts = [name for name in under if name]
    if not gaps or under[0] or any(_FIGURE.fullmatch(name) for name in texts):
        return None
    if any(not under[number] for number in gaps) or len(texts) > len(names) / 2 + 1:
        return None
    return [below or above for above, below in zip(names, under, strict=True)]
