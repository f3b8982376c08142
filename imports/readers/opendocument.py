"""OpenDocument spreadsheets (ODS): read by a process of its own, which holds a workbook whole."""

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import Any

import orjson

from imports.readers.converted import Converted, convert
from imports.readers.sheet_cells import displayed
from imports.readers.sheets import choose_sheet, sheet_row
from imports.readers.table import InputFile, Progress, Table
from imports.rows import RawRow


def read_opendocument(input_file: InputFile) -> Table:
    """Read one sheet: the named one, or the visible one that holds the table of records."""
    converted = convert(input_file, "ods")
    places: dict[str, tuple[bool, int]] = {}
    with converted.path.open("rb") as file:
        while line := file.readline():
            if line.startswith(b"{"):
                sheet = orjson.loads(line)
                places[sheet["sheet"]] = (sheet["visible"], file.tell())
    sheets = {title: (visible, partial(_cells, converted, place)) for title, (visible, place) in places.items()}
    chosen = choose_sheet(input_file, sheets)

    def walk(progress: Progress) -> Iterator[RawRow]:
        for number, cells in enumerate(_cells(converted, places[chosen.title][1]), 1):
            progress.done = number
            if number > chosen.header.last and any(cell is not None for cell in cells):
                yield sheet_row(number, tuple(map(displayed, cells)), chosen.header.columns)

    return Table(format="ODS", columns=chosen.header.columns, walk=walk, units=chosen.header.units, notes=chosen.notes)


def _cells(converted: Converted, place: int) -> Iterator[list[Any]]:
    """Return the rows of the sheet that begins at a place of the file."""
    with converted.path.open("rb") as file:
        file.seek(place)
        yield from map(orjson.loads, takewhile(lambda line: line.startswith(b"["), file))
