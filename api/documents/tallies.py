"""The steps that keep `Tally`: how many published records of each kind a source supports, contradicts and mentions.

A record counts once for a source and relation, however often it is cited. Whatever changes that (a citation, the status of
a record, the source of a finding) adds a row with the difference; a reader adds the rows up. Nobody waits for a counter that
a long import has changed; once in a while a writer folds the rows that nobody else holds.

A citation touches its record, so that two writers of one record wait for each other before they count: tallies come after
parents in the order of layers.
"""

from collections.abc import Iterator
from hashlib import sha256

from django.db import connection
from django.db.backends.utils import CursorWrapper

from registry.derived.objects import DerivedFunction
from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step, if_given
from registry.kinds import TALLIED
from registry.models import Tally
from registry.triggers import pairs

_TABLE = Tally._meta.db_table
_COLUMNS = f"{_TABLE} (source_id, relation, kind, records)"
_FOLD = "registry_fold_tallies"
#: Rows of one source that are folded into one per relation and kind.
_MANY = 200


def fold_function() -> DerivedFunction:
    """Return the function that folds the rows of sources that have many."""
    return DerivedFunction(
        name=_FOLD,
        purpose="Fold the rows that count the records of a source, where there are many.",
        body=f"""
        DECLARE one bigint;
        BEGIN
            FOREACH one IN ARRAY sources LOOP
                CONTINUE WHEN (SELECT count(*) FROM {_TABLE} WHERE source_id = one) < {_MANY};
                WITH free AS (SELECT id FROM {_TABLE} WHERE source_id = one FOR UPDATE SKIP LOCKED),
                gone AS (DELETE FROM {_TABLE} t USING free WHERE t.id = free.id RETURNING t.relation, t.kind, t.records)
                INSERT INTO {_COLUMNS} SELECT one, relation, kind, sum(records) FROM gone
                GROUP BY relation, kind HAVING sum(records) <> 0;
            END LOOP;
        END
        """,
        arguments="sources bigint[]",
        returns="void",
        layer=Layer.TALLIES,
    )


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps of citations and of every kind of record that is counted, and the function that they call."""
    return list(_counting()), [fold_function()]


def _counting() -> Iterator[Step]:
    for operation in WRITES:
        of_kinds = {kind: _of_citations(kind, operation) for kind in TALLIED}
        yield _step("registry_citation", operation, of_kinds, ("source_id", "relation"))
    for kind in TALLIED:
        for operation in WRITES[:2]:
            yield _step(TALLIED[kind].table, operation, {kind: _of_records(kind, operation)}, ("record_status",))


def _of_citations(kind: str, operation: Operation) -> str:
    """Count what a statement has changed: how often each record was cited before follows from how often it is now."""
    signs = {"new_rows": 1, "old_rows": -1}
    rows = " UNION ALL ".join(
        f"SELECT source_id, relation, {kind}_id AS record, {sign} AS n FROM {table} WHERE {kind}_id IS NOT NULL"
        for table, sign in signs.items()
        if table in operation.transition.values()
    )
    own = " AND NOT (m.relation = 'supports' AND r.source_id = m.source_id)" if kind == "finding" else ""
    return f"""
        SELECT m.source_id, m.relation, '{kind}' AS kind, sum((m.now > 0)::int - (m.now > m.n)::int)::int AS records FROM (
            SELECT m.*, (SELECT count(*) FROM registry_citation c WHERE c.{kind}_id = m.record
                AND c.source_id = m.source_id AND c.relation = m.relation) AS now
            FROM (SELECT source_id, relation, record, sum(n) AS n FROM ({rows}) x GROUP BY 1, 2, 3 HAVING sum(n) <> 0) m
            JOIN {TALLIED[kind].table} r ON r.id = m.record AND r.record_status = 'published'{own}) m
        GROUP BY 1, 2
    """


def _of_records(kind: str, operation: Operation) -> str:
    """Count what the records of a statement were cited for before it, and are now."""
    own = "{0}.source_id" if kind == "finding" else "NULL::bigint"
    state = f"CASE WHEN {{0}}.record_status = 'published' THEN 1 ELSE 0 END AS {{0}}_open, {own} AS {{0}}_own"
    if operation is Operation.INSERT:
        rows = f"SELECT n.id, 0 AS o_open, NULL::bigint AS o_own, {state.format('n')} FROM new_rows n"
    else:
        rows = f"SELECT n.id, {state.format('o')}, {state.format('n')} FROM {pairs('true')}"
    cited = f"SELECT c.source_id, c.relation FROM registry_citation c WHERE c.{kind}_id = x.id"
    states = " UNION ALL ".join(
        f"SELECT s.source_id, s.relation, {sign} AS n FROM changed x CROSS JOIN LATERAL"
        f" ({cited} UNION SELECT x.{alias}_own, 'supports' WHERE x.{alias}_own IS NOT NULL) s WHERE x.{alias}_open = 1"
        for alias, sign in (("n", 1), ("o", -1))
    )
    return f"""
        SELECT source_id, relation, '{kind}' AS kind, sum(n)::int AS records FROM (
            WITH changed AS (SELECT * FROM ({rows}) r WHERE (o_open, o_own) IS DISTINCT FROM (n_open, n_own))
            {states}) d
        GROUP BY 1, 2
    """


def _step(table: str, operation: Operation, selects: dict[str, str], reads: tuple[str, ...]) -> Step:
    """Add the differences of each kind of record, where the statement has rows of it."""
    of_citations = table == "registry_citation"
    added = "\n".join(if_given(f"{kind}_id", _added(rows)) if of_citations else _added(rows) for kind, rows in selects.items())
    return Step(
        layer=Layer.TALLIES,
        name="tally",
        purpose="count the published records for which a source is cited",
        table=table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(reads),
        asks=frozenset(f"{kind}_id" for kind in selects if of_citations),
        variables="changed bigint[]; sources bigint[];",
        body=f"{added}\nIF sources IS NOT NULL THEN PERFORM {_FOLD}(sources); END IF;",
    )


def _added(rows: str) -> str:
    return (
        f"WITH added AS (INSERT INTO {_COLUMNS} SELECT * FROM ({rows}) d WHERE records <> 0 RETURNING source_id)"
        " SELECT array_agg(DISTINCT source_id) INTO changed FROM added; sources := sources || changed;"
    )


def _counted(sources: str = "") -> str:
    """Return the query that counts every record, for all sources or for those of an array."""
    some = f" AND {{}}.source_id = ANY ({sources})" if sources else ""
    cited = [
        f"SELECT c.source_id, c.relation, '{kind}' AS kind, c.{kind}_id AS record FROM registry_citation c"
        f" JOIN {TALLIED[kind].table} r ON r.id = c.{kind}_id AND r.record_status = 'published'{some.format('c')}"
        for kind in TALLIED
    ]
    findings = f"registry_finding f WHERE f.record_status = 'published'{some.format('f')}"
    cited.append(f"SELECT f.source_id, 'supports', 'finding', f.id FROM {findings}")
    every = " UNION ALL ".join(cited)
    return f"SELECT source_id, relation, kind, count(DISTINCT record) AS records FROM ({every}) x GROUP BY 1, 2, 3"


#: How many sources are counted at once at most.
_SOURCES = 100


def renderings() -> list[Rendering]:
    """Return what is kept: the counts of the sources, counted for some sources at a time while writers wait."""
    digest = sha256((_counted() + "".join(step.body for step in _counting())).encode()).hexdigest()[:32]
    return [Rendering(name="tallies:source", table=_TABLE, digest=digest, batch=_count, differing=_differing)]


def _count(cursor: CursorWrapper, after: int, most: int) -> tuple[int, int | None]:
    """Count for the sources after a key: so many that they have about `most` citations together, and at least one."""
    # What others would add while the sources are counted would be counted twice.
    cursor.execute(f"LOCK TABLE registry_citation, {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(
        "SELECT array_agg(id) FROM (SELECT s.id, sum(n.number) OVER (ORDER BY s.id) - n.number AS before FROM"
        " (SELECT id FROM registry_source WHERE id > %s ORDER BY id LIMIT %s) s, LATERAL"
        " (SELECT count(*) AS number FROM registry_citation c WHERE c.source_id = s.id) n) x WHERE before < %s",
        [after, _SOURCES, most],
    )
    ((sources,),) = cursor.fetchall()
    if not sources:
        return 0, None
    cursor.execute(f"DELETE FROM {_TABLE} WHERE source_id = ANY (%s)", [sources])
    cursor.execute(f"INSERT INTO {_COLUMNS} {_counted('%(sources)s')}", {"sources": sources})
    return len(sources), max(sources)


def _differing() -> int:
    kept = (
        f"SELECT source_id, relation::text, kind::text, sum(records)::bigint FROM {_TABLE}"
        " GROUP BY 1, 2, 3 HAVING sum(records) <> 0"
    )
    counted = f"SELECT source_id, relation::text, kind::text, records::bigint FROM ({_counted()}) c"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (({kept} EXCEPT {counted}) UNION ALL ({counted} EXCEPT {kept})) d")
        return int(cursor.fetchone()[0])
