"""Verifying the history: the chain, the heads that were published, and each row that was sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from registry.sealing.seal import head_sql, seals
from registry.sealing.tables import HASH_BYTES, STYLE, hash_of, sealed_tables
from registry.sql import Sql, identifier, sql

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Difference:
    """The first thing that differs: the seal, and for a row its table, its key, and that of the record that it is about."""

    seal: int
    what: str
    table: str = ""
    row: int = 0
    of: int | None = None

    def __str__(self) -> str:
        """Say it in a line."""
        if not self.table:
            return f"seal {self.seal}: {self.what}"
        about = "" if self.of is None else f", about row {self.of} of {self.table.removesuffix('history')}"
        return f"{self.table}, row {self.row}{about}: {self.what} (seal {self.seal})"


def verify(published: Mapping[int, str], tell: Tell) -> Difference | None:
    """Return the first difference from what was sealed; None if there is none. `published` are heads by number."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(STYLE)
        if found := _chain(cursor, published, tell):
            return found
        differences = []
        for table in sealed_tables():
            tell(table)
            differences += [one for one in (_sealed(cursor, table), _unsealed(cursor, table)) if one]
        return min(differences, key=lambda one: (one.seal, one.table, one.row), default=None)


def _chain(cursor: Any, published: Mapping[int, str], tell: Tell) -> Difference | None:
    """Compute every head again."""
    parent, known = "", {}
    every = seals()
    tell(f"{len(every):,} seals")
    for position, one in enumerate(every, 1):
        if one.number != position:
            return Difference(position, "it is missing")
        head = _one(cursor, sql("SELECT {head}", head=head_sql(parent, one.number)))[0]
        if head != one.head:
            return Difference(one.number, "its head does not follow from its parts and the seal before it")
        if published.get(one.number, head) != head:
            return Difference(one.number, f"its head is not the one that was published, {published[one.number]}")
        parent = known[one.number] = head
    for number in sorted(set(published) - set(known)):
        return Difference(number, "its head was published, and the seal is not in the database")
    return None


def _sealed(cursor: Any, table: str) -> Difference | None:
    """Find the first sealed row of a table that is missing or has another hash."""
    forms = sql("SELECT id, columns FROM registry_sealform WHERE history = {table} ORDER BY id", table=table)
    cursor.execute(forms.text, forms.values)
    found = []
    for form, columns in cursor.fetchall():
        if not set(columns) <= set(sealed_tables()[table]):
            # A migration removed a column; the rows were sealed again after it.
            continue
        query = sql(
            "SELECT p.seal, u.id, h.pgh_id IS NULL, h.pgh_obj_id FROM registry_sealpart p"
            " CROSS JOIN LATERAL unnest(p.ids) WITH ORDINALITY u (id, n) LEFT JOIN {history} h ON h.pgh_id = u.id"
            " WHERE p.history = {table} AND p.form = {form} AND p.seal >= {since}"
            " AND (h.pgh_id IS NULL OR {hash} <> substring(p.hashes FROM ((u.n - 1) * {size} + 1)::integer FOR {size}))"
            " ORDER BY p.seal, u.id LIMIT 1",
            history=identifier(table),
            table=table,
            form=form,
            since=_since(table),
            hash=hash_of(tuple(columns)),
            size=HASH_BYTES,
        )
        cursor.execute(query.text, query.values)
        found += [
            Difference(
                seal, "it was deleted after it was sealed" if missing else "it was changed after it was sealed", table, *key
            )
            for seal, row, missing, of in cursor.fetchall()
            for key in ((row, of),)
        ]
    return min(found, key=lambda one: (one.seal, one.row), default=None)


def _unsealed(cursor: Any, table: str) -> Difference | None:
    """Find the first row that no seal has although its transaction had ended before the last one."""
    parts = sql("FROM registry_sealpart p WHERE p.history = {table} AND p.seal >= {since}", table=table, since=_since(table))
    last = sql("(SELECT number, until, marks FROM registry_seal ORDER BY number DESC LIMIT 1) s")
    rows = sql(
        "FROM {history} h, {last} WHERE h.pgh_id <= (s.marks->>{table})::bigint OR h.pgh_transaction < s.until",
        history=identifier(table),
        last=last,
        table=table,
    )
    counted = sql(
        "SELECT (SELECT count(*) {rows}), (SELECT COALESCE(sum(cardinality(p.ids)), 0) {parts})", rows=rows, parts=parts
    )
    there, sealed = _one(cursor, counted)
    if there <= sealed:
        # What is missing is found by its key.
        return None
    added = sql(
        "SELECT s.number, h.pgh_id, h.pgh_obj_id {rows} AND NOT EXISTS"
        " (SELECT FROM (SELECT unnest(p.ids) AS id {parts}) k WHERE k.id = h.pgh_id) ORDER BY 2 LIMIT 1",
        rows=sql(
            "FROM {history} h, {last} WHERE (h.pgh_id <= (s.marks->>{table})::bigint OR h.pgh_transaction < s.until)",
            history=identifier(table),
            last=last,
            table=table,
        ),
        parts=parts,
    )
    number, row, of = _one(cursor, added)
    return Difference(number, "it was added after its time was sealed", table, row, of)


def _since(table: str) -> Sql:
    """Return the expression for the first seal of a table that still counts."""
    return sql("COALESCE((SELECT max(number) FROM registry_seal WHERE {table} = ANY (restarted)), 0)", table=table)


def _one(cursor: Any, query: Sql) -> Any:
    cursor.execute(query.text, query.values)
    return cursor.fetchone()
