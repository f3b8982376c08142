"""XLSX workbooks, read row by row."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import Any

from imports import limits
from imports.readers.archives import BROKEN
from imports.readers.cells import kept
from imports.readers.header import Header, find_header, has_columns
from imports.readers.sheet_cells import displayed, filled_down, vertical, with_formula
from imports.readers.sheet_xml import Contents, examine
from imports.readers.table import InputFile, Progress, Table
from imports.rows import Problem, RawRow

_BROKEN = (*BROKEN, KeyError, IndexError, TypeError, AttributeError, SyntaxError, MemoryError)
#: A number format that shows leading zeros, as ids have them.
_ZEROS = re.compile("0{2,30}")
_SHEETS_SHOWN = 10


@dataclass(frozen=True)
class _Sheet:
    """The sheet that is read, its header, and the other sheets."""

    title: str
    header: Header
    others: tuple[str, ...]
    has_zeros: bool
    #: Column → first and last row of each range of cells that is merged downwards.
    merged: dict[int, list[tuple[int, int]]]


def read_spreadsheet(input_file: InputFile) -> Table:
    """Read one sheet: the named one, or the visible one that holds the table of records."""
    contents = examine(input_file)
    sheet = _found(input_file, contents)
    return Table(
        format="XLSX",
        columns=sheet.header.columns,
        walk=lambda progress: _rows(input_file, sheet, contents.has_formulas, progress),
        total=None,
        notes=_notes(input_file, sheet),
    )


def _notes(input_file: InputFile, sheet: _Sheet) -> tuple[str, ...]:
    header = sheet.header
    chosen = f"Read from the sheet “{sheet.title}”, with the names of the columns in {header.place}."
    shown = ", ".join(sheet.others[:_SHEETS_SHOWN])
    rest = len(sheet.others) - _SHEETS_SHOWN
    shown += f" and {rest} more" if rest > 0 else ""
    others = f"The workbook has other sheets, which were not read: {shown}. State the sheet if another one is meant."
    merged = "Cells are merged over several rows; their value was used for each of these rows."
    return tuple(filter(None, (chosen, others if sheet.others else "", header.note, merged if sheet.merged else "")))


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
    with _workbook(input_file) as workbook:
        sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        if input_file.layer is not None and input_file.layer not in sheets:
            shown = ", ".join(f"“{title}”" for title in list(sheets)[:10])
            raise input_file.refuse("unknown-layer", f"It has no sheet “{input_file.layer[:60]}”; available: {shown}.")
        visible = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]
        headers = {}
        for title in visible if input_file.layer is None else [input_file.layer]:
            below = dropwhile(lambda row: row[0] < (input_file.header_line or 1), enumerate(_cells(sheets[title]), 1))
            rows = list(islice(below, limits.HEADER_WITHIN))
            if header := find_header(input_file, rows, is_wide=True):
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
        part = str(sheets[title]._worksheet_path).removeprefix("/")
        return _Sheet(
            title=title,
            header=headers[title],
            others=tuple(others) if input_file.layer is None else (),
            has_zeros=any(_ZEROS.fullmatch(form) for form in workbook._number_formats),
            merged=vertical(contents.merged.get(part, set()), headers[title].last),
        )


def _rows(input_file: InputFile, sheet: _Sheet, formulas: bool, progress: Progress) -> Iterator[RawRow]:
    columns = sheet.header.columns
    width = len(columns)
    rows = _counted(input_file, sheet, formulas=formulas)
    for number, cells in filled_down(rows, sheet.merged) if sheet.merged else rows:
        progress.done = number
        if number <= sheet.header.last or all(cell is None or cell == "" for cell in cells):
            continue
        problems: list[Problem] = []
        beyond = [cell for cell in cells[width:] if cell is not None and cell != ""]
        if beyond:
            message = "The row has cells beyond the named columns; they are not read."
            problems.append(Problem("beyond-columns", message, value=str(beyond[0])[:80], is_error=False))
        padded = (*cells[:width], *(None,) * (width - len(cells)))
        values = {name: kept(name, displayed(cell), problems) for name, cell in zip(columns, padded, strict=True)}
        yield RawRow(number, values, problems=tuple(problems))


def _counted(input_file: InputFile, sheet: _Sheet, *, formulas: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Return rows with the results of their formulas; a formula that was saved without one is given itself."""
    with _workbook(input_file) as results:
        read = _cells(results[sheet.title], zeros=sheet.has_zeros)
        if not formulas:
            yield from enumerate(read, 1)
            return
        with _workbook(input_file, formulas=True) as written:
            pairs = zip(read, _cells(written[sheet.title]), strict=True)
            for number, (values, texts) in enumerate(pairs, 1):
                yield number, tuple(with_formula(value, text) for value, text in zip(values, texts, strict=False))
