"""Every value and row of a published record is covered by a citation: the rule, and the list of what came before it.

`registry_uncovered` holds what published records state without a source, from before the rule or before a column was declared
to need one. A write may take from the list and never adds to it: at commit, the records that a statement has published, and
those of which it changed a value, a row or a citation, are compared with it. A value that changes leaves the list, so that
the new one needs a source. Only what restores older rows (`restoring`) may put them back as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import connection

from registry.derived.checks import CommitCheck, noted
from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Operation, Step, after, if_given
from registry.entries import Rows, columns_of, names_of, rows_of, uncovered_sql
from registry.kinds import CITED, MUST_BE_CITED, PARTS_OF_RECORDS, RecordKind, kind_named
from registry.triggers.base import changed, pairs
from registry.triggers.refusals import refuse

TABLE = "registry_uncovered"
_CITATION = "registry_citation"
#: Set to “on” in a transaction that restores rows as they were.
RESTORES = "registry.restores"
_HIDDEN = "covered_without_source"
#: So many entries are named in a refusal.
_NAMED = 5


@contextmanager
def restoring() -> Iterator[None]:
    """Let a transaction put back, or move to another record, what was stated without a source before; checks at the end."""
    _set_restores("on")
    yield
    connection.check_constraints()
    _set_restores("")


def _set_restores(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [RESTORES, value])


def rule(kind: RecordKind) -> str:
    """Name the check of a kind of record."""
    return f"covered_{kind.name}"


def declared() -> tuple[list[Step], list[CommitCheck]]:
    """Return the steps and the checks."""
    return list(steps()), list(checks())


def steps() -> Iterator[Step]:
    """Return the steps that ask for the check, on records, on their rows and on citations."""
    for kind in MUST_BE_CITED.values():
        yield from _of_records(kind)
        for rows in rows_of(kind.model):
            yield from _of_rows(kind, rows)
    yield from _of_entries()
    yield from _of_citations()
    hidden = "SELECT n.id FROM " + pairs("o.record_status = 'published' AND n.record_status <> 'published'")
    purpose = "have the records checked at commit that cite a source which is hidden"
    bodies = {Operation.UPDATE: noted(_HIDDEN, hidden)}
    yield from _check_after("registry_source", f"note_{_HIDDEN}", purpose, bodies, "record_status")


def checks() -> Iterator[CommitCheck]:
    """Return the check of each kind of record."""
    for kind in MUST_BE_CITED.values():
        yield CommitCheck(
            name=rule(kind),
            purpose=f"Each value and row of a published {kind.name} is covered by a citation of a published source.",
            body=_check(kind),
        )
    citing = "SELECT c.{0}_id FROM registry_citation c WHERE c.source_id = ANY (ids)"
    parts = {
        part.part_of: f"SELECT e.{part.holder}_id FROM {part.table} e WHERE e.id IN ({citing.format(column)})"
        for column, part in PARTS_OF_RECORDS.items()
    }
    body = ""
    for kind in MUST_BE_CITED.values():
        of_kind = citing.format(kind.cited_as) + (f" UNION {parts[kind.name]}" if kind.name in parts else "")
        published = f"SELECT r.id FROM \"{kind.table}\" r WHERE r.record_status = 'published' AND r.id IN ({of_kind})"
        body += noted(rule(kind), published) + "\n"
    yield CommitCheck(name=_HIDDEN, purpose="What a hidden source was cited for is covered by others.", body=body)


def _check(kind: RecordKind) -> str:
    # OFFSET keeps the expression where it is: it would be computed for each mention of it.
    now = f"(SELECT {uncovered_sql(kind.model, 'r')} AS entries OFFSET 0) u"
    records = f"unnest(ids) i (id) JOIN \"{kind.table}\" r ON r.id = i.id AND r.record_status = 'published'"
    listed = f"{TABLE} k ON k.kind = '{kind.name}' AND k.record = r.id"
    added = "ARRAY(SELECT e FROM unnest(u.entries) e WHERE e <> ALL (COALESCE(k.entries, '{}')) ORDER BY e)"
    label = kind.name.replace("_", " ")
    message = (
        f"format('no citation of {label} “%s” supports %s%s; name the field or row in `fields` of a citation that supports it,"
        f" or leave it empty', wrong, array_to_string(bare[1:{_NAMED}], ', '),"
        f" CASE WHEN cardinality(bare) > {_NAMED} THEN format(' and %s more', cardinality(bare) - {_NAMED}) ELSE '' END)"
    )
    return f"""
        PERFORM FROM registry_source s WHERE s.record_status = 'published' AND s.id IN (SELECT c.source_id
            FROM unnest(ids) i (id) JOIN {_CITATION} c ON c.{kind.cited_as}_id = i.id) FOR SHARE OF s;
        IF current_setting('{RESTORES}', true) = 'on' THEN
            INSERT INTO {TABLE} (kind, record, entries) SELECT '{kind.name}', r.id, u.entries
            FROM {records} CROSS JOIN LATERAL {now} WHERE u.entries <> '{{}}' GROUP BY r.id, u.entries
            ON CONFLICT (kind, record) DO UPDATE SET entries = EXCLUDED.entries;
        END IF;
        SELECT r.slug, {added} INTO wrong, bare FROM {records} CROSS JOIN LATERAL {now} LEFT JOIN {listed}
        WHERE u.entries <> '{{}}' AND NOT u.entries <@ COALESCE(k.entries, '{{}}') LIMIT 1;
        IF wrong IS NOT NULL THEN {refuse(kind.model, "covered", message)} END IF;
        IF EXISTS (SELECT FROM {TABLE} WHERE kind = '{kind.name}' AND record = ANY (ids)) THEN
            UPDATE {TABLE} k SET entries = COALESCE((SELECT u.entries FROM "{kind.table}" r CROSS JOIN LATERAL {now}
                WHERE r.id = k.record AND r.record_status = 'published'), '{{}}')
            WHERE k.kind = '{kind.name}' AND k.record = ANY (ids);
            DELETE FROM {TABLE} WHERE kind = '{kind.name}' AND record = ANY (ids) AND entries = '{{}}';
        END IF;
    """


def _check_after(
    table: str, name: str, purpose: str, bodies: dict[Operation, str], *reads: str, asks: tuple[str, ...] = ()
) -> Iterator[Step]:
    return after(table, Layer.CHECKS, name, purpose, bodies, reads=reads, asks=asks)


def _of_records(kind: RecordKind) -> Iterator[Step]:
    """Check what is published, and published records of which a value has changed; a value that changed leaves the list."""
    columns = [str(column.field.column) for column in columns_of(kind.model)]
    name, purpose = f"note_{rule(kind)}", "have what a published record states checked at commit"
    listed = f"EXISTS (SELECT FROM {TABLE} k WHERE k.kind = '{kind.name}' AND k.record = n.id)"
    published = "SELECT n.id FROM new_rows n WHERE n.record_status = 'published'"
    different = changed(("record_status", *columns))
    moved = f"SELECT n.id FROM {pairs(f'{different} AND (n.record_status = {chr(39)}published{chr(39)} OR {listed})')}"
    values = ", ".join(f'CASE WHEN n."{c}" IS DISTINCT FROM o."{c}" THEN \'{c}\' END' for c in columns)
    bodies = {
        Operation.INSERT: noted(rule(kind), published),
        Operation.UPDATE: f"""
        IF EXISTS (SELECT FROM {TABLE} k WHERE k.kind = '{kind.name}' AND k.record IN (SELECT id FROM new_rows)) THEN
            UPDATE {TABLE} k SET entries = ARRAY(SELECT e FROM unnest(k.entries) e WHERE e <> ALL (v.columns))
            FROM (SELECT n.id, array_remove(ARRAY[{values}], NULL) AS columns FROM {pairs(different)}) v
            WHERE k.kind = '{kind.name}' AND k.record = v.id AND k.entries && v.columns;
        END IF;
        {noted(rule(kind), moved)}
        """,
        Operation.DELETE: f"DELETE FROM {TABLE} WHERE kind = '{kind.name}' AND record IN (SELECT id FROM old_rows);",
    }
    yield from _check_after(kind.table, name, purpose, bodies, "record_status", *columns)


def _of_rows(kind: RecordKind, rows: Rows) -> Iterator[Step]:
    """Check published records that get a row, or of which one gets another key; and those whose row of the list goes."""
    table, owner, where = rows.model._meta.db_table, rows.owner, rows.key.where
    keys = [str(rows.model._meta.get_field(column).column) for column in rows.key.columns]  # type: ignore[union-attr]
    name, purpose = f"note_{rule(kind)}", f"have the sources of a {kind.name.replace('_', ' ')}'s {rows.name} checked at commit"
    is_published = f"JOIN \"{kind.table}\" r ON r.id = x.{owner} AND r.record_status = 'published'"
    new = f"SELECT DISTINCT x.{owner} FROM new_rows x {is_published} WHERE {where}"
    different = changed((owner, *keys))
    moved = f"SELECT DISTINCT x.{owner} FROM (SELECT n.* FROM {pairs(different)}) x {is_published} WHERE {where}"
    listed = f"JOIN {TABLE} k ON k.kind = '{kind.name}' AND k.record = x.{owner}"
    gone = f"SELECT DISTINCT x.{owner} FROM old_rows x {listed}"
    noting = {Operation.INSERT: new, Operation.UPDATE: moved, Operation.DELETE: gone}
    bodies = {operation: noted(rule(kind), ids) for operation, ids in noting.items()}
    yield from _check_after(table, name, purpose, bodies, owner, *keys)


def _of_entries() -> Iterator[Step]:
    """Refuse an entry that the record's kind has not, and a contradiction that does not name exactly one."""
    model = kind_named("citation").model
    one = "'a contradiction names in `fields` the one field or row of which the source states something else'"
    changed_rows = f"(SELECT n.* FROM {pairs(changed(('fields', 'relation')))}) n"
    bodies = {}
    for operation, rows in ((Operation.INSERT, "new_rows n"), (Operation.UPDATE, changed_rows)):
        cases = "\n".join(if_given(f"{column}_id", _unknown(column, kind, rows)) for column, kind in CITED.items())
        bodies[operation] = f"""
            {cases}
            IF EXISTS (SELECT FROM {rows} WHERE n.relation = 'contradicts' AND cardinality(n.fields) <> 1) THEN
                {refuse(model, "one_contradicted", one, "fields")} END IF;
        """
    purpose, reads = "refuse to cite a field or list that the kind of record has not", ("fields", "relation")
    asks = tuple(f"{column}_id" for column in CITED)
    yield from after(_CITATION, Layer.RULES, "known_entries", purpose, bodies, reads=reads, asks=asks, variables="wrong text;")


