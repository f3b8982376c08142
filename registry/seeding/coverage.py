"""What the citations of a card carry: a plain one carries all that no other one of the card names."""

from collections.abc import Iterable
from typing import Any

from registry.entries import columns_of, rows_of
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.kinds import AnyModel
from registry.seeding.rows import Ref, Row
from registry.vocabularies import CitationRelation


def entries_of(model: AnyModel, values: dict[str, Any], rows: Iterable[Row] = ()) -> list[str]:
    """List what a card states, in the words of citations: its fields, and the rows of its lists."""
    stated = [column.name for column in columns_of(model) if says(column.field, values.get(column.name))]
    keys = {rows.model: (rows.name, rows.key.columns, rows.key.otherwise) for rows in rows_of(model)}
    for row in rows:
        if row.ref.model in keys:
            name, columns, otherwise = keys[row.ref.model]
            known = (row.values[column] for column in columns if row.values.get(column) is not None)
            key = next(known, otherwise)
            stated.append(f"{name}:{key.key[0] if isinstance(key, Ref) else key}")
    return list(dict.fromkeys(stated))


def says(field: Any, value: Any) -> bool:
    """Return whether a value states something: the default of a column states nothing."""
    return value is not None and value != field.get_default() and value not in ("", [])


def spread(cites: Any, entries: list[str], place: CardLocation) -> Any:
    """Give the plain citation of a card the entries that no other supporting one names; raises SeedError for a second one."""
    plain = [one for one in cites if isinstance(one, str)] if isinstance(cites, list) else []
    if len(plain) > 1:
        raise SeedError(place, f'a card has one plain citation; write {{cite: "{plain[1]}", fields: [what it carries]}}')
    if not plain:
        return cites
    named = {entry for one in cites if isinstance(one, dict) for entry in _carried(one)}
    rest = [entry for entry in entries if entry not in named and entry.partition(":")[0] not in named]
    return [{"cite": one, "fields": rest} if isinstance(one, str) else one for one in cites]


def _carried(cite: dict[str, Any]) -> list[str]:
    fields = cite.get("fields", [])
    supports = cite.get("relation", CitationRelation.SUPPORTS) == CitationRelation.SUPPORTS
    return [str(entry) for entry in fields] if supports and isinstance(fields, list) else []
