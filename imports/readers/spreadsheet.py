"""XLSX workbooks, read row by row."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from imports import limits
from imports.readers.archives import BROKEN
from imports.readers.sheet_cells import displayed, filled_down, vertical, with_formula
from imports.readers.sheet_xml import Contents, examine
from imports.readers.sheets import ChosenSheet, choose_sheet, sheet_row
from imports.readers.table import InputFile, Progress, Table
from imports.rows import RawRow

_BROKEN = (*BROKEN, KeyError, IndexError, TypeError, AttributeError, SyntaxError, MemoryError)
#: A number format that shows leading zeros, as ids have them.
_ZEROS = re.compile("0{2,30}")
_MERGED = "Cells are merged over several rows; their value was used for each of these rows."
_FROM_1904 = "The workbook counts days from 1904, and so are numbers of days read."


@dataclass(frozen=True)
class _Sheet:
    """The sheet that is read, and what is special about its cells."""

    chosen: ChosenSheet
    has_zeros: bool
    #: Column → first and last row of each range of cells that is merged downwards.
    merged: dict[int, list[tuple[int, int]]]
    is_from_1904: bool


def read_spreadsheet(input_file: InputFile) -> Table:
    """Read one sheet: the named one, or the visible one that holds the table of records."""
    contents = examine(input_file)
    sheet = _found(input_file, contents)
    return Table(
        format="XLSX",
        columns=sheet.chosen.header.columns,
        walk=lambda progress: _rows(input_file, sheet, contents.has_formulas, progress),
        total=None,
        units=sheet.chosen.header.units,
        is_from_1904=sheet.is_from_1904,
        notes=tuple(
            filter(None, (*sheet.chosen.notes, _MERGED if sheet.merged else "", _FROM_1904 if sheet.is_from_1904 else ""))
        ),
    )


@contextmanager
def _workbook(input_file: InputFile, *, formulas: bool = False) -> Iterator[Any]:
    """Open the workbook for reading; what the library fails at is a refusal."""
    from openpyxl import load_workbook

    with warnings.catch_warnings(), input_file.path.open("rb") as file:
        warnings.simplefilter("ignore")
        try:
            # A file, not its path: of a path, the library wants one of the endings that it knows.
            workbook = load_workbook(file, read_only=True, data_only=not formulas, keep_links=False, keep_vba=False)
            try:
                yield workbook
            finally:
                workbook.close()
        except _BROKEN as error:
            raise input_file.refuse(
                "bad-workbook",
                f"It cannot be read as an XLSX workbook: {' '.join(str(error).split())[:120] or type(error).__name__}.",
                "Open it in a spreadsheet program, save it again, and load that, or save the sheet as CSV.",
            ) from error


def _cells(sheet: Any, *, zeros: bool = False) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a sheet from its first; the size that it states is ignored. `zeros` keeps leading zeros."""
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=not zeros)
    for row in islice(rows, limits.SHEET_ROWS):
        yield tuple(_with_zeros(cell) for cell in row) if zeros else row


def _with_zeros(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0 and _ZEROS.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return value


def _found(input_file: InputFile, contents: Contents) -> _Sheet:
    """Find the sheet and its header: with the columns that it is known by, or else the largest table with known words.

    A hidden sheet is read only when it is named.
    """
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with _workbook(input_file) as workbook:
        sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        visible = {title for title, sheet in sheets.items() if sheet.sheet_state == "visible"}
        chosen = choose_sheet(
            input_file, {title: (title in visible, partial(_cells, sheet)) for title, sheet in sheets.items()}
        )
        part = str(sheets[chosen.title]._worksheet_path).removeprefix("/")
        return _Sheet(
            chosen,
            has_zeros=any(_ZEROS.fullmatch(form) for form in workbook._number_formats),
            merged=vertical(contents.merged.get(part, set()), chosen.header.last),
            is_from_1904=workbook.epoch == CALENDAR_MAC_1904,
        )


def _rows(input_file: InputFile, sheet: _Sheet, formulas: bool, progress: Progress) -> Iterator[RawRow]:
    columns = sheet.chosen.header.columns
    rows = _counted(input_file, sheet, formulas=formulas)
    for number, cells in filled_down(rows, sheet.merged) if sheet.merged else rows:
        progress.done = number
        if number <= sheet.chosen.header.last or all(cell is None or cell == "" for cell in cells):
            continue
        yield sheet_row(number, tuple(map(displayed, cells)), columns)


def _counted(input_file: InputFile, sheet: _Sheet, *, formulas: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Return rows with the results of their formulas; a formula that was saved without one is given itself."""
    with _workbook(input_file) as results:
        read = _cells(results[sheet.chosen.title], zeros=sheet.has_zeros)
        if not formulas:
            yield from enumerate(read, 1)
            return
        with _workbook(input_file, formulas=True) as written:
            pairs = zip(read, _cells(written[sheet.chosen.title]), strict=True)
            for number, (values, texts) in enumerate(pairs, 1):
                yield number, tuple(with_formula(value, text) for value, text in zip(values, texts, strict=False))