def _unknown(column: str, kind: RecordKind, rows: str) -> str:
    model = kind_named("citation").model
    lists = "{" + ",".join(one.name for one in rows_of(kind.model)) + "}"
    names = "{" + ",".join(names_of(kind.model)) + "}"
    label = kind.name.replace("_", " ")
    message = (
        f"format('a {label} has nothing that a citation could name “%s”; there are: {', '.join(names_of(kind.model))};"
        " and rows of its lists by their keys, such as names:Kutessay', wrong)"
    )
    return f"""
        SELECT e INTO wrong FROM {rows} CROSS JOIN LATERAL unnest(n.fields) e WHERE n.{column}_id IS NOT NULL
        AND NOT n.fields <@ '{names}' AND CASE
            WHEN strpos(e, ':') > 0 THEN split_part(e, ':', 1) <> ALL ('{lists}') OR split_part(e, ':', 2) = ''
            ELSE e IS NULL OR e <> ALL ('{names}') END LIMIT 1;
        IF FOUND THEN {refuse(model, "known_entries", message, "fields")} END IF;
    """


def _of_citations() -> Iterator[Step]:
    """Check published records of which a citation has come, changed or gone, those of their events too."""
    cited = {kind.cited_as: kind for kind in MUST_BE_CITED.values()}
    parts = {part.cited_as: kind_named(part.part_of) for part in PARTS_OF_RECORDS.values()}
    for column, kind in {**cited, **parts}.items():
        bodies = {operation: _note_cited(column, kind, operation) for operation in WRITES}
        purpose = f"have what a {kind.name.replace('_', ' ')} states checked at commit when its sources change"
        reads = (f"{column}_id", "source_id", "relation", "fields")
        asks = (f"{column}_id",)
        yield from _check_after(_CITATION, f"note_covered_{column}", purpose, bodies, *reads, asks=asks)


