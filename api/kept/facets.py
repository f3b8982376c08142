"""The bits of facets, kept in step with the records: writes note the records whose bits are out of date, commits set them.

One transaction at a time sets bits. Another that commits meanwhile does not wait: its records stay noted, readers count them
one by one, and the next commit sets their bits.
"""

from collections.abc import Iterator

from django.db.models import F

from api.database.bound import Condition, plain, shape_of
from api.filters.facets import Watched
from api.query.composed import records
from api.query.kept import EVERY, NO_BITS, UNKNOWN, bits_of, chunk_of, is_kept, kept_facets
from api.resources.resource import Resource, all_resources
from registry.derived.checks import CommitCheck, noted
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step, if_given
from registry.triggers import changed, pairs

_LOCK = 7_268_104_422


def resources() -> list[Resource]:
    """List the resources whose facets are kept."""
    return [resource for resource in all_resources() if is_kept(resource)]


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps that note records, and the functions that set their bits."""
    steps = [step for resource in resources() for step in _noting(resource)]
    return steps, [function for resource in resources() for function in (keep_function(resource), _settle_function(resource))]


def at_commit() -> tuple[list[Step], list[CommitCheck]]:
    """Return what is done at commit: nothing is refused."""
    checks = [
        CommitCheck(
            name=_check(resource),
            purpose=f"Set the bits of the facets of the {resource.name} that were written.",
            body=f"PERFORM registry_settle_facets_{resource.kind}();",
        )
        for resource in resources()
    ]
    return [], checks


def _check(resource: Resource) -> str:
    return f"facets_{resource.kind}"


def _noting(resource: Resource) -> Iterator[Step]:
    facets = [facet for _, facet in kept_facets(resource).values()]
    columns = {str(getattr(resource.model._meta.get_field(name), "column", name)) for facet in facets for name in facet.columns}
    own = ("record_status", *sorted(columns))
    ids = {
        Operation.INSERT: "SELECT id FROM new_rows",
        Operation.UPDATE: f"SELECT n.id FROM {pairs(changed(own))}",
        Operation.DELETE: "SELECT id FROM old_rows",
    }
    for operation, query in ids.items():
        yield _step(resource, resource.table, operation, query, own)
    emptied = " ".join(
        f"DELETE FROM {table} WHERE kind = '{resource.kind}';" for table in ("registry_facetbits", "registry_facetstale")
    )
    yield _step_of(resource, resource.table, Operation.TRUNCATE, emptied, ())
    watched: dict[str, list[Watched]] = {}
    for one in dict.fromkeys(one for facet in facets for one in facet.watched):
        watched.setdefault(one.table, []).append(one)
    for table, those in watched.items():
        for operation in WRITES:
            query = " UNION ".join(_records_of(resource, one, operation) for one in those)
            read = tuple(column for one in those for column in (one.columns or (one.record,)))
            yield _step(resource, table, operation, query, read, frozenset(one.record for one in those))


def _records_of(resource: Resource, one: Watched, operation: Operation) -> str:
    """Select the records to which the rows of a statement lead; one that is still to be written is noted when it is."""
    rows = operation.transition.values()
    if one.record:
        keys = " UNION ".join(f"SELECT {one.record} FROM {name}" for name in rows)
        return f"SELECT r.id FROM {resource.table} r WHERE r.id IN ({keys})"
    if operation is Operation.UPDATE:
        return one.through.format(ids=f"SELECT n.id FROM {pairs(changed(one.columns))}")
    return one.through.format(ids=" UNION ".join(f"SELECT id FROM {name}" for name in rows))


def _step(
    resource: Resource,
    table: str,
    operation: Operation,
    ids: str,
    reads: tuple[str, ...],
    leading: frozenset[str] = frozenset(),
) -> Step:
    """Note the records of a query; `leading` are the columns by which rows lead to them, if it is by columns."""
    body = f"""
        WITH stale AS (INSERT INTO registry_facetstale (kind, record_id) SELECT '{resource.kind}', * FROM ({ids}) i
            RETURNING record_id)
        SELECT EXISTS (SELECT FROM stale) INTO found;
        IF found THEN {noted(_check(resource), "SELECT 0")} END IF;"""
    asks = leading if len(leading) == 1 and all(leading) else frozenset()
    for column in asks:
        body = if_given(column, body)
    return _step_of(resource, table, operation, body, reads, "found boolean;", asks)


def _step_of(
    resource: Resource,
    table: str,
    operation: Operation,
    body: str,
    reads: tuple[str, ...],
    variables: str = "",
    asks: frozenset[str] = frozenset(),
) -> Step:
    return Step(
        layer=Layer.FACETS,
        name=f"note_facets_{resource.kind}",
        purpose=f"note the {resource.name} whose bits of facets are set again at commit",
        table=table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(reads),
        asks=asks,
        variables=variables,
        body=body,
    )


def _settle_function(resource: Resource) -> DerivedFunction:
    kind = resource.kind
    return DerivedFunction(
        name=f"registry_settle_facets_{kind}",
        purpose=f"Set the bits of all {resource.name} that are noted, unless another transaction does so.",
        body=f"""
        DECLARE ids bigint[];
        BEGIN
            -- A transaction that sees an old state must not meet bits that another one has set since.
            IF current_setting('transaction_isolation') <> 'read committed'
                OR NOT EXISTS (SELECT FROM registry_facetstale WHERE kind = '{kind}')
                OR NOT pg_try_advisory_xact_lock({_LOCK}) THEN RETURN; END IF;
            WITH gone AS (DELETE FROM registry_facetstale WHERE kind = '{kind}' RETURNING record_id)
            SELECT array_agg(DISTINCT record_id) INTO ids FROM gone;
            PERFORM registry_keep_facets_{kind}(ids);
        END""",
        returns="void",
        layer=Layer.FACETS,
    )


def keep_function(resource: Resource) -> DerivedFunction:
    """Return the function that sets the bits of the records of a list of keys."""
    kind = resource.kind
    return DerivedFunction(
        name=f"registry_keep_facets_{kind}",
        purpose=f"Set the bits of the facets of some {resource.name} as the records are now.",
        body=f"""
        BEGIN
            IF ids IS NULL THEN RETURN; END IF;
            WITH {values_sql(resource, "id = ANY (ids)")},
            fresh AS MATERIALIZED ({_bits_sql()}),
            masks AS MATERIALIZED (SELECT {chunk_of("id").text} AS chunk, {bits_of("id").text} AS mask
                FROM unnest(ids) i(id) GROUP BY 1),
            -- A full join is never planned as a loop over both, whatever number of keys the planner expects.
            compared AS MATERIALIZED (SELECT facet, value, chunk, o.bits AS was,
                (COALESCE(o.bits & ~o.mask, {NO_BITS.text}) | COALESCE(f.bits, {NO_BITS.text})) AS bits
                FROM (SELECT b.*, m.mask FROM masks m JOIN registry_facetbits b ON b.kind = '{kind}' AND b.chunk = m.chunk) o
                FULL JOIN fresh f USING (facet, value, chunk)),
            gone AS (DELETE FROM registry_facetbits b USING compared c WHERE b.kind = '{kind}' AND b.facet = c.facet
                AND b.value = c.value AND b.chunk = c.chunk AND bit_count(c.bits) = 0)
            INSERT INTO registry_facetbits (kind, facet, value, chunk, records, bits)
            SELECT '{kind}', facet, value, chunk, bit_count(bits), bits FROM compared
            WHERE bits IS DISTINCT FROM was AND bit_count(bits) > 0
            ON CONFLICT (kind, facet, value, chunk) DO UPDATE SET records = EXCLUDED.records, bits = EXCLUDED.bits;
        END""",
        arguments="ids bigint[]",
        returns="void",
        options="SET plan_cache_mode = force_custom_plan",
        layer=Layer.FACETS,
    )


def _bits_sql() -> str:
    return f"SELECT facet, value, {chunk_of('id').text} AS chunk, {bits_of('id').text} AS bits FROM pairs GROUP BY 1, 2, 3"


def values_sql(resource: Resource, among: str) -> str:
    """Return the parts of WITH that give, as `pairs`, the values of public records by facet; `among` narrows `id`."""
    kept = dict(kept_facets(resource).values())
    single = {bits: facet for bits, facet in kept.items() if facet.rows is None}
    found = records(resource).annotate(**{f"facet{n}": facet.value for n, facet in enumerate(single.values())})
    found = found.filter(Condition(among.replace("id", "%s", 1), F("id"))).order_by()
    own = _text(found.values("id", *(f"facet{n}" for n in range(len(single)))))
    listed = ", ".join(f"('{bits}', COALESCE(facet{n}::text, '{UNKNOWN}'))" for n, bits in enumerate(single))
    parts = [
        f"SELECT v.facet, v.value, id FROM base CROSS JOIN LATERAL (VALUES ('{EVERY}', '{EVERY}'), {listed}) v(facet, value)"
    ]
    for bits, facet in kept.items():
        if facet.rows is not None:
            rows = f"SELECT record AS id, value::text AS value FROM ({_text(facet.rows())}) r(record, value)"
            parts.append(f"SELECT '{bits}', r.value, r.id FROM ({rows}) r JOIN base USING (id) WHERE r.{among}")
    return f"base AS MATERIALIZED ({own}), pairs AS ({' UNION ALL '.join(parts)})"


def _text(rows: object) -> str:
    """Return the text of a query whose values are all written into it."""
    return plain(shape_of(rows)).text % ()  # type: ignore[arg-type]
