"""The triggers that keep `Tally`: how many published records of each kind a source supports, contradicts and mentions.

A record counts once for a source and relation, however often it is cited. Whatever changes that (a citation, the status of
a record, the source of a finding) adds a row with the difference; a reader adds the rows up. Nobody waits for a counter that
a long import has changed; once in a while a writer folds the rows that nobody else holds.

A citation touches its record, so that two writers of one record wait for each other before they count (these triggers fire
after those of `registry.triggers`, by their names).
"""

from collections.abc import Iterator

from django.db import connection, transaction

from api.documents.install import Piece, put
from registry.models import Tally
from registry.models.citations import CITED
from registry.models.tallies import COUNTED

_TABLE = Tally._meta.db_table
_COLUMNS = f"{_TABLE} (source_id, relation, kind, records)"
_FOLD = "registry_fold_tallies"
#: Rows of one source that are folded into one per relation and kind.
_MANY = 200
_TABLES = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def fold_piece() -> Piece:
    """Give the function that folds the rows of sources that have many."""
    function = f"""
        CREATE OR REPLACE FUNCTION {_FOLD}(sources bigint[]) RETURNS void LANGUAGE plpgsql AS $fold$
        DECLARE one bigint;
        BEGIN
            FOREACH one IN ARRAY sources LOOP
                CONTINUE WHEN (SELECT count(*) FROM {_TABLE} WHERE source_id = one) < {_MANY};
                WITH free AS (SELECT id FROM {_TABLE} WHERE source_id = one FOR UPDATE SKIP LOCKED),
                gone AS (DELETE FROM {_TABLE} t USING free WHERE t.id = free.id RETURNING t.relation, t.kind, t.records)
                INSERT INTO {_COLUMNS} SELECT one, relation, kind, sum(records) FROM gone
                GROUP BY relation, kind HAVING sum(records) <> 0;
            END LOOP;
        END $fold$
    """
    return Piece(_FOLD, function, arguments="(bigint[])")


def trigger_pieces() -> Iterator[Piece]:
    """Give the triggers of citations and of every kind of record that is counted."""
    for operation in _TABLES:
        yield _piece("registry_citation", operation, [_of_citations(kind, operation) for kind in COUNTED])
    for kind in COUNTED:
        for operation in ("insert", "update"):
            yield _piece(CITED[kind], operation, [_of_records(kind, operation)])


def _of_citations(kind: str, operation: str) -> str:
    """Count what a statement has changed: how often each record was cited before follows from how often it is now."""
    signs = {"new_rows": 1, "old_rows": -1}
    rows = " UNION ALL ".join(
        f"SELECT source_id, relation, {kind}_id AS record, {sign} AS n FROM {table} WHERE {kind}_id IS NOT NULL"
        for table, sign in signs.items()
        if table in _TABLES[operation]
    )
    own = " AND NOT (m.relation = 'supports' AND r.source_id = m.source_id)" if kind == "finding" else ""
    return f"""
        SELECT m.source_id, m.relation, '{kind}' AS kind, sum((m.now > 0)::int - (m.now > m.n)::int)::int AS records FROM (
            SELECT m.*, (SELECT count(*) FROM registry_citation c WHERE c.{kind}_id = m.record
                AND c.source_id = m.source_id AND c.relation = m.relation) AS now
            FROM (SELECT source_id, relation, record, sum(n) AS n FROM ({rows}) x GROUP BY 1, 2, 3 HAVING sum(n) <> 0) m
            JOIN {CITED[kind]} r ON r.id = m.record AND r.record_status = 'published'{own}) m
        GROUP BY 1, 2
    """


def _of_records(kind: str, operation: str) -> str:
    """Count what the records of a statement were cited for before it, and are now."""
    own = "{0}.source_id" if kind == "finding" else "NULL::bigint"
    state = f"CASE WHEN {{0}}.record_status = 'published' THEN 1 ELSE 0 END AS {{0}}_open, {own} AS {{0}}_own"
    if operation == "insert":
        rows = f"SELECT n.id, 0 AS o_open, NULL::bigint AS o_own, {state.format('n')} FROM new_rows n"
    else:
        rows = f"SELECT n.id, {state.format('o')}, {state.format('n')} FROM new_rows n JOIN old_rows o ON o.id = n.id"
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


def _piece(table: str, operation: str, selects: list[str]) -> Piece:
    name = f"registry_tally_{table.removeprefix('registry_')}_{operation}"
    function = f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET plan_cache_mode = force_custom_plan AS $tally$
        DECLARE sources bigint[];
        BEGIN
            WITH added AS (INSERT INTO {_COLUMNS} SELECT * FROM ({" UNION ALL ".join(selects)}) d WHERE records <> 0
                RETURNING source_id)
            SELECT array_agg(DISTINCT source_id) INTO sources FROM added;
            IF sources IS NOT NULL THEN PERFORM {_FOLD}(sources); END IF;
            RETURN NULL;
        END $tally$
    """
    trigger = f"""
        CREATE OR REPLACE TRIGGER tally_{operation} AFTER {operation.upper()} ON {table}
        REFERENCING {_TABLES[operation]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """
    return Piece(name, function, trigger)


def count_anew() -> str:
    """Give the statement that counts every record anew."""
    cited = [
        f"SELECT c.source_id, c.relation, '{kind}' AS kind, c.{kind}_id AS record FROM registry_citation c"
        f" JOIN {CITED[kind]} r ON r.id = c.{kind}_id AND r.record_status = 'published'"
        for kind in COUNTED
    ]
    cited.append("SELECT source_id, 'supports', 'finding', id FROM registry_finding WHERE record_status = 'published'")
    return f"""
        INSERT INTO {_COLUMNS}
        SELECT source_id, relation, kind, count(DISTINCT record) FROM ({" UNION ALL ".join(cited)}) x GROUP BY 1, 2, 3
    """


def install() -> None:
    """Bring functions and triggers up to date; where they had changed, count anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        changed = [put(cursor, piece) for piece in (fold_piece(), *trigger_pieces())]
        if any(changed):
            # Writers wait: what they would add while all is counted would be counted twice.
            cursor.execute(f"LOCK TABLE registry_citation, {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(f"DELETE FROM {_TABLE}")
            cursor.execute(count_anew())
