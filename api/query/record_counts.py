"""Facets counted from the records themselves: once for each combination of values, then added up by facet."""

from typing import Any

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.filters.facets import Facet
from api.query.facet_names import facets_of
from api.query.list_query import ListQuery
from api.query.selection import selected, statement
from registry.sql import Sql, identifier, joined, sql


def counted_records(query: ListQuery, names: tuple[str, ...]) -> tuple[list[Sql], list[Sql]]:
    """Return the parts of WITH and of UNION ALL that count the records of a query: facet by its number, value, name, n.

    Facet -1 is their number, value null stands for the unknown. Values of which wider ones include each other, such as
    countries of regions, are given by their keys, for `rolled_up`.
    """
    facets = [facets_of(query.resource)[name] for name in names]
    single = [number for number, facet in enumerate(facets) if facet.rows is None]
    rows = selected(query).annotate(**{f"facet{number}": facets[number].value for number in single})
    columns = [f"facet{number}" for number in single]
    listed = joined(", ", map(identifier, columns))
    alike = sql(
        "alike AS MATERIALIZED (SELECT {columns}count(*) AS n FROM chosen{grouped})",
        columns=sql("{listed}, ", listed=listed) if columns else Sql(),
        grouped=sql(" GROUP BY {listed}", listed=listed) if columns else Sql(),
    )
    chosen = statement(query, rows.values("id", *columns))
    parts = [sql("SELECT -1 AS facet, NULL AS value, NULL AS name, COALESCE(sum(n), 0) AS n FROM alike")]
    for number, facet in enumerate(facets):
        parts.append(_by_value(number, facet) if facet.rows is None else _by_rows(number, facet))
    return [sql("chosen AS ({chosen})", chosen=chosen), alike], parts


def _by_value(number: int, facet: Facet) -> Sql:
    """Add up the counts of a facet of which each record has one value, or one that lies in several wider ones."""
    column = identifier("a", f"facet{number}")
    if facet.target is None or facet.above is not None:
        return sql("SELECT {number}, {column}::text, NULL, sum(n) FROM alike a GROUP BY 2", number=number, column=column)
    return sql(
        "SELECT {number}, v.slug, v.name, sum(n) FROM alike a LEFT JOIN {values} v(below, slug, name) ON v.below = {column}"
        " GROUP BY 2, 3",
        number=number,
        values=public_values(facet),
        column=column,
    )


def _by_rows(number: int, facet: Facet) -> Sql:
    """Count the records of a facet of which a record may have several values, once for each, and those that have none."""
    assert facet.rows is not None
    rows = Sql(*facet.rows().query.sql_with_params())
    if facet.target is None:
        wide, label = sql("SELECT DISTINCT c.id, r.value::text AS value, NULL AS name"), Sql()
    else:
        wide = sql("SELECT DISTINCT c.id, v.slug AS value, v.name")
        label = sql(" JOIN {values} v(below, slug, name) ON v.below = r.value", values=public_values(facet))
    return sql(
        "(WITH pairs AS MATERIALIZED ({wide} FROM chosen c JOIN ({rows}) r(record, value) ON r.record = c.id{label})"
        " SELECT {number}, value, name, count(*) FROM pairs GROUP BY 2, 3"
        " UNION ALL SELECT {number}, NULL, NULL, (SELECT COALESCE(sum(n), 0) FROM alike)"
        " - (SELECT count(DISTINCT id) FROM pairs))",
        number=number,
        wide=wide,
        rows=rows,
        label=label,
    )


def public_values(facet: Facet) -> Sql:
    """Select the values of a facet that are public records, each below itself or what it includes; others are unknown."""
    if facet.above is not None:
        # As values, whose number the planner knows.
        below, slugs, names = zip(*wider(facet), strict=True) if wider(facet) else ((), (), ())
        return sql(
            "unnest({below}::bigint[], {slugs}::text[], {names}::text[])",
            below=list(below),
            slugs=list(slugs),
            names=list(names),
        )
    return sql("(SELECT id AS below, slug, name FROM {public} t)", public=_public(facet))


_wider = VersionedCache(50)


def wider(facet: Facet) -> list[tuple[int, str, str]]:
    """List the pairs of a key and a public record that includes it, by slug and name."""
    query = sql(
        "SELECT w.below, t.slug, t.name FROM ({above}) w JOIN {public} t ON t.id = w.value ORDER BY 1, 2",
        above=facet.above,
        public=_public(facet),
    )
    return _wider.get(query, lambda: fetch(query))


def _public(facet: Facet) -> Sql:
    model: Any = facet.target
    return sql(
        "(SELECT id, slug, {name} AS name FROM {table} WHERE record_status = 'published')",
        name=identifier(model.label_field),
        table=identifier(model._meta.db_table),
    )


def rolled_up(facet: Facet, counts: dict[str | None, int]) -> tuple[dict[tuple[str, str], int], int]:
    """Add up the counts by key to those of every wider value, by slug and name, and to that of the unknown."""
    sums: dict[tuple[str, str], int] = {}
    for below, slug, name in wider(facet):
        if number := counts.get(str(below)):
            sums[slug, name] = sums.get((slug, name), 0) + number
    known = {str(below) for below, _, _ in wider(facet)}
    return sums, sum(number for key, number in counts.items() if key not in known)
