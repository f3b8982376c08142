"""CSV and TSV: a header line, then a row per line or, in quotes, over several."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext

from imports import limits
from imports.readers.cells import kept, unescaped
from imports.readers.encodings import Encoding, find_encoding
from imports.readers.header import Header, find_header
from imports.readers.lines import text_lines
from imports.readers.table import InputFile, Progress, Table
from imports.rows import Problem, RawRow

_DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
#: A first line in which spreadsheet programs name the delimiter.
_NAMED = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.I)


@dataclass(frozen=True)
class _Dialect:
    """How the text is written: its encoding, the delimiter, and whether its first line only names that."""

    encoding: Encoding
    delimiter: str
    is_named: bool = False
    skips_line: bool = False


@dataclass(frozen=True)
class _Record:
    """The cells of a row, the line it begins on, the further lines that it takes, and what is odd about it."""

    line: int
    cells: list[str]
    further: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: Whether all cells are short, of ASCII, and without control characters.
    is_plain: bool = False


def read_delimited(input_file: InputFile) -> Table:
    """Read a text table; the delimiter and the line of the header are found where they are not named."""
    dialect = _dialect(input_file, find_encoding(input_file))
    header = _header(input_file, dialect)
    return Table(
        format="TSV" if dialect.delimiter == "\t" else "CSV",
        columns=header.columns,
        walk=lambda progress: _rows(input_file, dialect, header, progress),
        total=input_file.path.stat().st_size,
        unit="bytes",
        encoding=dialect.encoding.name,
        is_encoding_guessed=dialect.encoding.is_guessed,
        units=header.units,
        notes=_notes(input_file, dialect, header),
    )


def _notes(input_file: InputFile, dialect: _Dialect, header: Header) -> tuple[str, ...]:
    split = "" if dialect.is_named else f", separated by {_DELIMITERS[dialect.delimiter]}"
    line = header.place.replace("row", "line")
    chosen = f"Read as text in {dialect.encoding.name}{split}, with the names of the columns in {line}."
    above = header.first - 1 - dialect.skips_line
    skipped = f"The {above} lines above line {header.first} were not read." if above > 1 else ""
    skipped = f"Line {header.first - 1} above the header was not read." if above == 1 else skipped
    return tuple(
        filter(
            None,
            (
                chosen,
                skipped,
                header.units_note.replace("Row", "Line"),
                header.note.replace("row", "line"),
                *dialect.encoding.notes,
            ),
        )
    )


def _dialect(input_file: InputFile, encoding: Encoding) -> _Dialect:
    """Take the delimiter that is named, or the one that splits most of the first lines into the same number of cells."""
    if input_file.delimiter and input_file.delimiter not in _DELIMITERS:
        raise input_file.refuse("unknown-delimiter", "The delimiter must be a comma, a tab, a semicolon or a bar.")
    lines = list(islice(text_lines(input_file, encoding, Progress()), limits.HEADER_WITHIN))
    if not lines:
        raise input_file.refuse("empty", "The value is empty.")
    named = _NAMED.fullmatch(lines[0])
    skips = named is not None and named[1] in _DELIMITERS
    if input_file.delimiter:
        return _Dialect(encoding, input_file.delimiter, is_named=True, skips_line=skips)
    if named is not None and skips:
        return _Dialect(encoding, named[1], is_named=True, skips_line=True)
    if input_file.name.lower().endswith((".tsv", ".tab")) and "\t" in "".join(lines):
        return _Dialect(encoding, "\t")

    def fit(delimiter: str) -> tuple[int, int]:
        """Count the lines of the usual width, and that width; a line that is not split counts for nothing."""
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if len(cells) > 1)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    csv.field_size_limit(limits.LINE_CHARACTERS * 2)
    return _Dialect(encoding, max(_DELIMITERS, key=fit))


class _Lines:
    """The lines of a text, with those of the record that is being read kept at hand."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.recent: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.recent.append(next(self._lines))
        return self.recent[-1]


