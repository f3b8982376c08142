"""Spreadsheets: rows are written as they come, so that memory stays flat; every text is text, never a formula."""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from api.exports.build.order import Order
from api.exports.build.rows import batches

#: What a cell holds; a longer text ends with a word that says so.
MAX_CHARACTERS = 32_767
_CUT = " … (cut)"


def build(order: Order) -> None:
    """Write the records on one sheet, the rows of each list within them on one of its own, and the dictionary on the last."""
    settings = {"constant_memory": True, "tmpdir": str(Path(order.path).parent)}
    with xlsxwriter.Workbook(order.path, settings) as book:
        # The same data are the same bytes: by default the moment of writing stands here.
        created = datetime.fromisoformat(order.changed)
        book.set_properties({"title": order.title, "comments": order.license, "created": created})
        bold = book.add_format({"bold": True})
        for table in (order, *order.of_lists()):
            _table(book, table, bold)
        words = book.add_worksheet("dictionary")
        words.set_column(0, 2, 22)
        words.set_column(3, 3, 90)
        _row(words, 0, ("column", "type", "code", "meaning"), bold)
        for position, entry in enumerate(order.dictionary, 1):
            _row(words, position, entry)


def _table(book: Any, order: Order, bold: Any) -> None:
    """Write a sheet."""
    sheet = book.add_worksheet(order.layer[:31])
    names = [name for name, _, _ in order.columns]
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(names) - 1, 16)
    _row(sheet, 0, names, bold)
    number = 0
    for batch, _ in batches(order):
        for values in zip(*(column.to_pylist() for column in batch.columns[: len(names)]), strict=True):
            number += 1
            _row(sheet, number, values)
    sheet.autofilter(0, 0, number, len(names) - 1)


def _row(sheet: Any, row: int, values: Any, style: Any = None) -> None:
    for column, value in enumerate(values):
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, style)
        else:
            text = value.isoformat() if isinstance(value, datetime) else str(value)
            if len(text) > MAX_CHARACTERS:
                text = text[: MAX_CHARACTERS - len(_CUT)] + _CUT
            sheet.write_string(row, column, text, style)
