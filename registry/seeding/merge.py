"""Cards of one record in several files, made one; and references, found."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from registry import models as m
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.kinds import NAMES, owner_column
from registry.seeding.rows import ById, Ref, Row, comparable, row_ref
from registry.vocabularies import NameKind

Rows = dict[Ref, Row]


def merged(rows: Iterable[Row]) -> Rows:
    """Put the rows of all files together; where two files describe one record, each fills what the other leaves out.

    Raises SeedError where they differ, unless one of the files gives way: then the other's value stands, and a name that
    differs becomes another name of the record.
    """
    together: Rows = {}
    for row in rows:
        if (other := together.get(row.ref)) is None:
            together[row.ref] = row
        else:
            together[row.ref] = _joined(other, row)
    for row in list(together.values()):
        for name in row.other_names:
            extra = other_name(row, name)
            together.setdefault(extra.ref, extra)
    _carry_what_stands(together)
    return {ref: row for ref, row in together.items() if not _repeats_own_name(row, together)}


def label_field(model: type[Model]) -> str:
    """Return the field by which readers call a record of the model; empty where it has no names."""
    label = str(getattr(model, "label_field", ""))
    return label if label in ("name", "title") and model is not m.Source and model is not m.Disagreement else ""


def other_name(row: Row, name: str) -> Row:
    """Return the row that keeps a name of a record beside its own."""
    values = {owner_column(NAMES, row.ref.model): row.ref, "text": name, "kind": NameKind.ALTERNATE.value}
    column = owner_column(NAMES, row.ref.model)
    return Row(row_ref(NAMES.model, column, row.ref, NAMES.identity, values), row.owner, values, row.place, row.gives_way)


def row_adds_up(row: Row, key: str) -> bool:
    """Return whether a list of a row holds what all cards say together: the entries that a citation carries."""
    return row.ref.model is m.Citation and key == "fields"


def _carry_what_stands(rows: Rows) -> None:
    """Let citations of cards that gave way no longer carry the values that do not stand; a name is carried as another name."""
    given_way = {row.ref: row for row in rows.values() if row.given_way}
    for cite in [row for row in rows.values() if row.ref.model is m.Citation and row.gives_way and row.owner in given_way]:
        record = given_way[cite.owner]
        label, carried = label_field(record.ref.model), cite.values.get("fields", [])
        kept = [entry for entry in carried if entry not in record.given_way]
        names = [f"names:{name}" for name in record.other_names] if label in record.given_way and label in carried else []
        cite.values["fields"] = list(dict.fromkeys([*kept, *names]))


def _joined(first: Row, second: Row) -> Row:
    """Join two rows; `kept` is the one that does not give way."""
    kept, yielding = (second, first) if first.gives_way and not second.gives_way else (first, second)
    values = dict(kept.values)
    names = [*kept.other_names, *yielding.other_names]
    given_way = [*kept.given_way, *yielding.given_way]
    for key, value in yielding.values.items():
        if row_adds_up(kept, key):
            values[key] = list(dict.fromkeys([*values.get(key, []), *value]))
        elif key not in values or values[key] in (None, "", []):
            values[key] = value
        elif comparable(values[key]) != comparable(value) and value not in (None, "", []):
            if not yielding.gives_way or kept.gives_way:
                raise SeedError(
                    kept.place.at(key), f"“{values[key]}” here, but “{value}” in {yielding.place.file}; write it once"
                )
            if key == label_field(kept.ref.model):
                names.append(str(value))
            given_way.append(key)
    return Row(kept.ref, kept.owner, values, kept.place, kept.gives_way and yielding.gives_way, names, given_way)


def _repeats_own_name(row: Row, rows: Rows) -> bool:
    """Return whether a row of the names table only says again what the record is called."""
    if row.ref.model is not m.Name:
        return False
    owner = rows[row.owner]
    return bool(row.values["text"] == owner.values.get(label_field(row.owner.model)) and not row.values.get("language"))


def resolved(rows: Rows, known: dict[ById, Ref]) -> Rows:
    """Replace names by external id with the rows they mean; `known` are those that the registry holds already."""
    by_id = dict(known)
    for row in rows.values():
        if row.ref.model is m.ExternalId:
            _, parent, _, value = row.ref.key
            by_id[ById(parent.model, str(value))] = parent
    found: Rows = {}
    for row in rows.values():
        wanted = {key: value for key, value in row.values.items() if isinstance(value, ById)}
        if not wanted:
            found[row.ref] = row
            continue
        for key, value in wanted.items():
            if value not in by_id:
                name = value.model._meta.verbose_name
                raise SeedError(row.place.at(key), f"no {name} has the external id “{value.value}”")
            row.values[key] = by_id[value]
        row.ref = _renamed(row.ref, wanted, by_id)
        found[row.ref] = row
    return found


def _renamed(ref: Ref, wanted: dict[str, ById], by_id: dict[ById, Ref]) -> Ref:
    names = {value: by_id[value] for value in wanted.values()}
    return Ref(ref.model, tuple(names.get(part, part) if isinstance(part, ById) else part for part in ref.key))


def wanted_ids(rows: Rows) -> list[tuple[ById, CardLocation]]:
    """List the rows that are named by an external id."""
    return [(v, row.place) for row in rows.values() for v in row.values.values() if isinstance(v, ById)]


def references(row: Row) -> list[tuple[str, Any]]:
    """List the columns of a row that name records."""
    return [(key, value) for key, value in row.values.items() if isinstance(value, Ref)]
