"""Facets of a list: how many of its records have each value of a filter, and of how many the value is unknown."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.errors import BadParameter, TooSlow
from api.filters.columns import Filter
from api.filters.facets import Facet
from api.filters.parameters import nearest, several
from api.query.list_query import ListQuery
from api.query.rows import narrower
from api.query.selection import selected, statement
from api.resources.resource import Resource
from registry.sql import Sql, identifier, joined, sql

#: Bounds on what one request counts, and on how many values of a facet are returned.
MAX_FACETS = 12
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


@cache
def facets_of(resource: Resource) -> dict[str, Facet]:
    """Return what the records of a resource can be counted by, by name."""
    declared = ((name, one) for name, one in resource.filters.declared.items() if isinstance(one, Filter))
    found = ((name, one.facet(name, resource.model)) for name, one in declared)
    return {name: facet for name, facet in found if facet is not None}


def read_facets(resource: Resource, given: str) -> tuple[str, ...]:
    """Read the names of facets; raises BadParameter."""
    known = facets_of(resource)
    names = tuple(dict.fromkeys(several("facet", given)))
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            raise BadParameter(f"This list cannot be counted by “{name[:60]}”.{hint}", "facet", list(known))
    if len(names) > MAX_FACETS:
        raise BadParameter(f"A request can count by at most {MAX_FACETS} facets.", "facet")
    return names


def counted(query: ListQuery, names: tuple[str, ...]) -> Counted:
    """Count the records of a query by facets, in one pass over them; raises TooSlow. The counts hold until the data change."""
    composed = _statement(query, names)

    def count() -> Counted:
        try:
            return _read(names, fetch(composed))
        except psycopg.errors.QueryCanceled as error:
            raise TooSlow(f"The facets exceeded their time limit. {narrower(query)}") from error

    return _remembered.get((names, composed.text, repr(composed.values)), count)


def _read(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Counted:
    records = 0
    found: dict[int, list[FacetValue]] = {number: [] for number in range(len(names))}
    unknown, rest = dict.fromkeys(found, 0), dict.fromkeys(found, (0, 0))
    for number, value, name, count, values, total in rows:
        if number < 0:
            records = int(count)
        elif value is None:
            unknown[number] = int(count)
        else:
            found[number].append(FacetValue({"true": True, "false": False}.get(value, value), name, int(count)))
            rest[number] = int(values), int(total)
    return Counted(
        records,
        {
            name: FacetCounts(
                tuple(found[number]),
                unknown[number],
                rest[number][0] - len(found[number]),
                rest[number][1] - sum(one.count for one in found[number]),
            )
            for number, name in enumerate(names)
        },
    )


def _statement(query: ListQuery, names: tuple[str, ...]) -> Sql:
    """Compose the query: records with the same values are counted together first, and these counts are added up by facet."""
    facets = [facets_of(query.resource)[name] for name in names]
    single = [number for number, facet in enumerate(facets) if facet.rows is None]
    rows = selected(query).annotate(**{f"facet{number}": facets[number].value for number in single})
    columns = [f"facet{number}" for number in single]
    chosen = statement(query, rows.values("id", *columns))
    listed = joined(", ", map(identifier, columns))
    parts = [sql("SELECT -1 AS facet, NULL AS value, NULL AS name, COALESCE(sum(n), 0) AS n FROM alike")]
    for number, facet in enumerate(facets):
        parts.append(_by_value(number, facet) if facet.rows is None else _by_rows(number, facet))
    return sql(
        """
        WITH chosen AS ({chosen}),
        alike AS MATERIALIZED (SELECT {columns}count(*) AS n FROM chosen{grouped}),
        counted AS ({parts}),
        placed AS (SELECT *, row_number() OVER (PARTITION BY facet, value IS NULL ORDER BY n DESC, value) AS place,
            count(*) OVER (PARTITION BY facet, value IS NULL) AS many, sum(n) OVER (PARTITION BY facet, value IS NULL) AS total
            FROM counted)
        SELECT facet, value, name, n, many, total FROM placed WHERE place <= {most} ORDER BY facet, place""",
        chosen=chosen,
        columns=sql("{listed}, ", listed=listed) if columns else Sql(),
        grouped=sql(" GROUP BY {listed}", listed=listed) if columns else Sql(),
        parts=joined(" UNION ALL ", parts),
        most=MAX_VALUES,
    )


def _by_value(number: int, facet: Facet) -> Sql:
    """Add up the counts of a facet of which each record has one value, or one that lies in several wider ones."""
    column = identifier("a", f"facet{number}")
    if facet.target is None:
        return sql("SELECT {number}, {column}::text, NULL, sum(n) FROM alike a GROUP BY 2", number=number, column=column)
    values = sql("(SELECT id AS below, slug, name FROM {public} t)", public=_public(facet))
    if facet.above is not None:
        values = sql(
            "(SELECT w.below, t.slug, t.name FROM ({above}) w JOIN {public} t ON t.id = w.value)",
            above=facet.above,
            public=_public(facet),
        )
    return sql(
        "SELECT {number}, v.slug, v.name, sum(n) FROM alike a LEFT JOIN {values} v ON v.below = {column} GROUP BY 2, 3",
        number=number,
        values=values,
        column=column,
    )


def _by_rows(number: int, facet: Facet) -> Sql:
    """Count the records of a facet of which a record may have several values, once for each, and those that have none."""
    assert facet.rows is not None
    public = _public(facet)
    return sql(
        "(WITH pairs AS MATERIALIZED (SELECT DISTINCT c.id, {value} AS value FROM chosen c"
        " JOIN ({rows}) r(record, value) ON r.record = c.id{wider}"
        " JOIN {public} t ON t.id = {value})"
        " SELECT {number}, t.slug, t.name, p.n FROM (SELECT value, count(*) AS n FROM pairs GROUP BY 1) p"
        " JOIN {public} t ON t.id = p.value"
        " UNION ALL SELECT {number}, NULL, NULL, (SELECT COALESCE(sum(n), 0) FROM alike)"
        " - (SELECT count(DISTINCT id) FROM pairs))",
        number=number,
        value=identifier("w" if facet.above is not None else "r", "value"),
        rows=Sql(*facet.rows().query.sql_with_params()),
        wider=Sql() if facet.above is None else sql(" JOIN ({above}) w ON w.below = r.value", above=facet.above),
        public=public,
    )


def _public(facet: Facet) -> Sql:
    """Select the records that can be values of a facet: those that are public; others are as good as unknown."""
    model: Any = facet.target
    return sql(
        "(SELECT id, slug, {name} AS name FROM {table} WHERE record_status = 'published')",
        name=identifier(model.label_field),
        table=identifier(model._meta.db_table),
    )
