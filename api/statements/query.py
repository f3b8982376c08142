"""A query for statements: its filters, its page, its export."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from api.database.connection import fetch
from api.errors import TooSlow
from api.filters.parameters import count_within
from api.query.cursor import damaged, fingerprint, own_place, packed
from api.statements.columns import COLUMNS, NAMES
from api.statements.conditions import Narrowed
from api.statements.filters import narrowed_by
from api.statements.rows import CITATIONS, FINDINGS, citations_sql, listed_sql, rows_of_citations, rows_of_findings
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
    try:
        raw = _fetched(query, query.limit + 1)
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow("The query exceeded its time limit. Add a filter, such as source or record.") from error
    rows = [dict(zip(NAMES, row[3:], strict=True)) for row in raw[: query.limit]]
    for row in rows:
        row["value"] = None if row["value"] is None else orjson.Fragment(row["value"])
    cursor = packed([query.fingerprint, *raw[query.limit - 1][:3]]) if len(raw) > query.limit else None
    return StatementPage(rows, cursor)


def _fetched(query: StatementQuery, wanted: int) -> list[tuple[Any, ...]]:
    """Fetch rows: citations first, of which each has one row or more, then what only findings have."""
    raw: list[tuple[Any, ...]] = []
    limit = sql("LIMIT {wanted}", wanted=wanted)
    # One citation more than rows: the first may have been given in part.
    found = [] if (chosen := citations(query, wanted + 1)) is None else fetch(chosen)
    if found:
        keys = sql("SELECT unnest({keys}::bigint[])", keys=[key for key, _ in found])
        raw = fetch(_listed(query, _of_citations(keys, {str(owner) for _, owner in found}), limit))
    if len(raw) < wanted and (findings := _of_findings(query, limit)):
        raw += fetch(_listed(query, findings, sql("LIMIT {left}", left=wanted - len(raw))))
    return raw


def citations(query: StatementQuery, limit: int | None) -> Sql | None:
    """Compose the keys of the citations of a query, from its place on; None where there can be none."""
    phase, number, _ = query.place or (CITATIONS, 0, 0)
    narrowed = query.narrowed
    if phase != CITATIONS or narrowed.owners == []:
        return None
    shared = _all([*narrowed.citations, *_after("c", number if query.place else None)])
    ways = [condition for _, condition in narrowed.owners] if narrowed.owners is not None else narrowed.ways or [_ALL]
    if narrowed.owners is not None and narrowed.ways:
        shared = sql("{shared} AND ({ways})", shared=shared, ways=joined(" OR ", narrowed.ways))
    bound = sql("LIMIT {limit}", limit=limit) if limit else Sql()
    parts = [_filled(citations_sql("\x00", "\x01"), sql("({way}) AND {shared}", way=way, shared=shared), bound) for way in ways]
    if len(parts) == 1:
        return parts[0]
    every = joined(" UNION ", (sql("({part})", part=part) for part in parts))
    return sql("SELECT * FROM ({every}) c ORDER BY id {bound}", every=every, bound=bound)


def _of_citations(keys: Sql, kinds: Collection[str]) -> Sql:
    return _filled(rows_of_citations("\x00", [column for column in CITED if column in kinds]), keys)


def _of_findings(query: StatementQuery, bound: Sql) -> Sql | None:
    """Compose the statements of findings by their own sources."""
    if query.narrowed.findings is None:
        return None
    place = query.place if query.place and query.place[0] == FINDINGS else None
    where = _all([*query.narrowed.findings, *_after("r", place[1] if place else None)])
    return _filled(rows_of_findings("\x00", "\x01"), where, bound)


def _listed(query: StatementQuery, rows: Sql, bound: Sql) -> Sql:
    """Take the rows after the place of a query, and those that its filters keep."""
    after = "(phase, number, part) > ({phase}::int, {number}::bigint, {part}::bigint)"
    place = [sql(after, **dict(zip(("phase", "number", "part"), query.place, strict=True)))] if query.place else []
    return _filled(listed_sql("\x00", "\x01", "\x02"), rows, _all([*place, *query.narrowed.rows]), bound)


def _filled(text: str, *pieces: Sql) -> Sql:
    """Put pieces in place of the characters of their numbers, in the order of these, into compiled SQL."""
    filled = Sql()
    for number, piece in enumerate(pieces):
        before, text = text.split(chr(number))
        filled = joined("", [filled, compiled(before), piece])
    return joined("", [filled, compiled(text)])


def _all(conditions: list[Sql]) -> Sql:
    return joined(" AND ", [sql("true"), *conditions])


def _after(alias: str, number: int | None) -> list[Sql]:
    return [] if number is None else [sql("{key} >= {number}", key=compiled(f"{alias}.id"), number=number)]


def table_sql(query: StatementQuery) -> Sql:
    """Compose the rows of a file: values as JSON text."""
    columns = ", ".join(f"{c.name}::text AS value" if c.name == "value" else c.name for c in COLUMNS)
    parts = []
    if (chosen := citations(query, None)) is not None:
        kinds = CITED if query.narrowed.owners is None else {column for column, _ in query.narrowed.owners}
        parts.append(_of_citations(sql("SELECT id FROM ({chosen}) k", chosen=chosen), kinds))
    if findings := _of_findings(query, Sql()):
        parts.append(findings)
    rows = joined(" UNION ALL ", (sql("({part})", part=_listed(query, part, Sql())) for part in parts))
    nothing = sql(
        "SELECT * FROM ({rows}) x WHERE false", rows=_listed(query, _of_citations(sql("SELECT 0"), ["deposit"]), Sql())
    )
    return sql("SELECT {columns} FROM ({rows}) s", columns=compiled(columns), rows=rows if parts else nothing)


def _read_cursor(text: str, narrowed: str) -> Place:
    place = own_place(text, narrowed)
    if len(place) != 3 or any(type(one) is not int or not 0 <= one < 2**63 for one in place):
        raise damaged()
    phase, number, part = place
    if phase not in (CITATIONS, FINDINGS):
        raise damaged()
    return phase, number, part
