"""CSV and TSV: a header line, then a row per line or, in quotes, over several."""

import csv
from collections.abc import Iterator
from itertools import islice

from registry.imports import limits
from registry.imports.readers.cells import kept
from registry.imports.readers.encodings import find_encoding
from registry.imports.readers.lines import text_lines
from registry.imports.readers.table import Asked, Progress, Table, checked_columns
from registry.imports.rows import Problem, RawRow

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 20


def read_delimited(asked: Asked) -> Table:
    """Read a text table; the delimiter and the line of the header are found where nobody names them."""
    encoding = find_encoding(asked)
    delimiter = _delimiter(asked, encoding.name)
    line, columns = _header(asked, encoding.name, delimiter)
    return Table(
        format="TSV" if delimiter == "\t" else "CSV",
        columns=columns,
        walk=lambda progress: _rows(asked, encoding.name, delimiter, line, columns, progress),
        total=asked.path.stat().st_size,
        unit="bytes",
        encoding=encoding.name,
        notes=encoding.note,
    )


def _delimiter(asked: Asked, encoding: str) -> str:
    """Take the delimiter that splits most lines of the beginning into as many cells as the widest of them."""
    if asked.delimiter:
        if asked.delimiter not in _DELIMITERS:
            raise asked.refuse("unknown-delimiter", "A delimiter is a comma, a tab, a semicolon or a bar.")
        return asked.delimiter
    lines = list(islice(text_lines(asked, encoding, Progress()), _SAMPLE_LINES))
    if not lines:
        raise asked.refuse("empty", "It is empty.")

    def fit(delimiter: str) -> tuple[int, int]:
        widths = [line.count(delimiter) for line in lines]
        usual = max(set(widths), key=lambda width: (width > 0, widths.count(width), width))
        return (widths.count(usual) if usual else 0, usual)

    if asked.name.lower().endswith((".tsv", ".tab")) and "\t" in "".join(lines):
        return "\t"
    header = max(_DELIMITERS, key=lambda delimiter: lines[0].count(delimiter))
    return header if lines[0].count(header) else max(_DELIMITERS, key=fit)


#: The longest cell: what is longer is a quote that is not closed.
_CELL_CHARACTERS = 131_072


def _records(asked: Asked, encoding: str, delimiter: str, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Give the cells of each row, and the line it begins on; blank lines are passed over."""
    reader = csv.reader(text_lines(asked, encoding, progress), delimiter=delimiter)
    line = 1
    while True:
        try:
            # The limit is the process's, and others may raise it.
            csv.field_size_limit(_CELL_CHARACTERS)
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise asked.refuse(
                "bad-quotes",
                f"The row that begins on line {line:,} cannot be read: {error}.",
                "Look there for a quote that is not closed.",
            ) from error
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _header(asked: Asked, encoding: str, delimiter: str) -> tuple[int, tuple[str, ...]]:
    """Find the header: on the named line, or the first with all columns it is known by, or the first line of all."""
    first: tuple[int, list[str]] | None = None
    for line, cells in islice(_records(asked, encoding, delimiter, Progress()), limits.HEADER_WITHIN):
        if asked.header_line is not None:
            if line >= asked.header_line:
                return line, checked_columns(asked, cells)
            continue
        first = first or (line, cells)
        if not asked.header_has:
            break
        if set(asked.header_has) <= {" ".join(cell.split()) for cell in cells}:
            return line, checked_columns(asked, cells)
    if first is None:
        raise asked.refuse(
            "no-header", "There is no line with names of columns.", "Give the first row the names of the columns."
        )
    return first[0], checked_columns(asked, first[1])


def _rows(
    asked: Asked, encoding: str, delimiter: str, header: int, columns: tuple[str, ...], progress: Progress
) -> Iterator[RawRow]:
    width = len(columns)
    for line, cells in _records(asked, encoding, delimiter, progress):
        if line <= header or not any(cells):
            continue
        problems: list[Problem] = []
        if len(cells) < width or any(cells[width:]):
            problems.append(
                Problem(
                    "ragged-row",
                    f"The row has {len(cells)} cells, the header {width}.",
                    value=delimiter.join(cells[width : width + 3])[:80],
                    mend="Put quotes around a cell that holds the delimiter.",
                )
            )
        values = {name: kept(name, cell, problems) for name, cell in zip(columns, cells, strict=False)}
        yield RawRow(line, values, problems=tuple(problems))
