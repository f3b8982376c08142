"""The bits of facets, as values that are made from declarations and kept."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import connection

from api.kept.facets import _LOCK, keep_function, resources, values_sql
from api.query.kept import CHUNK_BITS, NO_BITS, bits_of, chunk_of
from api.resources.resource import Resource
from registry.derived import state
from registry.derived.rebuild import Rendering


def renderings() -> Iterable[Rendering]:
    """Return what is kept of each resource."""
    return [
        Rendering(
            name=f"facets:{resource.kind}",
            table=resource.table,
            digest=keep_function(resource).digest,
            batch=_batch_of(resource),
            differing=partial(_differing, resource),
        )
        for resource in resources()
    ]


def _batch_of(resource: Resource) -> Callable[[Any, int, int], tuple[int, int | None]]:
    kind = resource.kind

    def batch(cursor: Any, after: int, most: int) -> tuple[int, int | None]:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not after:
            _empty(cursor, resource)
        # Whole chunks, so that each row of bits is written once.
        cursor.execute(
            f"WITH first AS (SELECT {chunk_of('min(id)').text} AS chunk FROM {resource.table} WHERE id > %s)"
            f" SELECT array_agg(id) FROM {resource.table}, first WHERE id > %s AND id < (chunk + 1)::bigint << {CHUNK_BITS}",
            [after, after],
        )
        ((ids,),) = cursor.fetchall()
        if not ids:
            return 0, None
        cursor.execute("DELETE FROM registry_facetstale WHERE kind = %s AND record_id = ANY (%s)", [kind, ids])
        cursor.execute(f"SELECT registry_keep_facets_{kind}(%s)", [ids])
        return len(ids), max(ids)

    return batch


def forget(cursor: Any) -> None:
    """Have all bits made again, after migrations have written what no trigger noted."""
    for resource in resources():
        _empty(cursor, resource)
        state.remove(cursor, f"facets:{resource.kind}")


def _empty(cursor: Any, resource: Resource) -> None:
    """Delete the bits, which mean something else: until they are set, all records are counted one by one."""
    cursor.execute("DELETE FROM registry_facetbits WHERE kind = %s", [resource.kind])
    cursor.execute("DELETE FROM registry_facetstale WHERE kind = %s", [resource.kind])
    cursor.execute(f"INSERT INTO registry_facetstale SELECT %s, id FROM {resource.table}", [resource.kind])


def _differing(resource: Resource) -> int:
    """Count the bits that are kept and should not be, or should be and are not; those of noted records are not looked at."""
    chunk, bits = chunk_of("id").text, f"{bits_of('id').text} AS bits"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH stale(id) AS MATERIALIZED (SELECT record_id FROM registry_facetstale WHERE kind = '{resource.kind}'),
            {values_sql(resource, "id IS NOT NULL")},
            fresh AS MATERIALIZED (SELECT facet, value, {chunk} AS chunk, {bits} FROM pairs p
                WHERE NOT EXISTS (SELECT FROM stale s WHERE s.id = p.id) GROUP BY 1, 2, 3),
            masks AS MATERIALIZED (SELECT {chunk} AS chunk, {bits} FROM stale GROUP BY 1),
            known AS MATERIALIZED (SELECT facet, value, chunk, b.bits & ~COALESCE(m.bits, {NO_BITS.text}) AS bits
                FROM registry_facetbits b LEFT JOIN masks m USING (chunk) WHERE kind = '{resource.kind}'),
            kept AS MATERIALIZED (SELECT * FROM known WHERE bit_count(bits) > 0)
            SELECT count(*) FROM fresh FULL JOIN kept USING (facet, value, chunk) WHERE fresh.bits IS DISTINCT FROM kept.bits"""
        )
        return int(cursor.fetchone()[0])
