"""Counts by pairs of two facets, from their kept bits: records of both values are the bits that both have.

Records whose bits are out of date are left out of the bits, and paired one by one, in the same statement.
"""

from dataclasses import dataclass

from api.filters.facets import Facet
from api.query.bit_counts import chosen_bits, chosen_values, kept
from api.query.facet_names import facets_of
from api.query.kept import NO_BITS, UNKNOWN, kept_facets
from api.query.list_query import ListQuery
from api.query.record_counts import public_values
from api.query.selection import selected, statement
from api.resources.resource import Resource
from registry.sql import Sql, identifier, joined, literal, sql


def pair_counts(query: ListQuery, first: str, second: str) -> Sql:
    """Select pairs of values and names (null: unknown) with the number of records that have both."""
    candidates = statement(query, selected(query).values("id"))
    if not kept(query, (first, second)):
        return _by_records(query.resource, candidates, first, second)
    first_name, second_name = _name(query.resource, first, "first"), _name(query.resource, second, "second")
    return sql(
        """
        WITH stale AS MATERIALIZED (SELECT DISTINCT record_id AS id FROM registry_facetstale WHERE kind = {kind}),
        chosen AS MATERIALIZED ({chosen}), a AS MATERIALIZED ({first}), b AS MATERIALIZED ({second}),
        -- Both have the same chunks; a FULL JOIN is hashed, whatever PostgreSQL guesses of their number. Counted first, as to
        -- sort or group rows that still have their bits costs more than to count them.
        met AS (SELECT a.value AS first, a.name AS first_name, b.value AS second, b.name AS second_name,
            bit_count(a.bits & b.bits) AS records FROM a FULL JOIN b USING (chunk) OFFSET 0),
        counted AS (SELECT first, first_name, second, second_name, sum(records) AS records FROM met
            WHERE records > 0 GROUP BY 1, 2, 3, 4),
        named AS (SELECT {first_name}, {second_name}, records FROM counted{names} UNION ALL {late})
        SELECT first, first_name, second, second_name, sum(records)::bigint AS records FROM named
        GROUP BY 1, 2, 3, 4 HAVING sum(records) > 0
        """,
        kind=literal(query.resource.kind),
        chosen=chosen_bits(query, sql("SELECT id FROM stale")),
        first=_values(query, first),
        second=_values(query, second),
        first_name=first_name.columns,
        second_name=second_name.columns,
        names=joined("", (first_name.join, second_name.join)),
        late=_by_records(
            query.resource,
            sql("SELECT s.id FROM stale s WHERE s.id IN ({candidates})", candidates=candidates),
            first,
            second,
        ),
    )


@dataclass(frozen=True)
class _Named:
    """The value and the name of a counted facet, and what has to be joined to know them."""

    columns: Sql
    join: Sql


def _name(resource: Resource, name: str, side: str) -> _Named:
    """Name the values of a facet whose bits are those of keys; those of others are named already."""
    facet = kept_facets(resource)[name][1]
    value, shown = identifier(side), identifier(f"{side}_name")
    if facet.target is None or facet.rows is not None:
        return _Named(joined(", ", (value, shown)), Sql())
    table = identifier(f"{side}_of")
    return _Named(
        sql("{table}.slug::text AS {value}, {table}.name::text AS {shown}", table=table, value=value, shown=shown),
        sql(
            " LEFT JOIN {values} {table}(below, slug, name) ON {table}.below::text = counted.{value}",
            values=public_values(facet),
            table=table,
            value=value,
        ),
    )


def _values(query: ListQuery, name: str) -> Sql:
    """Select each value of a facet with the bits of the chosen records that have it; null stands for the unknown.

    What the query keeps of a facet with one value a record is all that its records have; any other is read whole.
    """
    resource = query.resource
    key, facet = kept_facets(resource)[name]
    wanted = chosen_values(query, key) if facet.rows is None else None
    bits = sql(
        "(SELECT NULLIF(f.value, {none}) AS value, chunk, f.bits FROM (SELECT f.value, chunk, f.bits & c.bits AS bits"
        " FROM (SELECT value, chunk, bits FROM registry_facetbits WHERE kind = {kind} AND facet = {key}{among} OFFSET 0) f"
        " JOIN chosen c USING (chunk) OFFSET 0) f WHERE bit_count(f.bits) > 0)",
        none=UNKNOWN,
        kind=literal(resource.kind),
        key=key,
        among=Sql() if wanted is None else sql(" AND value = ANY ({wanted})", wanted=wanted),
    )
    if facet.rows is None:
        return sql("SELECT value, NULL::text AS name, chunk, bits FROM {bits} k", bits=bits)
    if facet.target is None:
        known = sql("SELECT value, NULL::text AS name, chunk, bits FROM {bits} k", bits=bits)
    else:
        wider = facet.above is not None
        known = sql(
            "SELECT v.slug AS value, v.name::text AS name, chunk, {any} AS bits FROM {bits} k"
            " JOIN {values} v(below, slug, name) ON v.below::text = k.value{grouped}",
            # A record with several values counts once for what includes them.
            any=sql("bit_or(k.bits)") if wider else sql("k.bits"),
            bits=bits,
            values=public_values(facet),
            grouped=sql(" GROUP BY 1, 2, 3") if wider else Sql(),
        )
    return sql(
        "WITH known AS MATERIALIZED ({known}) SELECT * FROM known UNION ALL SELECT NULL, NULL, chunk,"
        " c.bits & ~COALESCE(k.bits, {none}) FROM chosen c"
        " LEFT JOIN (SELECT chunk, bit_or(bits) AS bits FROM known GROUP BY 1) k USING (chunk)",
        known=known,
        none=NO_BITS,
    )


def _by_records(resource: Resource, candidates: Sql, first: str, second: str) -> Sql:
    """Pair the values of each record; a record with several counts for each of them."""
    facets = facets_of(resource)
    return sql(
        "SELECT a.value AS first, a.name AS first_name, b.value AS second, b.name AS second_name,"
        " count(DISTINCT c.id) AS records FROM ({candidates}) c(id) LEFT JOIN ({first}) a ON a.record = c.id"
        " LEFT JOIN ({second}) b ON b.record = c.id GROUP BY 1, 2, 3, 4",
        candidates=candidates,
        first=_of_records(resource, facets[first]),
        second=_of_records(resource, facets[second]),
    )


def _of_records(resource: Resource, facet: Facet) -> Sql:
    """Select pairs of a record and a value as its filter takes it, with the name of the value."""
    if facet.rows is not None:
        pairs = Sql(*facet.rows().query.sql_with_params())
    else:
        rows = resource.model._default_manager.order_by().annotate(facet=facet.value)
        pairs = Sql(*rows.values_list("id", "facet").query.sql_with_params())
    if facet.target is None:
        return sql("SELECT p.record, p.value::text AS value, NULL::text AS name FROM ({pairs}) p(record, value)", pairs=pairs)
    return sql(
        "SELECT DISTINCT p.record, v.slug::text AS value, v.name::text AS name FROM ({pairs}) p(record, value)"
        " JOIN {values} v(below, slug, name) ON v.below = p.value",
        pairs=pairs,
        values=public_values(facet),
    )
