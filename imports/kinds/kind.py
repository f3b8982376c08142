"""What a kind of file is: whom it cites, by which columns it is known, and how a row becomes a record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imports.source_card import SourceCard
from imports.values.draft import Draft


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is known here, declared in a file of its own."""

    name: str
    title: str
    #: What the rows become: a key of `targets.TARGETS`.
    target: str
    source: SourceCard
    #: Columns without which the file is not of this kind; the header is found by them.
    columns: tuple[str, ...]
    #: Fills a draft from its row.
    fill: Callable[[Draft], None] | None = None
    #: For rows that hold several records: gives a filled draft for each.
    parts: Callable[[Draft], Iterable[Draft]] | None = None
    #: EPSG number of the coordinates in columns of the file.
    srid: int = 4326

    def drafts(self, draft: Draft) -> Iterable[Draft]:
        """Return the filled drafts of a row."""
        if self.parts is not None:
            return self.parts(draft)
        if self.fill is not None:
            self.fill(draft)
        return (draft,)
