"""The rows that citations name are there: `names:X` of a record that has no name X is refused at commit.

A row that goes takes its entry out of the citations of its record, and a row that gets another key (a name that is spelled
otherwise, a party that is merged into another) takes its entry along, as a column keeps its citations when its value changes.
A contradiction of a row that is gone only mentions the record.
"""

from collections.abc import Iterator

from registry.coverage import RESTORES
from registry.derived.checks import TABLE as PENDING
from registry.derived.checks import CommitCheck, noted
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step, if_given
from registry.entries import Rows, rows_of
from registry.kinds import CITED, RecordKind, kind_named
from registry.triggers.base import changed, pairs
from registry.triggers.refusals import refuse

_CITATION = "registry_citation"


def declared() -> tuple[list[Step], list[CommitCheck]]:
    """Return the steps and the checks."""
    return list(_steps()), list(_checks())


def _kinds() -> Iterator[RecordKind]:
    return (kind for kind in CITED.values() if rows_of(kind.model))


def _cited(kind: RecordKind) -> str:
    return f"cited_rows_{kind.name}"


def _gone(kind: RecordKind) -> str:
    return f"gone_rows_{kind.name}"


def _steps() -> Iterator[Step]:
    for kind in _kinds():
        for operation in WRITES[:2]:
            yield _of_citations(kind, operation)
        for rows in rows_of(kind.model):
            yield _of_rows_gone(kind, rows)
            yield _of_rows_changed(kind, rows)


def _step(
    layer: Layer, table: str, name: str, purpose: str, operation: Operation, body: str, *reads: str, asks: tuple[str, ...] = ()
) -> Step:
    return Step(
        layer=layer,
        name=name,
        purpose=purpose,
        table=table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(reads),
        asks=frozenset(asks),
        variables="moved record;",
        body=body,
    )


def _of_citations(kind: RecordKind, operation: Operation) -> Step:
    owner = f"{kind.cited_as}_id"
    rows = "new_rows n"
    if operation is Operation.UPDATE:
        rows = f"(SELECT n.* FROM {pairs(changed((owner, 'fields')))}) n"
    naming = f"n.{owner} IS NOT NULL AND strpos(array_to_string(n.fields, ' '), ':') > 0"
    body = if_given(owner, noted(_cited(kind), f"SELECT DISTINCT n.{owner} FROM {rows} WHERE {naming}"))
    purpose = f"have the rows that citations of a {_words(kind)} name checked at commit"
    return _step(Layer.CHECKS, _CITATION, f"note_{_cited(kind)}", purpose, operation, body, owner, "fields", asks=(owner,))


def _of_rows_gone(kind: RecordKind, rows: Rows) -> Step:
    body = noted(_gone(kind), f"SELECT DISTINCT x.{rows.owner} FROM old_rows x WHERE {_is_named(kind, rows, 'x')}")
    purpose = f"have citations of a {_words(kind)} no longer name {rows.name} that are gone"
    table = rows.model._meta.db_table
    return _step(Layer.CHECKS, table, f"note_{_gone(kind)}", purpose, Operation.DELETE, body, rows.owner)


def _is_named(kind: RecordKind, rows: Rows, row: str) -> str:
    """Return the condition that some citation of the record of a row names a row of the list."""
    return (
        f"EXISTS (SELECT FROM {_CITATION} c CROSS JOIN LATERAL unnest(c.fields) e"
        f" WHERE c.{kind.cited_as}_id = {row}.{rows.owner} AND starts_with(e, '{rows.name}:'))"
    )


def _of_rows_changed(kind: RecordKind, rows: Rows) -> Step:
    """Let entries follow the keys of rows that stay with their record; where a row leaves it, they go."""
    table, owner = rows.model._meta.db_table, rows.owner
    keys = [str(rows.model._meta.get_field(column).column) for column in rows.key.columns]  # type: ignore[union-attr]
    here = f"n.{owner} = o.{owner} AND {changed(keys)}"
    new, old = (f"'{rows.name}:' || {rows.key_sql(alias)}" for alias in ("n", "o"))
    left = f"SELECT DISTINCT o.{owner} FROM {pairs(f'o.{owner} IS NOT NULL AND o.{owner} IS DISTINCT FROM n.{owner}')}"
    body = f"""
        FOR moved IN SELECT n.{owner} AS record, {old} AS entry, {new} AS now FROM {pairs(here)} LOOP
            CONTINUE WHEN moved.entry = moved.now OR EXISTS (SELECT FROM {table} x WHERE x.{owner} = moved.record
                AND '{rows.name}:' || {rows.key_sql("x")} = moved.entry);
            UPDATE {_CITATION} c SET fields = CASE WHEN c.fields @> ARRAY[moved.now]
                THEN array_remove(c.fields, moved.entry) ELSE array_replace(c.fields, moved.entry, moved.now) END
            WHERE c.{kind.cited_as}_id = moved.record AND c.fields @> ARRAY[moved.entry];
        END LOOP;
        {noted(_gone(kind), f"SELECT x.{owner} FROM ({left}) x WHERE {_is_named(kind, rows, 'x')}")}
    """
    purpose = f"let citations of a {_words(kind)} follow the keys of its {rows.name}"
    return _step(Layer.PARENTS, table, f"follow_{rows.name}_of_{kind.name}", purpose, Operation.UPDATE, body, owner, *keys)


