"""Which sheet of a workbook is read, in any format, and its rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import Any

from imports import limits
from imports.readers.cells import kept
from imports.readers.header import Header, find_header, has_columns
from imports.readers.table import InputFile
from imports.rows import Problem, RawRow

_SHEETS_SHOWN = 10


@dataclass(frozen=True)
class ChosenSheet:
    """The sheet that is read, its header, and the other sheets."""

    title: str
    header: Header
    others: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Tell which sheet was chosen, and which others there are."""
        chosen = f"Read from the sheet “{self.title}”, with the names of the columns in {self.header.place}."
        shown = ", ".join(self.others[:_SHEETS_SHOWN])
        rest = len(self.others) - _SHEETS_SHOWN
        shown += f" and {rest} more" if rest > 0 else ""
        others = f"The workbook has other sheets, which were not read: {shown}. State the sheet if another one is meant."
        return tuple(filter(None, (chosen, self.header.units_note, others if self.others else "", self.header.note)))


def choose_sheet(
    input_file: InputFile, sheets: Mapping[str, tuple[bool, Callable[[], Iterable[Sequence[Any]]]]]
) -> ChosenSheet:
    """Find the sheet and its header: with the columns that it is known by, or else the largest table with known words.

    `sheets` tells of each whether it is visible, and gives its rows. A hidden sheet is read only when it is named.
    """
    if input_file.layer is not None and input_file.layer not in sheets:
        shown = ", ".join(f"“{title}”" for title in list(sheets)[:10])
        raise input_file.refuse("unknown-layer", f"It has no sheet “{input_file.layer[:60]}”; available: {shown}.")
    visible = [title for title, (is_visible, _) in sheets.items() if is_visible]
    headers = {}
    for title in visible if input_file.layer is None else [input_file.layer]:
        below = dropwhile(lambda row: row[0] < (input_file.header_line or 1), enumerate(sheets[title][1](), 1))
        if header := find_header(input_file, list(islice(below, limits.HEADER_WITHIN)), is_wide=True):
            headers[title] = header
        if header and has_columns(input_file, header):
            break
    if not headers:
        hidden = ", ".join(f"“{title}”" for title in sheets if title not in visible)
        raise input_file.refuse(
            "empty",
            "No visible sheet of it has a header." if sheets else "It has no sheet.",
            f"Name the sheet to read a hidden one: {hidden}." if hidden and input_file.layer is None else "",
        )
    title = max(headers, key=lambda title: (has_columns(input_file, headers[title]), headers[title].worth))
    others = [f"“{other}”{'' if other in visible else ' (hidden)'}" for other in sheets if other != title]
    return ChosenSheet(title, headers[title], tuple(others) if input_file.layer is None else ())


def sheet_row(number: int, cells: Sequence[Any], columns: tuple[str, ...]) -> RawRow:
    """Make a row of the cells of a sheet; cells beyond the named columns are reported."""
    width = len(columns)
    problems: list[Problem] = []
    beyond = [cell for cell in cells[width:] if cell is not None and cell != ""]
    if beyond:
        message = "The row has cells beyond the named columns; they are not read."
        problems.append(Problem("beyond-columns", message, value=str(beyond[0])[:80], is_error=False))
    padded = (*cells[:width], *(None,) * (width - len(cells)))
    values = {name: kept(name, cell, problems) for name, cell in zip(columns, padded, strict=True)}
    return RawRow(number, values, problems=tuple(problems))
