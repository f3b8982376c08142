"""XLSX workbooks, read row by row."""

import datetime
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from registry.imports import limits
from registry.imports.readers.archives import BROKEN
from registry.imports.readers.cells import UncountedFormula, kept
from registry.imports.readers.sheet_xml import look_through
from registry.imports.readers.table import Asked, Progress, Table, checked_columns
from registry.imports.rows import Problem, RawRow

_MIDNIGHT = datetime.time()
_BROKEN = (*BROKEN, KeyError, IndexError, TypeError, AttributeError, SyntaxError, MemoryError)


def read_spreadsheet(asked: Asked) -> Table:
    """Read one sheet: the named one, or the first that has a header."""
    has_formulas = look_through(asked)
    sheet, line, columns = _found(asked)
    return Table(
        format="XLSX",
        columns=columns,
        walk=lambda progress: _rows(asked, sheet, line, columns, has_formulas, progress),
        total=None,
    )


@contextmanager
def _workbook(asked: Asked, *, formulas: bool = False) -> Iterator[Any]:
    """Open the workbook for reading; what the library stumbles over is a refusal."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            workbook = load_workbook(asked.path, read_only=True, data_only=not formulas, keep_links=False, keep_vba=False)
            try:
                yield workbook
            finally:
                workbook.close()
        except _BROKEN as error:
            raise asked.refuse(
                "bad-workbook",
                f"It cannot be read as an XLSX workbook: {' '.join(str(error).split())[:120] or type(error).__name__}.",
                "Open it in a spreadsheet program, save it anew, and bring that, or save the sheet as CSV.",
            ) from error


def _cells(sheet: Any, width: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a sheet from its first; its own statement of its size is not believed."""
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_col=width)
    return islice(rows, limits.SHEET_ROWS)


def _found(asked: Asked) -> tuple[str, int, tuple[str, ...]]:
    """Find the sheet and the row of its header: the columns it is known by, or the fullest of the first rows."""
    with _workbook(asked) as workbook:
        titles = [sheet.title for sheet in workbook.worksheets]
        if asked.layer is not None and asked.layer not in titles:
            shown = ", ".join(f"“{title}”" for title in titles[:10])
            raise asked.refuse("unknown-layer", f"It has no sheet “{asked.layer[:60]}”; there are: {shown}.")
        fullest: tuple[int, str, int, tuple[Any, ...]] | None = None
        for title in [asked.layer] if asked.layer is not None else titles:
            for number, cells in enumerate(islice(_cells(workbook[title]), limits.HEADER_WITHIN), 1):
                texts = {" ".join(str(cell).split()) for cell in cells if cell is not None and str(cell).strip()}
                if asked.header_has and set(asked.header_has) <= texts:
                    return title, number, checked_columns(asked, cells)
                if asked.header_line is not None and number != asked.header_line:
                    continue
                if texts and (fullest is None or len(texts) > fullest[0]):
                    fullest = len(texts), title, number, cells
        if fullest is None:
            raise asked.refuse("empty", "No sheet of it has a header." if titles else "It has no sheet.")
        return fullest[1], fullest[2], checked_columns(asked, fullest[3])


def _rows(
    asked: Asked, title: str, header: int, columns: tuple[str, ...], formulas: bool, progress: Progress
) -> Iterator[RawRow]:
    for number, cells in _counted(asked, title, len(columns), formulas=formulas):
        progress.done = number
        if number <= header or all(cell is None or cell == "" for cell in cells):
            continue
        problems: list[Problem] = []
        values = {name: kept(name, _plain(cell), problems) for name, cell in zip(columns, cells, strict=True)}
        yield RawRow(number, values, problems=tuple(problems))


def _counted(asked: Asked, title: str, width: int, *, formulas: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Give rows with the results of their formulas; a formula that was saved without one is given itself."""
    with _workbook(asked) as results:
        if not formulas:
            yield from enumerate(_cells(results[title], width), 1)
            return
        with _workbook(asked, formulas=True) as written:
            pairs = zip(_cells(results[title], width), _cells(written[title], width), strict=True)
            for number, (values, texts) in enumerate(pairs, 1):
                yield number, tuple(_counted_cell(value, text) for value, text in zip(values, texts, strict=False))


def _counted_cell(value: Any, written: Any) -> Any:
    if value is None and written is not None:
        return UncountedFormula(str(getattr(written, "text", written))[:200])
    return value


def _plain(cell: Any) -> Any:
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