def _checks() -> Iterator[CommitCheck]:
    citation = kind_named("citation").model
    for kind in _kinds():
        label = _words(kind)
        message = (
            f"format('a citation of {label} “%s” names “%s”, but the {label} has no such row; name a row that it has by its"
            " key, or the whole list', wrong, bare[1])"
        )
        wrong = f"strpos(e, ':') > 0 AND NOT {_has_row(kind)}"
        yield CommitCheck(
            name=_cited(kind),
            purpose=f"The rows that citations of a {label} name are there.",
            body=f"""
                IF current_setting('{RESTORES}', true) = 'on' OR EXISTS (SELECT FROM unnest(ids) i WHERE i IN (
                    SELECT unnest(p.ids) FROM {PENDING} p WHERE p.rule = '{_gone(kind)}')) THEN {_take_out(kind)} END IF;
                SELECT r.slug, ARRAY[e] INTO wrong, bare FROM unnest(ids) i (id)
                JOIN {_CITATION} c ON c.{kind.cited_as}_id = i.id CROSS JOIN LATERAL unnest(c.fields) e
                JOIN "{kind.table}" r ON r.id = i.id WHERE {wrong} LIMIT 1;
                IF wrong IS NOT NULL THEN {refuse(citation, "cited_row", message, "fields")} END IF;
            """,
        )
        yield CommitCheck(
            name=_gone(kind),
            purpose=f"Citations of a {label} name no row that is gone.",
            body=_take_out(kind),
        )


def _has_row(kind: RecordKind) -> str:
    """Return whether the record of a citation `c` has the row of an entry `e`."""
    cases = " ".join(
        f"WHEN '{rows.name}' THEN EXISTS (SELECT FROM {rows.model._meta.db_table} x"
        f" WHERE x.{rows.owner} = c.{kind.cited_as}_id AND '{rows.name}:' || {rows.key_sql('x')} = e)"
        for rows in rows_of(kind.model)
    )
    return f"CASE split_part(e, ':', 1) {cases} ELSE true END"


def _take_out(kind: RecordKind) -> str:
    """Take the entries of rows that are not there out of citations; one that then says what another says goes."""
    kept = (
        f"SELECT c.id, c.fields, ARRAY(SELECT e FROM unnest(c.fields) WITH ORDINALITY u (e, n)"
        f" WHERE strpos(e, ':') = 0 OR {_has_row(kind)} ORDER BY n) AS kept"
        f" FROM unnest(ids) i (id) JOIN {_CITATION} c ON c.{kind.cited_as}_id = i.id"
        " WHERE strpos(array_to_string(c.fields, ' '), ':') > 0"
    )
    relation = "CASE c.relation WHEN 'contradicts' THEN 'mentions' ELSE c.relation END"
    same = (
        f"d.{kind.cited_as}_id = c.{kind.cited_as}_id AND d.source_id = c.source_id AND d.locator = c.locator AND d.id <> c.id"
    )
    alike = f"(d.fields, d.relation, d.stated_value) IS NOT DISTINCT FROM (k.kept, {relation}, c.stated_value)"
    return f"""
        DELETE FROM {_CITATION} c USING ({kept}) k WHERE k.id = c.id AND k.kept <> k.fields
            AND EXISTS (SELECT FROM {_CITATION} d WHERE {same} AND {alike});
        UPDATE {_CITATION} c SET fields = k.kept, relation = {relation} FROM ({kept}) k
            WHERE k.id = c.id AND k.kept <> k.fields;
    """


def _words(kind: RecordKind) -> str:
    return kind.name.replace("_", " ")
