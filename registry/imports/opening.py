"""A file of others, opened: what kind it is, whom it cites, and its rows in the registry's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from registry.imports.rows import MappedRow


@dataclass(frozen=True)
class SourceCard:
    """The source that the rows of a file cite; found by its slug, made from the rest where the registry has none."""

    slug: str
    title: str
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    rights: str | None = None
    attribution: str | None = None
    kind: str = "dataset"


class Opened(Protocol):
    """What `open_file` gives. The file stays closed until `rows` is walked; each walk reads it from its beginning."""

    #: Name of the kind, e.g. "usgs-ree".
    kind: str
    #: What the rows are: a key of `targets.TARGETS`.
    target: str
    source: SourceCard
    #: How much there is, for a progress bar: rows or bytes, as `unit` says; None if nobody can tell cheaply.
    total: int | None
    unit: str
    #: The columns of the file, in its order.
    columns: tuple[str, ...]

    @property
    def done(self) -> int:
        """How much of `total` the current walk has read."""

    def rows(self) -> Iterator[MappedRow]:
        """Give the rows, sound or not, one at a time; raises FileRefused where the file itself goes wrong."""


def open_file(
    path: Path,
    kind_name: str,
    mapping_path: Path | None = None,
    encoding: str | None = None,
    srid: int | None = None,
    layer: str | None = None,
    original_name: str | None = None,
) -> Opened:
    """Open a file as a kind of data; raises FileRefused, in words for the person who brought it.

    `srid` is the EPSG number of the file's coordinates, `layer` the sheet or layer to read, and `original_name` what an upload
    was called, where `path` is a temporary one.
    """
    raise NotImplementedError


def guess(path: Path, encoding: str | None = None, layer: str | None = None, original_name: str | None = None) -> str:
    """Write a first mapping file (YAML) from the header and first rows of a file."""
    raise NotImplementedError
