"""What every format gives: columns, and rows that are read on demand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imports import limits
from imports.refusal import FileRefused
from imports.rows import RawRow


@dataclass(frozen=True)
class InputFile:
    """Which file, and what the person who uploaded it said of it."""

    path: Path
    #: What the file was called when it was uploaded; it stands in messages, and its ending tells formats that look alike apart.
    name: str
    encoding: str | None = None
    #: EPSG number of the coordinates.
    srid: int | None = None
    #: Sheet or layer.
    layer: str | None = None
    delimiter: str | None = None
    #: Line or row of the header, where the file does not begin with it.
    header_line: int | None = None
    #: Columns by which the header is known.
    header_has: tuple[str, ...] = ()
    #: Words that headers use, folded: they tell the table of records from other tables of a workbook.
    header_words: frozenset[str] = frozenset()

    def refuse(self, rule: str, message: str, fix: str = "") -> FileRefused:
        """Make the refusal of this file."""
        return FileRefused(self.name, rule, message, fix)


@dataclass
class Progress:
    """How far a walk through a file has come, in the table's unit."""

    done: int = 0


@dataclass(frozen=True)
class Table:
    """A file as a table; `walk` begins at the first row each time it is called."""

    format: str
    columns: tuple[str, ...]
    walk: Callable[[Progress], Iterator[RawRow]]
    #: Rows or bytes, as `unit` says; None if nobody can tell without reading all.
    total: int | None = None
    unit: str = "rows"
    #: Whether rows carry a geometry.
    has_geometry: bool = False
    #: EPSG number of the file's coordinates, where it is known.
    srid: int | None = None
    encoding: str | None = None
    is_encoding_guessed: bool = False
    #: Units of columns, from a row of them below the header.
    units: Mapping[str, str] = field(default_factory=dict)
    #: Whether its serial numbers of days begin with 1904, as workbooks of old Macintosh computers have them.
    is_from_1904: bool = False
    #: What was chosen and guessed of how to read the file, in sentences.
    notes: tuple[str, ...] = field(default=())


def checked_columns(input_file: InputFile, names: Sequence[object]) -> tuple[str, ...]:
    """Make column names of a header: without padding, each once; empty ones at its end are left out."""
    texts = ["" if name is None else " ".join(str(name).split()) for name in names]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise input_file.refuse("no-header", "The header is empty.", "Put the names of the columns into the first row.")
    if len(texts) > limits.COLUMNS:
        raise input_file.refuse(
            "too-many-columns",
            f"It has more than {limits.COLUMNS:,} columns.",
            "Check the delimiter, and that every row is on its own line.",
        )
    seen: dict[str, int] = {}
    columns = []
    for position, text in enumerate(texts, 1):
        name = text or f"column {position}"
        if len(name) > 300:
            raise input_file.refuse("long-column-name", f"The name of column {position} is longer than 300 characters.")
        seen[name] = seen.get(name, 0) + 1
        columns.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(columns)
