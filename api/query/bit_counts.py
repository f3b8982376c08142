"""Facets counted from kept bits: the chosen records as bits, and the bits of each value, have so many in common.

What a filter of a facet's name keeps is known from bits too; any other filter is asked of the records, and its answer is made
into bits. A million records are 123 rows of a value.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.filters.clauses import Clause
from api.query.facet_names import facets_of
from api.query.kept import EVERY, NO_BITS, UNKNOWN, bits_of, chunk_of, kept_facets
from api.query.list_query import ListQuery
from api.query.record_counts import public_values
from api.query.selection import selected, statement, unnarrowed
from registry.sql import Sql, joined, literal, sql

#: When the bits of more records are out of date, as before the first count, all records are counted instead.
MAX_STALE = 20_000


def counted_bits(query: ListQuery, names: tuple[str, ...], stale: list[int]) -> tuple[list[Sql], list[Sql]]:
    """Return the parts of WITH and of UNION ALL that count the records of a query, but for those whose bits are out of date.

    The last part, facet -2, names further records whose bits are out of date when the query runs.
    """
    kind = literal(query.resource.kind)
    but = sql("SELECT unnest({stale}::bigint[])", stale=stale) if stale else None
    chosen = sql("chosen_bits AS MATERIALIZED ({bits})", bits=chosen_bits(query, but))
    single = [name for name in names if facets_of(query.resource)[name].rows is None]
    keys = sorted({kept_facets(query.resource)[name][0] for name in single})
    # Nothing is narrowed: what each chunk has of a value is kept as a number.
    whole = unnarrowed(query) and not stale
    values = sql(
        "valued AS MATERIALIZED (SELECT b.facet, b.value, {number} AS n FROM registry_facetbits b{among}"
        " WHERE b.kind = {kind} AND b.facet = ANY ({keys}) GROUP BY 1, 2)",
        number=sql("sum(b.records)") if whole else sql("sum(bit_count(b.bits & s.bits))"),
        among=Sql() if whole else sql(" JOIN chosen_bits s USING (chunk)"),
        kind=kind,
        keys=keys,
    )
    parts = [sql("SELECT -1 AS facet, NULL AS value, NULL AS name, COALESCE(sum(bit_count(bits)), 0) AS n FROM chosen_bits")]
    parts += (_part(query, number, name) for number, name in enumerate(names))
    parts.append(
        sql(
            "SELECT -2, string_agg(record_id::text, ','), NULL, count(*) FROM (SELECT DISTINCT record_id"
            " FROM registry_facetstale WHERE kind = {kind} AND record_id <> ALL ({stale}::bigint[]) LIMIT {most}) late",
            kind=kind,
            stale=stale,
            most=MAX_STALE + 1,
        )
    )
    return [chosen, values], parts


def chosen_bits(query: ListQuery, but: Sql | None = None) -> Sql:
    """Select the chosen records of each chunk as bits, but those whose ids another query gives."""
    kind = literal(query.resource.kind)
    known, others, remaining = [], [], []
    for clause in query.clauses:
        term = _term(query, clause)
        if term is None:
            others.append(clause)
        else:
            known.append(term)
        # What the bits say of a record's own columns is asked with the others too: it leaves fewer records to look at.
        if term is None or _is_of_a_column(query, clause):
            remaining.append(clause)
    sources = [_bits(kind, EVERY, [EVERY]), *(_bits(kind, facet, values) for facet, values in known)]
    if others or query.near:
        rest = replace(query, clauses=tuple(remaining))
        sources.append(
            sql(
                "SELECT {chunk} AS chunk, {bits} AS bits FROM ({rows}) r(id) GROUP BY 1",
                chunk=chunk_of("id"),
                bits=bits_of("id"),
                rows=statement(rest, selected(rest).values("id")),
            )
        )
    names = [f"t{number}" for number in range(len(sources))]
    both = joined(" & ", (Sql(f"{name}.bits") for name in names))
    tables = joined(
        " JOIN ",
        (
            sql("({source}) {name}{using}", source=source, name=Sql(name), using=sql(" USING (chunk)") if at else Sql())
            for at, (name, source) in enumerate(zip(names, sources, strict=True))
        ),
    )
    bits = sql("SELECT chunk, {both} AS bits FROM {tables}", both=both, tables=tables)
    if but is None:
        return bits
    return sql(
        "SELECT chunk, c.bits & ~COALESCE(o.bits, {none}) AS bits FROM ({bits}) c LEFT JOIN (SELECT {chunk} AS chunk,"
        " {set} AS bits FROM ({but}) i(id) GROUP BY 1) o USING (chunk)",
        none=NO_BITS,
        bits=bits,
        chunk=chunk_of("id"),
        set=bits_of("id"),
        but=but,
    )


def chosen_values(query: ListQuery, facet: str) -> list[str] | None:
    """Return the values of a kept facet to which a query narrows its records; None if it does not."""
    terms = [term for clause in query.clauses if (term := _term(query, clause)) and term[0] == facet]
    return terms[0][1] if terms else None


def _bits(kind: Sql, facet: str, values: list[str]) -> Sql:
    return sql(
        "SELECT chunk, bit_or(bits) AS bits FROM registry_facetbits WHERE kind = {kind} AND facet = {facet}"
        " AND value = ANY ({values}) GROUP BY 1",
        kind=kind,
        facet=facet,
        values=values,
    )


def _term(query: ListQuery, clause: Clause) -> tuple[str, list[str]] | None:
    """Return the bits and the values that a clause keeps, if it is that of a kept facet; None if it has to be asked."""
    kept = kept_facets(query.resource)
    if isinstance(clause.shape, tuple) and not clause.values:
        name, wanted = clause.shape if len(clause.shape) == 2 else (None, None)
        if name in kept and isinstance(wanted, bool):
            return kept[name][0], [str(wanted).lower()]
        return None
    ((name, value), *more) = clause.values.items() or ((None, None),)
    if more or name not in kept or clause.shape not in (name, (name, "one"), (name, "any")):
        return None
    given: list[Any] = value if isinstance(value, list) else [value]
    return kept[name][0], [str(one) for one in given]


def _is_of_a_column(query: ListQuery, clause: Clause) -> bool:
    name = clause.shape if isinstance(clause.shape, str) else clause.shape[0]  # type: ignore[index]
    return kept_facets(query.resource)[str(name)][1].rows is None


def _part(query: ListQuery, number: int, name: str) -> Sql:
    """Return the counts of one facet by value."""
    key, facet = kept_facets(query.resource)[name]
    if facet.rows is not None:
        return _by_rows(query, number, name)
    some = sql("(SELECT NULLIF(value, {none}) AS value, n FROM valued WHERE facet = {key})", none=UNKNOWN, key=key)
    if facet.target is None or facet.above is not None:
        return sql("SELECT {number}, value, NULL, n FROM {some} a", number=number, some=some)
    return sql(
        "SELECT {number}, v.slug, v.name, sum(n) FROM {some} a LEFT JOIN {values} v(below, slug, name)"
        " ON v.below = a.value::bigint GROUP BY 2, 3",
        number=number,
        some=some,
        values=public_values(facet),
    )


def _by_rows(query: ListQuery, number: int, name: str) -> Sql:
    """Count a facet of several values: wider ones have the bits of all that they include, the unknown those of none."""
    key, facet = kept_facets(query.resource)[name]
    kept = sql(
        "(SELECT value, chunk, bits FROM registry_facetbits WHERE kind = {kind} AND facet = {key})",
        kind=literal(query.resource.kind),
        key=key,
    )
    if facet.target is None:
        wide = sql("SELECT value, NULL AS name, chunk, bits FROM {kept} b", kept=kept)
    else:
        wide = sql(
            "SELECT v.slug AS value, v.name, chunk, {bits} AS bits FROM {kept} b"
            " JOIN {values} v(below, slug, name) ON v.below = b.value::bigint{grouped}",
            kept=kept,
            values=public_values(facet),
            bits=sql("bits") if facet.above is None else sql("bit_or(bits)"),
            grouped=Sql() if facet.above is None else sql(" GROUP BY 1, 2, 3"),
        )
    return sql(
        "(WITH wide AS MATERIALIZED ({wide})"
        " SELECT {number}, value, name, sum(bit_count(w.bits & s.bits)) FROM wide w JOIN chosen_bits s USING (chunk)"
        " GROUP BY 2, 3"
        " UNION ALL SELECT {number}, NULL, NULL, COALESCE(sum(bit_count(s.bits & ~COALESCE(o.bits, {none}))), 0)"
        " FROM chosen_bits s LEFT JOIN (SELECT chunk, bit_or(bits) AS bits FROM wide GROUP BY 1) o USING (chunk))",
        wide=wide,
        number=number,
        none=NO_BITS,
    )


def kept(query: ListQuery, names: tuple[str, ...]) -> bool:
    """Return whether all of some facets of a query are kept, as they are now and not on another day."""
    known = kept_facets(query.resource)
    return bool(known) and all(name in known for name in names)


def late_in(rows: list[tuple[Any, ...]]) -> Iterator[int]:
    """Give the records whose bits a count found to be out of date."""
    for facet, value, *_ in rows:
        if facet == -2 and value:
            yield from map(int, value.split(","))
