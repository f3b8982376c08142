"""What would have to change for the registry to be as the cards say."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import NOT_PROVIDED, Model

from registry import models as m
from registry.kinds import kind_of_model
from registry.seeding.cards import SLUG
from registry.seeding.errors import SeedError
from registry.seeding.merge import Rows, label_field, other_name, row_adds_up
from registry.seeding.rows import Ref, Row, comparable
from registry.seeding.stored import KEYED, Stored
from registry.seeding.values import fields_of
from registry.vocabularies import RecordStatus

EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class SeedDifference:
    """A row that holds something else than its card says, with what it should hold."""

    row: Row
    pk: int
    values: dict[str, Any]


@dataclass
class Differences:
    """Rows to add, rows to change, and rows that no card mentions any more."""

    new: list[Row] = field(default_factory=list)
    changed: list[SeedDifference] = field(default_factory=list)
    gone: list[tuple[Ref, Ref, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether there is anything to do."""
        return bool(self.new or self.changed or self.gone)

    def owners(self) -> set[Ref]:
        """Name the records that would change."""
        return {r.owner for r in self.new} | {c.row.owner for c in self.changed} | {owner for _, owner, _ in self.gone}

    def without(self, owners: set[Ref]) -> "Differences":
        """Leave some records alone."""
        return Differences(
            [r for r in self.new if r.owner not in owners],
            [c for c in self.changed if c.row.owner not in owners],
            [g for g in self.gone if g[1] not in owners],
        )


def differences(rows: Rows, held: Stored, *, complete: bool) -> Differences:
    """Compare; with `complete` cards (all files), a key that is left out means the usual value, and rows can be gone."""
    found = Differences()
    cited = {r.ref.key[1] for r in rows.values() if r.ref.model is m.Citation}
    for row in rows.values():
        if row.ref not in held.values:
            _check_complete(row, cited)
            found.new.append(row)
        elif values := _changes(row, held.values[row.ref], complete):
            found.changed.append(SeedDifference(row, held.ids[row.ref], values))
        if not complete and (extra := _yielded_name(row, held)) and extra.ref not in rows:
            found.new.append(extra)
    if complete:
        found.gone = [
            (ref, held.owners[ref], pk)
            for ref, pk in held.ids.items()
            if ref not in rows and ref in held.owners and held.owners[ref] != ref
        ]
    return found


def _changes(row: Row, held: dict[str, Any], complete: bool) -> dict[str, Any]:
    """List the fields that hold something else than the card says."""
    changes = {}
    for name, f in fields_of(row.ref.model).items():
        if name not in row.values and (not complete or name in (SLUG, *_owner_columns(row))):
            continue
        wanted = row.values[name] if name in row.values else f.get_default()
        if row.gives_way and not complete and (held[name] not in EMPTY or row_adds_up(row, name)):
            continue
        if not _same(wanted, held[name]):
            changes[name] = wanted
    return changes


def _owner_columns(row: Row) -> tuple[str, ...]:
    """Name the column by which a row belongs to something: it is part of what the row is."""
    return () if row.is_owner else (row.ref.key[0],)


def _same(wanted: Any, held: Any) -> bool:
    if isinstance(wanted, Ref) and isinstance(held, Ref) and KEYED in (wanted.key[0], held.key[0]):
        return wanted == held
    return bool(comparable(wanted) == comparable(held))


def _yielded_name(row: Row, held: Stored) -> Row | None:
    """Keep, as another name, what a card that gives way calls a record that the registry calls otherwise."""
    label = label_field(row.ref.model) if row.is_owner and row.gives_way else ""
    own = held.values.get(row.ref, {}).get(label)
    if not own or row.values.get(label) in (None, own):
        return None
    extra = other_name(row, row.values[label])
    return None if extra.ref in held.ids else extra


def _check_complete(row: Row, cited: set[Ref]) -> None:
    """Reject a new row that lacks what its table needs, or its source."""
    for name, f in fields_of(row.ref.model).items():
        if name not in row.values and not f.null and not f.blank and f.default is NOT_PROVIDED:
            raise SeedError(row.place, f"“{name}” is missing")
    published = row.values.get("record_status") == RecordStatus.PUBLISHED
    if published and _must_be_cited(row.ref.model) and row.ref not in cited:
        raise SeedError(row.place, 'a published record names a source: cites: ["source-slug#place in it"]')


def _must_be_cited(model: type[Model]) -> bool:
    kind = kind_of_model(model)
    return kind is not None and kind.must_be_cited