def _note_cited(column: str, kind: RecordKind, operation: Operation) -> str:
    ids = _cited(column, operation)
    if part := PARTS_OF_RECORDS.get(column):
        ids = f"SELECT DISTINCT l.{part.holder}_id FROM {part.table} l WHERE l.id IN ({ids})"
    is_published = f"SELECT r.id FROM \"{kind.table}\" r WHERE r.record_status = 'published' AND r.id IN ({ids})"
    return if_given(f"{column}_id", noted(rule(kind), is_published))


def _cited(column: str, operation: Operation) -> str:
    """Select what a statement cites otherwise than before: citations of a record as a whole cover nothing."""
    carries = "cardinality({0}.fields) > 0" if column not in PARTS_OF_RECORDS else "true"
    if operation is Operation.UPDATE:
        different = changed((f"{column}_id", "source_id", "relation", "fields"))
        return f"SELECT unnest(ARRAY[n.{column}_id, o.{column}_id]) FROM {pairs(different)}"
    rows = operation.transition["NEW" if operation is Operation.INSERT else "OLD"]
    return f"SELECT x.{column}_id FROM {rows} x WHERE x.{column}_id IS NOT NULL AND {carries.format('x')}"


def renderings() -> Iterator[Rendering]:
    """Return the list, computed again when the declaration of what needs a source changes; what has none then is listed."""
    for kind in MUST_BE_CITED.values():
        digest = sha256(uncovered_sql(kind.model, "r").encode()).hexdigest()[:32]
        yield Rendering(
            name=f"uncovered:{kind.name}",
            table=kind.table,
            digest=digest,
            batch=lambda cursor, after, most, kind=kind: _list(cursor, kind, after, most),  # type: ignore[misc]
            differing=lambda kind=kind: _differing(kind),  # type: ignore[misc]
        )