def _records(input_file: InputFile, dialect: _Dialect, progress: Progress) -> Iterator[_Record]:
    """Return the rows of the text; blank lines are passed over. Raises FileRefused at a quote that is left open."""
    lines = _Lines(text_lines(input_file, dialect.encoding, progress))
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
    line = 1
    while True:
        problems: tuple[Problem, ...] = ()
        lines.recent.clear()
        # The limit is the process's, and others may change it.
        csv.field_size_limit(limits.LINE_CHARACTERS)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if len(lines.recent) != 1 or "end of data" in str(error):
                raise _open_quote(input_file, line, line + len(lines.recent) - 1, str(error)) from error
            # The row ends where its line does: its quotes are odd, and no other row is lost behind them.
            cells = next(csv.reader(lines.recent, delimiter=dialect.delimiter))
            problems = (
                Problem(
                    "odd-quotes",
                    gettext("A quote inside a quoted cell is not doubled."),
                    value=lines.recent[0].strip()[:80],
                    fix=gettext('Write it twice: "The ""Big"" mine".'),
                    is_error=False,
                ),
            )
        if cells and not (line == 1 and dialect.skips_line):
            text = lines.recent[0].rstrip("\r\n")
            is_plain = len(lines.recent) == 1 and len(text) <= limits.CELL_CHARACTERS and text.isascii() and text.isprintable()
            yield _Record(line, cells, tuple(lines.recent[1:]), problems, is_plain)
        line += len(lines.recent)


def _open_quote(input_file: InputFile, first: int, last: int, why: str) -> Exception:
    """Reject a file in which a quote that is left open has taken other rows into a cell."""
    ends = "the file ends inside it" if "end of data" in why else f"it goes on to line {last:,}, where it cannot end"
    ends = "it contains too much text" if "limit" in why else ends
    return input_file.refuse(
        "bad-quotes",
        f"A quote that is opened on line {first:,} is not closed: {ends}.",
        f"Close the quote on line {first:,}, or remove it.",
    )


def _header(input_file: InputFile, dialect: _Dialect) -> Header:
    rows: list[tuple[int, list[str]]] = []
    for record in _records(input_file, dialect, Progress()):
        if len(rows) >= limits.HEADER_WITHIN and not (input_file.header_line and record.line <= input_file.header_line):
            break
        rows.append((record.line, [cell.encode("utf-8", "replace").decode() for cell in record.cells]))
        if input_file.header_line:
            rows = rows[-limits.HEADER_WITHIN :] if record.line > input_file.header_line else rows[-1:]
    header = find_header(input_file, rows)
    if header is None:
        raise input_file.refuse(
            "no-header", "No line contains the names of the columns.", "Put the names of the columns into the first row."
        )
    return header


def _rows(input_file: InputFile, dialect: _Dialect, header: Header, progress: Progress) -> Iterator[RawRow]:
    columns, width = header.columns, len(header.columns)
    for record in _records(input_file, dialect, progress):
        cells = record.cells
        if record.line <= header.last or not any(cells):
            continue
        problems = list(record.problems)
        is_ragged = len(cells) < width or any(cells[width:])
        if record.further:
            problems += _swallowed(input_file, record, dialect.delimiter, width, is_ragged=is_ragged)
        if is_ragged:
            problems.append(
                Problem(
                    "ragged-row",
                    gettext("The row has %(cells)s cells, the header %(width)s.") % {"cells": len(cells), "width": width},
                    value=dialect.delimiter.join(cells[width : width + 3])[:80],
                    fix=gettext("Put quotes around a cell that contains the delimiter."),
                )
            )
        # Nearly all rows are plain; to look at each of their cells costs as much as to read the file.
        values = dict(zip(columns, cells, strict=False))
        if not record.is_plain:
            values = {name: kept(name, unescaped(name, cell, problems), problems) for name, cell in values.items()}
        yield RawRow(record.line, values, problems=tuple(problems))


def _swallowed(input_file: InputFile, record: _Record, delimiter: str, width: int, *, is_ragged: bool) -> Iterator[Problem]:
    """Search for other rows inside the cells of a row that takes several lines: a quote may be open, and closed by chance."""
    for number, text in enumerate(record.further, record.line + 1):
        if text.partition('"')[0].count(delimiter) < max(width - 1, 1):
            continue
        if is_ragged:
            raise _open_quote(input_file, record.line, record.line + len(record.further), "")
        yield Problem(
            "cell-holds-row",
            gettext("A cell continues over line %(number)s, which looks like a row.") % {"number": f"{number:,}"},
            value=text.strip()[:80],
            fix=gettext("A quote may be unclosed on line %(line)s.") % {"line": f"{record.line:,}"},
            is_error=False,
        )
        return
