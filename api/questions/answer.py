"""From a question to its answer: a page of rows, the count of every verdict, and the sources that the rows rest on."""

from dataclasses import dataclass, replace
from typing import Any

import orjson
import psycopg

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.errors import TooSlow
from api.query.facets import counted
from api.query.list_query import ListQuery, parameters_of
from api.questions.query import Query, write_cursor
from api.questions.question import AnswerColumn, Question, Verdict
from registry.kinds import kind_named
from registry.public import is_seen
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: Sources that an answer names; more are found through `statements/`.
MAX_SOURCES = 200
_CASTS = {"text": 'text COLLATE "C"', "integer": "bigint", "record": "bigint", "number": "float8", "boolean": "boolean"}
#: How many of the first rows are remembered.
KEPT = 200
#: What was found of the questions that were asked last.
_remembered = VersionedCache(200)


@dataclass(frozen=True)
class Answer:
    """A page of rows as JSON, how to go on, the count of each verdict, and the sources of the rows."""

    rows: list[dict[str, Any]]
    cursor: str | None
    counts: dict[str, int]
    sources: list[dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """A row as JSON, its place in the order, and the ids of its records by kind."""

    shown: bytes
    place: list[Any]
    ids: dict[str, list[int | None] | None]


@dataclass(frozen=True)
class Found:
    """The first rows of an answer, whether more follow, and the count of each verdict."""

    rows: list[Row]
    is_more: bool
    counts: dict[str, int]


def answer(query: Query) -> Answer:
    """Answer a question; raises TooSlow when the statement timeout strikes."""
    try:
        found = _find(query)
        rows, is_more = _page(query, found)
        sources = _sources(query.question, rows)
    except psycopg.errors.QueryCanceled as error:
        narrower = "Add a filter, such as country." if query.question.narrowed else "Narrow its parameters."
        raise TooSlow(f"The question exceeded its time limit. {narrower}") from error
    cursor = write_cursor(query, rows[-1].place) if is_more else None
    return Answer([orjson.loads(row.shown) for row in rows], cursor, found.counts, sources)


def _find(query: Query) -> Found:
    """Find the first rows and count all in one statement; both hold until the data change."""
    question, rows = query.question, query.question.rows(query.scope)

    def find() -> Found:
        page = _listed(query, sql("found"), Sql(), KEPT + 1)
        both = sql(
            "WITH found AS MATERIALIZED ({rows}) SELECT row, place, ids FROM ({page} UNION ALL"
            " SELECT NULL, json_build_array(verdict, count(*)), NULL, NULL FROM found GROUP BY verdict) u ORDER BY number",
            rows=rows,
            page=page,
        )
        listed, counts = [], dict.fromkeys((verdict.name for verdict in question.verdicts), 0)
        for row, place, ids in fetch(both):
            if row is None:
                verdict, number = orjson.loads(place)
                counts[verdict] = number
            else:
                listed.append(Row(row, orjson.loads(place), orjson.loads(ids)))
        if question.counted and not query.scope.with_counted:
            counts[question.counted.name] = _by_list(question.counted, query.scope.query, sum(counts.values()))
        return Found(listed[:KEPT], len(listed) > KEPT, counts)

    return _remembered.get((question.name, rows.text, repr(rows.values), query.verdicts), find)


def _by_list(verdict: Verdict, narrowed: ListQuery | None, others: int) -> int:
    """Count the rows of a verdict as the list counts its records."""
    assert narrowed is not None and verdict.counted is not None
    known = parameters_of(narrowed.resource)
    clauses = tuple(known[name].clause(value) for name, value in verdict.counted.items())
    records = counted(replace(narrowed, clauses=(*narrowed.clauses, *clauses)), ()).records
    # Records that were written since the others were counted do not make it less than none.
    return records if clauses else max(0, records - others)


def _page(query: Query, found: Found) -> tuple[list[Row], bool]:
    """Return a page and whether more follow: cut from the first rows, or else read from its place on."""
    # A cursor may name a row that has gone since its page was written: then the rows after its place are read.
    begins = {tuple(row.place): number for number, row in enumerate(found.rows, 1)}
    begin = begins.get(query.place) if query.place is not None else 0
    if begin is not None and (not found.is_more or begin + query.limit <= len(found.rows)):
        end = begin + query.limit
        return found.rows[begin:end], found.is_more or end < len(found.rows)
    after = Sql()
    if query.place is not None:
        values = (
            sql("{value}::{cast}", value=value, cast=cast)
            for value, cast in zip(query.place, _order_casts(query.question), strict=True)
        )
        after = sql(" AND ({order}) > ({values})", order=_order(query.question), values=joined(", ", values))
    source = sql("({rows})", rows=query.question.rows(query.scope))
    further = [
        Row(row[0], orjson.loads(row[1]), orjson.loads(row[2])) for row in fetch(_listed(query, source, after, query.limit + 1))
    ]
    return further[: query.limit], len(further) > query.limit


def _order_casts(question: Question) -> list[Sql]:
    types = question.column_types
    return [compiled(_CASTS[types[name]]) for name in question.order]


def _order(question: Question) -> Sql:
    keys = zip(question.order, _order_casts(question), strict=True)
    return joined(", ", (sql("q.{name}::{cast}", name=identifier(name), cast=cast) for name, cast in keys))


def _listed(query: Query, source: Sql, after: Sql, limit: int) -> Sql:
    """Compose the query of listed rows: each as JSON, its place, the ids of its records, and its number."""
    question, order = query.question, _order(query.question)
    members = [sql("'verdict', q.verdict")]
    members += [sql("{key}, {value}", key=literal(c.name), value=_shown(c)) for c in question.shown]
    later = [sql(", {value} AS {name}", value=c.later, name=identifier(c.name)) for c in question.columns if c.later]
    # A function takes a hundred arguments, and no question has as many columns.
    return sql(
        "SELECT json_build_object({members}) AS row, json_build_array({order}) AS place, {ids} AS ids,"
        " row_number() OVER (ORDER BY {order}) AS number"
        " FROM (SELECT q.*{later} FROM (SELECT * FROM {source} q WHERE q.verdict = ANY ({verdicts}){after} ORDER BY {order}"
        " LIMIT {limit}) q{looked_up}) q",
        members=joined(", ", members),
        order=order,
        ids=_ids(question),
        later=joined("", later),
        looked_up=sql(" LEFT JOIN LATERAL ({one} OFFSET 0) u ON true", one=question.looked_up) if question.looked_up else Sql(),
        source=source,
        verdicts=list(query.verdicts),
        after=after,
        limit=limit,
    )


def _shown(column: AnswerColumn) -> Sql:
    """Compose the value of a column as JSON; a record that readers do not see is null, or left out of its list."""
    value = identifier("q", column.name)
    if column.type not in ("record", "records"):
        return value
    model: Any = kind_named(column.kind).model
    link = sql("json_build_object('slug', r.slug, 'name', r.{label})", label=identifier(model.label_field))
    table, seen = identifier(model._meta.db_table), compiled(is_seen(kind_named(column.kind), "r.id"))
    if column.type == "record":
        return sql(
            "(SELECT {link} FROM {table} r WHERE r.id = {value} AND {seen})", link=link, table=table, value=value, seen=seen
        )
    return sql(
        "COALESCE((SELECT json_agg({link} ORDER BY r.id) FROM {table} r WHERE r.id = ANY ({value}) AND {seen}), '[]'::json)",
        link=link,
        table=table,
        value=value,
        seen=seen,
    )


def _ids(question: Question) -> Sql:
    """Compose the ids of the records of a row, by kind."""
    by_kind: dict[str, list[Sql]] = {}
    for column in question.columns:
        if column.type == "record":
            by_kind.setdefault(column.kind, []).append(sql("ARRAY[{id}]", id=identifier("q", column.name)))
        if column.type == "records":
            by_kind.setdefault(column.kind, []).append(sql("{ids}", ids=identifier("q", column.name)))
    parts = [
        sql("{kind}, to_json({ids})", kind=literal(kind), ids=joined(" || ", (sql("{one}::bigint[]", one=o) for o in ids)))
        for kind, ids in by_kind.items()
    ]
    return sql("json_build_object({parts})", parts=joined(", ", parts))


def _sources(question: Question, rows: list[Row]) -> list[dict[str, Any]]:
    """Name the public sources that are cited in support of what the rows rest on."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        for kind, found in row.ids.items():
            ids.setdefault(kind, set()).update(key for key in found or () if key is not None)
    inputs: dict[str, list[str]] = {}
    for one in question.inputs:
        kind, _, field = one.partition(".")
        inputs.setdefault(kind, []).append(field)
    parts = []
    for kind, fields in inputs.items():
        keys = sorted(ids.get(kind, ()))
        cited = kind_named(kind).cited_as
        if kind == "finding" and keys:
            parts.append(sql("SELECT f.source_id AS id FROM registry_finding f WHERE f.id = ANY ({keys})", keys=keys))
        if keys and cited:
            parts.append(
                sql(
                    "SELECT c.source_id AS id FROM registry_citation c WHERE c.{cited} = ANY ({keys})"
                    " AND c.relation = 'supports' AND EXISTS (SELECT FROM unnest(c.fields) e"
                    " WHERE split_part(e, ':', 1) = ANY ({fields})) AND {seen}",
                    cited=identifier(f"{cited}_id"),
                    keys=keys,
                    fields=fields,
                    seen=compiled(is_seen(kind_named(kind), f"c.{cited}_id")),
                )
            )
    if not parts:
        return []
    named = fetch(
        sql(
            "SELECT s.slug, s.title, s.publisher, s.rights FROM registry_source s WHERE s.record_status = 'published'"
            " AND s.id IN ({parts}) ORDER BY s.slug LIMIT {most}",
            parts=joined(" UNION ALL ", parts),
            most=MAX_SOURCES,
        )
    )
    return [dict(zip(("slug", "title", "publisher", "rights"), row, strict=True)) for row in named]
