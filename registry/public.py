"""What readers see of records, of parts of records and of citations: as SQL, and of rows that are loaded."""

from collections.abc import Iterator
from typing import Any

from registry.kinds import CITED, SIDES, RecordKind, kind_named, kind_of_model
from registry.vocabularies import RecordStatus

#: A disagreement is shown with so many sides or more.
LEAST_SIDES = 2
_SOURCE = kind_named("source")


def is_seen(kind: RecordKind, key: str, looked_up: str = "") -> str:
    """Return the condition that readers see the row of a kind with a key; `looked_up` stands at the end of each look-up."""
    # An alias of its own for each kind: the conditions stand in each other.
    row = f"seen_{kind.name}"
    if kind.name == "citation":
        condition = is_citation_seen(row, looked_up)
    elif kind.part_of:
        condition = is_seen(kind_named(kind.part_of), f"{row}.{kind.holder}_id", looked_up)
    else:
        condition = f"{row}.record_status = 'published'"
    if kind.shown_with:
        condition += (
            f" AND ({' OR '.join(is_seen(kind_named(name), f'{row}.{name}_id', looked_up) for name in kind.shown_with)})"
        )
    return f"EXISTS (SELECT FROM {kind.table} {row} WHERE {row}.id = {key} AND {condition}{looked_up})"


def is_citation_seen(alias: str, looked_up: str = "") -> str:
    """Return the condition that readers see a citation: its source, and what it is cited for."""
    cited = " AND ".join(
        f"({alias}.{column}_id IS NULL OR {is_seen(kind, f'{alias}.{column}_id', looked_up)})" for column, kind in CITED.items()
    )
    return f"{is_seen(_SOURCE, f'{alias}.source_id', looked_up)} AND {cited}"


def is_side_seen(alias: str) -> str:
    """Return the condition that readers see a side of a disagreement."""
    return " AND ".join(
        f"({alias}.{column}_id IS NULL OR {is_seen(kind, f'{alias}.{column}_id')})" for column, kind in SIDES.items()
    )


def ways_to_hide(kind: RecordKind) -> list[str]:
    """List the look-ups from a side of a disagreement to a record of a kind that it is seen with, as itself or by another."""
    return [f"{column}{way}" for column, one in SIDES.items() for way in _ways(one, kind)]


def _ways(one: RecordKind, kind: RecordKind) -> Iterator[str]:
    if one.name == kind.name:
        yield ""
    seen_with = dict.fromkeys(one.shown_with) | ({one.holder: None} if one.part_of else {})
    for name in seen_with:
        yield from (f"__{name}{way}" for way in _ways(kind_named(one.part_of if name == one.holder else name), kind))
    if one.name == "citation":
        yield from (f"__source{way}" for way in _ways(_SOURCE, kind))
        for column, cited in CITED.items():
            yield from (f"__{column}{way}" for way in _ways(cited, kind))


def seen(row: Any) -> bool:
    """Return whether readers see a row that is loaded."""
    kind = kind_of_model(type(row))
    assert kind is not None, row
    if kind.name == "citation":
        return seen(row.source) and all(seen(one) for one in (getattr(row, column) for column in CITED) if one is not None)
    if kind.part_of:
        return seen(getattr(row, kind.holder))
    shown_with = [one for one in (getattr(row, name) for name in kind.shown_with) if one is not None]
    return row.record_status == RecordStatus.PUBLISHED and (not kind.shown_with or any(map(seen, shown_with)))


def sides_seen(disagreement: Any) -> int:
    """Count the sides of a disagreement that readers see."""
    return sum(seen(next(filter(None, (getattr(m, name) for name in SIDES)))) for m in disagreement.members.all())
