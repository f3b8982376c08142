"""A query for statements: its filters, its page, its export."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from api.database.connection import fetch
from api.errors import BadParameter, TooSlow
from api.filters.parameters import count_within
from api.query.order import fingerprint
from api.statements.columns import COLUMNS, NAMES
from api.statements.filters import Narrowed, narrowed_by
from api.statements.rows import CITATIONS, FINDINGS, page_sql
from registry.kinds import CITED
from registry.sql import Sql, compiled, joined, sql

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000
Place = tuple[int, int, int]
_ALL = sql("true")


@dataclass(frozen=True)
class StatementQuery:
    """Which statements, from where, and how many."""

    narrowed: Narrowed
    fingerprint: str
    limit: int = DEFAULT_LIMIT
    place: Place | None = None


@dataclass(frozen=True)
class StatementPage:
    """The rows of an answer as JSON objects, and the cursor of the next ones."""

    rows: list[dict[str, Any]]
    cursor: str | None


def read_query(given: Mapping[str, str]) -> StatementQuery:
    """Read the parameters of a list; raises BadParameter."""
    narrowing = {name: value for name, value in given.items() if name not in ("limit", "cursor")}
    narrowed = fingerprint("statements", narrowing)
    limit = count_within("limit", given["limit"], 1, MAX_LIMIT) if "limit" in given else DEFAULT_LIMIT
    place = _read_cursor(given["cursor"], narrowed) if "cursor" in given else None
    return StatementQuery(narrowed_by(narrowing), narrowed, limit, place)


def page(query: StatementQuery) -> StatementPage:
    """Fetch a page; raises TooSlow."""
    wanted = query.limit + 1
    try:
        raw = fetch(composed(query, wanted))
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow("The query exceeded its time limit. Add a filter, such as source or record.") from error
    rows = [dict(zip(NAMES, row[3:], strict=True)) for row in raw[: query.limit]]
    for row in rows:
        row["value"] = None if row["value"] is None else orjson.Fragment(row["value"])
    cursor = _write_cursor(query.fingerprint, raw[query.limit - 1][:3]) if len(raw) >= wanted else None
    return StatementPage(rows, cursor)


def composed(query: StatementQuery, limit: int | None) -> Sql:
    """Compose the query; an export has no limit."""
    phase, number, part = query.place or (1, 0, 0)
    narrowed = query.narrowed
    citations: list[Sql] | None = None
    findings = None
    if phase == CITATIONS and narrowed.owners != {}:
        shared = _all([*narrowed.citations, *_after("c", number if query.place else None)])
        owners = (narrowed.owners or {"": _ALL}).values()
        citations = [sql("({owner}) AND {shared}", owner=owner, shared=shared) for owner in owners]
    if narrowed.findings is not None:
        findings = _all([*narrowed.findings, *_after("r", number if phase == FINDINGS else None)])
    if citations is None and findings is None:
        findings = sql("false")
    place = [
        sql("(phase, number, part) > ({phase}::int, {number}::bigint, {part}::bigint)", phase=phase, number=number, part=part)
    ]
    # One citation more than rows: the first may have been given in part.
    bound = sql("LIMIT {limit}", limit=limit + 1) if limit else Sql()
    every = _all([*(place if query.place else []), *narrowed.rows])
    pieces = {f"c{index}": one for index, one in enumerate(citations or ())}
    pieces |= {"findings": findings or Sql(), "place": every, "limit": bound}
    marks = {name: f"\x00{name}\x00" for name in pieces}
    text = page_sql(
        None if citations is None else [mark for name, mark in marks.items() if name[0] == "c"],
        None if findings is None else marks["findings"],
        marks["place"],
        marks["limit"],
        kinds=CITED if narrowed.owners is None else narrowed.owners,
    )
    parts = text.split("\x00")
    return joined("", (pieces[one] if index % 2 else compiled(one) for index, one in enumerate(parts)))


def _all(conditions: list[Sql]) -> Sql:
    return joined(" AND ", [sql("true"), *conditions])


def _after(alias: str, number: int | None) -> list[Sql]:
    return [] if number is None else [sql("{key} >= {number}", key=compiled(f"{alias}.id"), number=number)]


def table_sql(query: StatementQuery) -> Sql:
    """Compose the rows of a file: values as JSON text."""
    columns = ", ".join(f"{c.name}::text AS value" if c.name == "value" else c.name for c in COLUMNS)
    return sql("SELECT {columns} FROM ({rows}) s", columns=compiled(columns), rows=composed(query, None))


def _write_cursor(narrowed: str, place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([narrowed, *place])).decode().rstrip("=")


def _read_cursor(text: str, narrowed: str) -> Place:
    damaged = BadParameter("The cursor is not valid. Use the URL under `next` without changing it.", "cursor")
    if len(text) > 500:
        raise damaged
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        written, phase, number, part = orjson.loads(packed)
    except (binascii.Error, orjson.JSONDecodeError, TypeError, ValueError):
        raise damaged from None
    if written != narrowed:
        raise BadParameter("The cursor belongs to a query with other filters. Start again without the cursor.", "cursor")
    if phase not in (1, 2) or any(type(one) is not int or not 0 <= one < 2**63 for one in (phase, number, part)):
        raise damaged
    return phase, number, part
