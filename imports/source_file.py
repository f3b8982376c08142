"""A third-party file: its kind, the source that it cites, and its rows mapped to the registry."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from imports.kinds import KINDS, FileKind
from imports.mapping.file import Mapping, read_mapping
from imports.mapping.guess import HEADER_WORDS, mapping_text
from imports.plan.accepted import FIXES, WORDS, together
from imports.readers.cells import with_doubtful_letters
from imports.readers.formats import open_table
from imports.readers.projections import projection_from
from imports.readers.shapes import Projection
from imports.readers.table import InputFile, Progress, Table
from imports.rows import MappedRow, RawRow
from imports.source_card import SourceCard
from imports.values.draft import Draft
from imports.values.duplicates import Seen
from imports.values.terms import Terms, terms_of_registry
from registry.geo.systems import WGS84

GENERIC = "generic"


@dataclass(frozen=True)
class Opened:
    """A file that can be read. It stays closed until `rows` is walked; each walk reads it from its beginning."""

    #: Name of the kind, e.g. "usgs-ree".
    kind: str
    #: What the rows are: a key of `targets.TARGETS`.
    target: str
    source: SourceCard
    table: Table
    terms: Terms
    drafts: Callable[[Draft], Iterable[Draft]]
    projection: Projection | None = None
    srid: int | None = None
    decimal_comma: bool = False
    #: Column of an excerpt with the number of the row in the whole file: rows are cited by it.
    line_column: str | None = None
    #: Whether its rows are edited records of the registry.
    edits: bool = False
    #: Whether rows of one id are one record.
    gathered: bool = False
    #: What its mapping says of all rows, in sentences.
    said: tuple[str, ...] = ()
    #: Fixes and the meanings of words that its mapping accepts, as options of the run.
    accepted: dict[str, Any] = field(default_factory=dict)
    #: What else its rows bring: the same file, read for records of other kinds.
    also: "tuple[Opened, ...]" = ()
    _progress: list[Progress] = field(default_factory=lambda: [Progress()])

    @property
    def total(self) -> int | None:
        """How much there is, for a progress bar: rows or bytes, as `unit` says; None if nobody can tell cheaply."""
        return self.table.total

    @property
    def unit(self) -> str:
        """What `total` and `done` count: "rows" or "bytes"."""
        return self.table.unit

    @property
    def done(self) -> int:
        """How much of `total` the latest walk has read."""
        return self._progress[0].done

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, in their order."""
        return self.table.columns

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file was read: what was chosen, and what of it is a guess."""
        said = "Numbers are read with a decimal comma, as the mapping says."
        return (*self.table.notes, *((said,) if self.decimal_comma else ()), *self.said)

    def rows(self) -> Iterator[MappedRow]:
        """Return the rows, sound or not, one at a time; raises FileRefused where the file itself goes wrong."""
        self._progress[0] = progress = Progress()
        with closing(Seen()) as seen:
            rows = map(self._numbered, self.table.walk(progress))
            for row in map(with_doubtful_letters, rows) if self.table.is_encoding_guessed else rows:
                first = Draft(
                    row,
                    self.target,
                    self.terms,
                    self.projection,
                    self.srid,
                    self.decimal_comma,
                    self.table.units,
                    self.table.is_from_1904,
                )
                for draft in self.drafts(first):
                    yield draft.mapped(*(() if self.gathered else seen.problems_of(row.line, draft.record)))

    def _numbered(self, row: RawRow) -> RawRow:
        """Give a row of an excerpt the number that it has in the whole file."""
        return replace(row, line=int(row.values[self.line_column])) if self.line_column else row


def open_file(
    path: Path,
    kind_name: str,
    mapping_path: Path | None = None,
    encoding: str | None = None,
    srid: int | None = None,
    layer: str | None = None,
    original_name: str | None = None,
    terms: Terms | None = None,
    line_column: str | None = None,
) -> Opened:
    """Open a file as a kind of data; raises FileRefused, as text for the person who uploaded it.

    `srid` is the EPSG number of the file's coordinates, `layer` the sheet or layer to read, and `original_name` what an upload
    was called, where `path` is a temporary one. `line_column` is a column of an excerpt that numbers its rows as the whole
    file does. The words of the file are understood by the registry's countries and
    commodities: the database is read once, unless `terms` brings them.
    """
    input_file = InputFile(path, original_name or path.name, encoding, srid, layer)
    # A number that means nothing is refused before anything is read.
    projection_from(input_file, srid)
    if kind_name == GENERIC:
        return _open_generic(input_file, mapping_path, terms)
    if kind_name not in KINDS:
        raise input_file.refuse(
            "unknown-kind", f"There is no kind “{kind_name[:40]}”; available: {', '.join([*KINDS, GENERIC])}."
        )
    if mapping_path is not None:
        raise input_file.refuse(
            "no-mapping-here", f"The kind {kind_name} has its own mapping.", f"Load it as {GENERIC} to use yours."
        )
    kind = KINDS[kind_name]
    table = open_table(replace(input_file, header_has=kind.columns))
    needed = frozenset(kind.columns) | ({line_column} if line_column else frozenset())
    _check_columns(input_file, table, needed, f"a file of the kind {kind_name}")
    opened = _opened(input_file, kind.name, kind.target, kind.source, table, kind.drafts, terms)
    return replace(opened, line_column=line_column)


def _open_generic(input_file: InputFile, mapping_path: Path | None, terms: Terms | None) -> Opened:
    if mapping_path is None:
        raise input_file.refuse("mapping-missing", "A generic file needs a mapping file.", "--guess writes a first one.")
    mapping = read_mapping(mapping_path)
    input_file = replace(
        input_file,
        encoding=input_file.encoding or mapping.encoding,
        srid=input_file.srid if input_file.srid is not None else mapping.srid,
        layer=input_file.layer or mapping.layer,
        delimiter=mapping.delimiter,
        header_line=mapping.header_line,
        header_has=() if mapping.header_line else tuple(mapping.columns),
    )
    table = open_table(input_file)
    _check_columns(input_file, table, mapping.columns, "its mapping")

    opened = _opened(input_file, GENERIC, mapping.target, mapping.source, table, _drafts_of(mapping), terms)
    opened = replace(opened, decimal_comma=mapping.decimal_comma, edits=mapping.edits, gathered=mapping.gathered)
    opened = replace(opened, said=mapping.notes, accepted=together({FIXES: mapping.accept, WORDS: mapping.words}))
    also = (replace(opened, target=part.target, drafts=_drafts_of(part), _progress=[Progress()]) for part in mapping.also)
    return replace(opened, also=tuple(also))


def _drafts_of(mapping: Mapping) -> Callable[[Draft], Iterable[Draft]]:
    def drafts(draft: Draft) -> Iterable[Draft]:
        mapping.fill(draft)
        return (draft,)

    return drafts


def _opened(
    input_file: InputFile,
    kind: str,
    target: str,
    source: SourceCard,
    table: Table,
    drafts: Callable[[Draft], Iterable[Draft]],
    terms: Terms | None,
) -> Opened:
    # Geometries are in WGS 84 already; what stands in columns has the number that was given, or else is in WGS 84.
    srid = table.srid or input_file.srid or WGS84
    projection = projection_from(input_file, srid)
    return Opened(kind, target, source, table, terms or terms_of_registry(), drafts, projection, srid)


def _check_columns(input_file: InputFile, table: Table, needed: frozenset[str], what: str) -> None:
    missing = sorted(needed - set(table.columns))
    if missing:
        raise input_file.refuse(
            "columns-missing",
            f"{what[0].upper()}{what[1:]} has columns that this file does not have: {', '.join(missing)[:300]}."
            f" It has: {', '.join(table.columns)[:300]}.",
            "Check the kind of the file and the position of the header.",
        )


def recognise(
    path: Path, encoding: str | None = None, layer: str | None = None, original_name: str | None = None
) -> FileKind | None:
    """Find the kind whose columns a file has, the most of them if several fit; raises FileRefused where it cannot be read."""
    input_file = InputFile(path, original_name or path.name, encoding, None, layer)
    fits = [
        kind
        for kind in KINDS.values()
        if {*kind.columns} <= {*open_table(replace(input_file, header_has=kind.columns)).columns}
    ]
    return max(fits, key=lambda kind: len(kind.columns), default=None)


def guess(
    path: Path,
    encoding: str | None = None,
    layer: str | None = None,
    original_name: str | None = None,
    terms: Terms | None = None,
) -> str:
    """Write a first mapping file (YAML) from the header and first rows of a file; raises FileRefused."""
    input_file = InputFile(path, original_name or path.name, encoding, None, layer, header_words=HEADER_WORDS)
    return mapping_text(input_file.name, open_table(input_file), terms or terms_of_registry())
