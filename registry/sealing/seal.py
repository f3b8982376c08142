"""Sealing: what was committed since the last seal gets a place in the chain, after the commit, so that no writer waits.

A seal covers the rows of all transactions below a number that every transaction below has passed: none of them can write any
more, so a row is sealed once. Transaction numbers mean something within one database of one server: in another place, after a
restoration, the first seal takes all rows that are there, up to a mark in each table, and those after the marks are new.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from registry.sealing.tables import STYLE, hash_of, sealed_tables
from registry.sql import Sql, identifier, joined, sql

#: Rows of a part: their hashes and keys are then stored in the row of the part itself.
PART_ROWS = 64
_LOCK = 7_268_104_422
#: The first seal of a database, which notes where its tables end, gives up after this wait and is tried again a minute later.
#: It is less than the second after which PostgreSQL looks for deadlocks, and might end the writer for which the seal waits.
_LOCK_TIMEOUT = "500ms"

HEAD = """
    encode(sha256(convert_to({parent} || ' ' || {number}, 'UTF8') || COALESCE((
        SELECT string_agg(sha256(convert_to(p.history || ' ' || array_to_string(f.columns, ',') || ' '
            || array_to_string(p.ids, ','), 'UTF8') || p.hashes), ''::bytea ORDER BY p.history COLLATE "C", p.part)
        FROM registry_sealpart p JOIN registry_sealform f ON f.id = p.form WHERE p.seal = {number}), ''::bytea)), 'hex')
"""


@dataclass(frozen=True)
class Seal:
    """A seal: its number, when it was made, how many rows it covers, and its head, which follows from all before it."""

    number: int
    sealed_at: datetime
    rows: int
    head: str


@dataclass(frozen=True)
class _Last:
    number: int
    place: str
    until: int
    marks: dict[str, int]
    head: str


def seals() -> list[Seal]:
    """Return all seals, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, sealed_at, rows, head FROM registry_seal ORDER BY number")
        return [Seal(*row) for row in cursor.fetchall()]


def seal() -> Seal | None:
    """Seal what has been committed; None if that is nothing, or if somebody else is sealing."""
    place, last = _place(), _last()
    marks = last.marks if last and last.place == place else _marks()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STYLE)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s), pg_snapshot_xmin(pg_current_snapshot())::text::bigint", (_LOCK,))
        alone, until = cursor.fetchone()
        if not alone or _last() != last:
            return None
        number = last.number + 1 if last else 1
        begins = last is None or last.place != place
        restarted = [table for table in sealed_tables() if _has_lost_columns(cursor, table)]
        for table in sealed_tables():
            where = _unsealed(table, marks.get(table, 0), until, last, begins, table in restarted)
            _write_parts(cursor, number, table, where)
        cursor.execute("SELECT COALESCE(sum(cardinality(ids)), 0) FROM registry_sealpart WHERE seal = %s", (number,))
        (rows,) = cursor.fetchone()
        if not rows and not begins:
            return None
        made = sql(
            "INSERT INTO registry_seal (number, place, until, rows, restarted, marks, head)"
            " SELECT {number}, {place}, {until}, {rows}, {restarted}::text[], {marks}::jsonb, {head}"
            " RETURNING number, sealed_at, rows, head",
            number=number,
            place=place,
            until=until,
            rows=rows,
            restarted=restarted,
            marks=orjson.dumps(marks).decode(),
            head=head_sql(last.head if last else "", number),
        )
        cursor.execute(made.text, made.values)
        return Seal(*cursor.fetchone())


def head_sql(parent: str, number: int) -> Sql:
    """Return the expression for the head of a seal: SHA-256 over the head before it, its number, and its parts."""
    return sql(HEAD, parent=sql("{parent}::text", parent=parent), number=sql("{number}::bigint", number=number))


def _place() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_place()")
        return str(cursor.fetchone()[0])


def _last() -> _Last | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, place, until, marks::text, head FROM registry_seal ORDER BY number DESC LIMIT 1")
        found = cursor.fetchone()
    return _Last(found[0], found[1], found[2], orjson.loads(found[3]), found[4]) if found else None


def _marks() -> dict[str, int]:
    """Return the last key of each table at a moment at which nobody writes into any of them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        locked = sql("LOCK TABLE {tables} IN SHARE MODE", tables=joined(", ", map(identifier, sealed_tables())))
        cursor.execute(locked.text, locked.values)
        found = {}
        for table in sealed_tables():
            last = sql("SELECT COALESCE(max(pgh_id), 0) FROM {table}", table=identifier(table))
            cursor.execute(last.text, last.values)
            found[table] = cursor.fetchone()[0]
        return found


def _has_lost_columns(cursor: Any, table: str) -> bool:
    """Return whether a migration has removed or renamed a column of rows that are sealed: they are then sealed again."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM registry_sealform f WHERE f.history = %s AND NOT f.columns <@ %s::text[] AND EXISTS"
        " (SELECT FROM registry_sealpart p WHERE p.history = f.history AND p.form = f.id AND p.seal >="
        " COALESCE((SELECT max(number) FROM registry_seal WHERE f.history = ANY (restarted)), 0)))",
        (table, list(sealed_tables()[table])),
    )
    return bool(cursor.fetchone()[0])


def _unsealed(table: str, mark: int, until: int, last: _Last | None, begins: bool, restarts: bool) -> Sql:
    """Return the condition on the rows of a table that are to be sealed now."""
    if restarts or last is None:
        return sql("h.pgh_id <= {mark} OR h.pgh_transaction < {until}", mark=mark, until=until)
    if begins:
        return sql(
            "(h.pgh_id <= {mark} OR h.pgh_transaction < {until}) AND NOT EXISTS (SELECT FROM"
            " (SELECT unnest(p.ids) AS id FROM registry_sealpart p WHERE p.history = {table}) s WHERE s.id = h.pgh_id)",
            mark=mark,
            until=until,
            table=table,
        )
    return sql(
        "h.pgh_id > {mark} AND h.pgh_transaction >= {since} AND h.pgh_transaction < {until}",
        mark=mark,
        since=last.until,
        until=until,
    )


def _write_parts(cursor: Any, number: int, table: str, where: Sql) -> None:
    columns = sealed_tables()[table]
    rows = sql(
        "SELECT h.pgh_id AS id, {hash} AS hash, (row_number() OVER (ORDER BY h.pgh_id) - 1) / {size} AS part"
        " FROM {table} h WHERE {where}",
        hash=hash_of(columns),
        size=PART_ROWS,
        table=identifier(table),
        where=where,
    )
    parts = sql(
        "WITH found AS (SELECT part, array_agg(id ORDER BY id) AS ids, string_agg(hash, ''::bytea ORDER BY id) AS hashes"
        " FROM ({rows}) r GROUP BY part), form AS ("
        " INSERT INTO registry_sealform (history, columns) SELECT {table}, {columns}::text[] WHERE EXISTS (SELECT FROM found)"
        " ON CONFLICT (history, columns) DO UPDATE SET history = EXCLUDED.history RETURNING id)"
        " INSERT INTO registry_sealpart (seal, history, part, form, ids, hashes)"
        " SELECT {number}, {table}, found.part, form.id, found.ids, found.hashes FROM found, form",
        rows=rows,
        table=table,
        columns=list(columns),
        number=number,
    )
    cursor.execute(parts.text, parts.values)