def _now(kind: RecordKind, where: str) -> str:
    return (
        f"SELECT '{kind.name}' AS kind, r.id AS record, {uncovered_sql(kind.model, 'r')} AS entries"
        f" FROM \"{kind.table}\" r WHERE r.record_status = 'published' AND {where}"
    )


def _list(cursor: Any, kind: RecordKind, after: int, most: int) -> tuple[int, int | None]:
    cursor.execute(
        f'SELECT count(*), max(id) FROM (SELECT id FROM "{kind.table}" WHERE id > %s ORDER BY id LIMIT %s) p', [after, most]
    )
    number, last = cursor.fetchone()
    until = last if number == most else None
    between = f"BETWEEN %s AND {'%s' if until else '9223372036854775807'}"
    bounds = [after + 1, *([until] if until else [])]
    cursor.execute(f"DELETE FROM {TABLE} WHERE kind = '{kind.name}' AND record {between}", bounds)
    cursor.execute(
        f"INSERT INTO {TABLE} (kind, record, entries)"
        f" SELECT * FROM ({_now(kind, f'r.id {between}')}) u WHERE entries <> '{{}}'",
        bounds,
    )
    return int(number), until


def _differing(kind: RecordKind) -> int:
    listed = f"SELECT record, entries FROM {TABLE} WHERE kind = '{kind.name}'"
    now = f"SELECT record, entries FROM ({_now(kind, 'true')}) u WHERE entries <> '{{}}'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (({listed} EXCEPT {now}) UNION ALL ({now} EXCEPT {listed})) d")
        return int(cursor.fetchone()[0])
