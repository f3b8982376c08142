"""The seed from beginning to end: one transaction, only differences, nothing of a person's work overwritten."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pghistory
from django.db import transaction
from django.db.models import Model

from registry import models as m
from registry.geo.uncertainty import printed_uncertainty
from registry.models.location import Placed
from registry.seeding.boundaries import read_boundaries
from registry.seeding.cards import BOUNDARIES, rows_of
from registry.seeding.differences import Differences, differences
from registry.seeding.edits import ACTOR, edited_by_people, without_what_others_filled, written_by_seed_alone
from registry.seeding.errors import SeedError
from registry.seeding.location_checks import outside_stated_country
from registry.seeding.merge import Rows, merged, resolved
from registry.seeding.reader import File, read_files
from registry.seeding.rows import Ref, Row
from registry.seeding.stored import Stored, known_ids, stored
from registry.seeding.taken_ids import without_taken_ids
from registry.seeding.writer import Say, write
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class Outcome:
    """What the seed has done, or would do."""

    records: int
    new: int
    changed: int
    left_alone: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def nothing_to_do(self) -> bool:
        """Return whether the registry was as the cards say."""
        return not self.new and not self.changed


def load(folder: Path, *, only: Iterable[str] = (), check: bool = False, say: Say = lambda line: None) -> Outcome:
    """Bring the registry to what the cards of a folder say; raises SeedError, and then writes nothing.

    `only` names files; what the others say is then neither looked at nor changed. With `check` everything is tried, the
    rules of the database too, and taken back.
    """
    only = tuple(only)
    rows = read(folder, only, say)
    say("comparing with the registry")
    with transaction.atomic(), pghistory.context(actor=ACTOR, reason=f"cards of {', '.join(only) or folder.name}"):
        held = stored(rows)
        found = differences(rows, held, complete=not only)
        found.gone = written_by_seed_alone(found.gone)
        found.changed = without_what_others_filled(found.changed)
        taken = without_taken_ids(found)
        found, left_alone = _leaving_alone(found, held)
        if found:
            write(found, held, say)
        outcome = Outcome(
            records=sum(row.is_owner for row in rows.values()),
            new=sum(row.is_owner for row in found.new),
            changed=len({ref for ref in found.owners() if ref in held.ids}),
            left_alone=tuple(sorted(f"{ref.model._meta.verbose_name} “{ref.key[0]}”" for ref in left_alone)),
            warnings=(*taken, *outside_stated_country()),
        )
        if check:
            transaction.set_rollback(True)
    return outcome


def read(folder: Path, only: Iterable[str], say: Say) -> Rows:
    """Read and merge the cards, and find what they name by an external id."""
    files = read_files(folder, only)
    say(f"reading {len(files)} files")
    rows = merged(row for file in files for row in _rows_with_shapes(file, folder))
    _note_uncertainties(rows)
    return resolved(rows, known_ids(rows))


def _note_uncertainties(rows: Rows) -> None:
    """Give each located record the uncertainty that its printed coordinates show, unless its card states one."""
    for row in rows.values():
        placed = issubclass(row.ref.model, Placed) and (row.values.get("location") or row.values.get("footprint"))
        if placed and row.values.get("location_uncertainty_m") is None:
            stated = (row.values.get(name) for name in ("coordinates_as_printed", "location_kind", "source_srid"))
            shown = printed_uncertainty(*stated)
            row.values |= asdict(shown)


#: Model of records whose shapes are in the file of boundaries → the column that identifies them there.
_SHAPED_BY: dict[type[Model], str] = {m.Country: "m49", m.DisputedArea: "slug"}


def _rows_with_shapes(file: File, folder: Path) -> Iterator[Row]:
    """Go through the rows of a file; countries and disputed areas get the shapes that the file names."""
    boundaries = None
    if name := file.content.get(BOUNDARIES):
        path = folder / str(name)
        if not path.is_file():
            raise SeedError(file.place.at(BOUNDARIES), f"there is no file {name}")
        boundaries = read_boundaries(path)
    for row in rows_of(file):
        key = _SHAPED_BY.get(row.ref.model)
        if boundaries and key and (shape := boundaries.shapes.get(row.values.get(key) or str(row.ref.key[0]))):
            row.values |= {"boundary": shape, "boundary_source": boundaries.source, "boundary_date": boundaries.date}
        yield row


def _leaving_alone(found: Differences, held: Stored) -> tuple[Differences, set[Ref]]:
    """Drop what concerns records that were merged or that people have edited, and what would need a row that is not written."""
    merged_ones = {ref for ref, values in held.values.items() if values.get("record_status") == RecordStatus.MERGED}
    alone = (merged_ones & found.owners()) | edited_by_people(found.owners(), held) if found else set()
    while alone:
        written = found.without(alone)
        missing = merged_ones | {row.ref for row in found.new} - {row.ref for row in written.new}
        waiting = {
            row.owner
            for row in (*written.new, *(change.row for change in written.changed))
            if any(isinstance(value, Ref) and value in missing for value in row.values.values())
        }
        if not waiting:
            return written, alone
        alone |= waiting
    return found, alone
