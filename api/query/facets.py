"""Facets of a list: how many of its records have each value of a filter, and of how many the value is unknown."""

from dataclasses import dataclass, replace
from typing import Any

import psycopg

from api.database.bound import Bound
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.errors import TooSlow
from api.filters.clauses import Clause
from api.filters.facets import Facet
from api.query.bit_counts import MAX_STALE, counted_bits, kept, late_in
from api.query.facet_names import facets_of
from api.query.list_query import ListQuery
from api.query.narrower import narrower
from api.query.record_counts import counted_records, rolled_up
from api.query.selection import selected, statement
from api.resources.resource import Resource
from registry.sql import Sql, joined, sql

#: How many values of a facet are returned at most.
MAX_VALUES = 250
_remembered = VersionedCache(2_000)


@dataclass(frozen=True)
class FacetValue:
    """A value as its filter takes it, with its name if it is a record, and the number of records that have it."""

    value: str | bool
    name: str | None
    count: int


@dataclass(frozen=True)
class FacetCounts:
    """What a facet counts: its commonest values, of how many records it is unknown, and what was left out."""

    values: tuple[FacetValue, ...]
    unknown: int
    #: How many values are not listed, and their counts added up.
    other_values: int
    others: int

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        values = [
            {"value": one.value, **({} if one.name is None else {"name": one.name}), "count": one.count} for one in self.values
        ]
        return {"values": values, "unknown": self.unknown, "others": {"values": self.other_values, "count": self.others}}


@dataclass(frozen=True)
class Counted:
    """The number of records of a query, and its facets by name."""

    records: int
    facets: dict[str, FacetCounts]


def counted(query: ListQuery, names: tuple[str, ...]) -> Counted:
    """Count the records of a query by facets; raises TooSlow. The counts hold until the data change."""
    shape = statement(query, selected(query).values("id"))

    def count() -> Counted:
        try:
            return _read(query.resource, names, _rows(query, names))
        except psycopg.errors.QueryCanceled as error:
            raise TooSlow(f"The facets exceeded their time limit. {narrower(query)}") from error

    return _remembered.get((names, shape.text, repr(shape.values)), count)


def unlocated_of(query: ListQuery) -> ListQuery:
    """Narrow a query to the records without a location."""
    clause = Clause("unlocated", lambda rows: rows.filter(**{f"{query.resource.geometry}__isnull": True}))
    return replace(query, clauses=(*query.clauses, clause))


def _rows(query: ListQuery, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Count by the kept bits, and the records whose bits are out of date one by one.

    The statement that counts sees which records these are; if there are some that it did not leave out, it is run again.
    """
    stale: set[int] = set()
    while kept(query, names) and len(stale) <= MAX_STALE:
        rows = fetch(_statement(query, names, sorted(stale)))
        late = set(late_in(rows))
        if not late:
            return rows
        stale |= late
    return fetch(_composed(query, names, *counted_records(query, names)))


def _statement(query: ListQuery, names: tuple[str, ...], stale: list[int]) -> Sql:
    tables, parts = counted_bits(query, names, stale)
    if stale:
        some = Clause("stale", lambda rows: rows.filter(id__any_of=Bound("stale", "bigint[]")), {"stale": stale})
        more_tables, more_parts = counted_records(replace(query, clauses=(*query.clauses, some)), names)
        tables, parts = tables + more_tables, parts + more_parts
    return _composed(query, names, tables, parts)


def _composed(query: ListQuery, names: tuple[str, ...], tables: list[Sql], parts: list[Sql]) -> Sql:
    """Add up the counts of a value, and keep the commonest values of each facet, and all that are rolled up afterwards."""
    whole = [number for number, name in enumerate(names) if _is_rolled_up(facets_of(query.resource)[name])]
    return sql(
        """
        WITH {tables},
        counted AS (SELECT facet, value, name, sum(n) AS n FROM ({parts}) p GROUP BY 1, 2, 3 HAVING sum(n) > 0),
        placed AS (SELECT *, row_number() OVER (PARTITION BY facet, value IS NULL ORDER BY n DESC, value) AS place,
            count(*) OVER (PARTITION BY facet, value IS NULL) AS many, sum(n) OVER (PARTITION BY facet, value IS NULL) AS total
            FROM counted)
        SELECT facet, value, name, n, many, total FROM placed WHERE place <= {most} OR facet = ANY ({whole}::int[])
        ORDER BY facet, place""",
        tables=joined(", ", tables),
        parts=joined(" UNION ALL ", parts),
        most=MAX_VALUES,
        whole=whole,
    )


def _read(resource: Resource, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Counted:
    records = sum(int(count) for number, _, _, count, *_ in rows if number == -1)
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}
    for number, *row in rows:
        if number >= 0:
            found[names[number]].append(tuple(row))
    return Counted(records, {name: _counts(facets_of(resource)[name], those) for name, those in found.items()})


def _counts(facet: Facet, rows: list[tuple[Any, ...]]) -> FacetCounts:
    """Read the rows of a facet: value, name, n, and how many values it has with how many records."""
    if _is_rolled_up(facet):
        return _rolled(facet, {value: int(count) for value, _, count, *_ in rows})
    unknown = sum(int(count) for value, _, count, *_ in rows if value is None)
    known = [row for row in rows if row[0] is not None]
    values = tuple(FacetValue({"true": True, "false": False}.get(value, value), name, int(n)) for value, name, n, *_ in known)
    many, total = (int(known[0][3]), int(known[0][4])) if known else (0, 0)
    return FacetCounts(values, unknown, many - len(values), total - sum(one.count for one in values))


def _rolled(facet: Facet, counts: dict[str | None, int]) -> FacetCounts:
    wide, unknown = rolled_up(facet, counts)
    values = sorted((FacetValue(slug, name, n) for (slug, name), n in wide.items()), key=lambda one: (-one.count, one.value))
    rest = values[MAX_VALUES:]
    return FacetCounts(tuple(values[:MAX_VALUES]), unknown, len(rest), sum(one.count for one in rest))


def _is_rolled_up(facet: Facet) -> bool:
    return facet.rows is None and facet.above is not None
