"""From a question to its answer: a page of rows, the count of every verdict, and the sources that the rows rest on."""

from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.errors import TooSlow
from api.questions.query import Query, write_cursor
from api.questions.question import Column, Question
from registry.kinds import kind_named
from registry.public import is_citation_seen, is_seen
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: Sources that an answer names; more are found through `statements/`.
MAX_SOURCES = 200
_CASTS = {"text": 'text COLLATE "C"', "integer": "bigint", "record": "bigint", "number": "float8", "boolean": "boolean"}
_counted = VersionedCache(2_000)


@dataclass(frozen=True)
class Answer:
    """A page of rows as JSON, how to go on, the count of each verdict, and the sources of the rows."""

    rows: list[dict[str, Any]]
    cursor: str | None
    counts: dict[str, int]
    sources: list[dict[str, Any]]


def answer(query: Query) -> Answer:
    """Answer a question; raises TooSlow when the statement timeout strikes."""
    try:
        found = fetch(_page(query))
        counts = _counts(query)
        rows = found[: query.limit]
        sources = _sources(query.question, rows)
    except psycopg.errors.QueryCanceled as error:
        narrower = "Add a filter, such as country." if query.question.narrowed else "Narrow its parameters."
        raise TooSlow(f"The question exceeded its time limit. {narrower}") from error
    cursor = write_cursor(query, orjson.loads(rows[-1][1])) if len(found) > query.limit else None
    return Answer([orjson.loads(row[0]) for row in rows], cursor, counts, sources)


def _page(query: Query) -> Sql:
    """Compose the query of a page: each row as JSON, its place in the order, and the ids of its records."""
    question = query.question
    types = question.column_types
    keys = [sql("q.{name}::{cast}", name=identifier(n), cast=compiled(_CASTS[types[n]])) for n in question.order]
    order = joined(", ", keys)
    after = Sql()
    if query.place is not None:
        values = joined(
            ", ",
            (
                sql("{value}::{cast}", value=value, cast=compiled(_CASTS[types[name]]))
                for name, value in zip(question.order, query.place, strict=True)
            ),
        )
        after = sql(" AND ({order}) > ({values})", order=order, values=values)
    members = [sql("'verdict', q.verdict")]
    members += [sql("{key}, {value}", key=literal(c.name), value=_shown(c)) for c in question.shown]
    # A function takes a hundred arguments, and no question has as many columns.
    return sql(
        "SELECT json_build_object({members}) AS row, json_build_array({order}) AS place, {ids} AS ids"
        " FROM (SELECT * FROM ({rows}) q WHERE q.verdict = ANY ({verdicts}){after} ORDER BY {order} LIMIT {limit}) q"
        " ORDER BY {order}",
        members=joined(", ", members),
        order=order,
        ids=_ids(question),
        rows=question.rows(query.scope),
        verdicts=list(query.verdicts),
        after=after,
        limit=query.limit + 1,
    )


def _shown(column: Column) -> Sql:
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


def _counts(query: Query) -> dict[str, int]:
    """Count the rows of each verdict; the counts hold until the data change."""
    rows = query.question.rows(query.scope)

    def count() -> dict[str, int]:
        found = fetch(sql("SELECT q.verdict, count(*) FROM ({rows}) q GROUP BY 1", rows=rows))
        return {str(verdict): int(number) for verdict, number in found}

    found = _counted.get((rows.text, repr(rows.values)), count)
    return {verdict.name: found.get(verdict.name, 0) for verdict in query.question.verdicts}


def _sources(question: Question, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Name the public sources that are cited in support of what the rows rest on."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        for kind, keys in orjson.loads(row[2]).items():
            ids.setdefault(kind, set()).update(key for key in keys or () if key is not None)
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
                    seen=compiled(is_citation_seen("c")),
                )
            )
    if not parts:
        return []
    found = fetch(
        sql(
            "SELECT s.slug, s.title, s.publisher, s.rights FROM registry_source s WHERE s.record_status = 'published'"
            " AND s.id IN ({parts}) ORDER BY s.slug LIMIT {most}",
            parts=joined(" UNION ALL ", parts),
            most=MAX_SOURCES,
        )
    )
    return [dict(zip(("slug", "title", "publisher", "rights"), row, strict=True)) for row in found]
