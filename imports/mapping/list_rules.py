"""Steps that fill a list of a record: each entry of the mapping gives one row of it, or several from a cell that is split."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from imports.mapping.entries import MappingError, known_keys
from imports.mapping.field_rules import Rule, field_rule
from imports.tables import RowList
from imports.values.draft import Draft
from imports.values.holders import joined_forms


def list_rules(rows: RowList, given: Any) -> list[Rule]:
    """Make the steps of a list; raises MappingError."""
    return [_rule(rows, item) for item in (given if isinstance(given, list) else [given])]


def _rule(rows: RowList, given: Any) -> Rule:
    fields = {field.name: field for field in rows.fields}
    said = dict(known_keys(given, (*fields, "split"), f"record → {rows.name}"))
    split = said.pop("split", "")
    if not isinstance(split, str):
        raise MappingError(f"record → {rows.name} → split: write a text, in quotes")
    rules = [field_rule(fields[key], entry) for key, entry in said.items()]
    # The key of a row is what a cell holds several of.
    cut = next((rule.columns[0] for key in rows.keys for rule in rules if rule.key == key and rule.columns), "")
    if split and not cut:
        raise MappingError(f"record → {rows.name} → split: it needs a column for {' or '.join(rows.keys)}")

    def put(draft: Draft) -> None:
        listed = draft.record.setdefault(rows.name, [])
        for part in _parts(draft, rows, cut, split):
            for rule in rules:
                rule.put(part)
            # What the mapping itself says is said of rows that say something.
            if any(part.record.get(rule.key) is not None for rule in rules if rule.columns) or _has_bounds(part):
                listed.append(part.record)

    return Rule(rows.name, tuple(column for rule in rules for column in rule.columns), put)


def _has_bounds(part: Draft) -> bool:
    return any(key.endswith(("_low", "_high")) and value is not None for key, value in part.record.items())


def _parts(draft: Draft, rows: RowList, cut: str, split: str) -> Iterator[Draft]:
    """Begin a row for each text of the cell that is split."""
    if not split:
        yield draft.part(rows.model)
        return
    for text in joined_forms(draft.cell(cut).split(split), split):
        if text.strip():
            part = draft.part(rows.model)
            yield replace(part, row=replace(draft.row, values={**draft.row.values, cut: text.strip()}))
