"""What rests on one source alone: values that no other source supports, copies of it left aside."""

from typing import Any

import orjson

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.resources.resource import Resource
from registry.kinds import CITED, RecordKind, kind_named
from registry.sql import Sql, identifier, joined, literal, sql

_kept = VersionedCache(200)
Alone = dict[tuple[str, str], set[str]]


def alone(resource: Resource, record: dict[str, Any]) -> Alone:
    """Return the values that would lose their support without a source, by the kind and slug of their record."""
    kinds = frozenset(one["record"]["kind"] for one in record.get("citations") or () if one.get("record"))
    if resource.kind != "source" or not kinds:
        return {}
    return _kept.get(record["slug"], lambda: _read(record["slug"], kinds))


def _read(slug: str, kinds: frozenset[str]) -> Alone:
    # Each kind that the source is not cited for would cost some milliseconds of planning.
    parts = joined(" UNION ALL ", (_part(column, kind) for column, kind in CITED.items() if kind.name in kinds))
    own = "WITH own AS MATERIALIZED (SELECT id FROM registry_source WHERE slug = {slug})"
    every = "SELECT COALESCE(json_agg(json_build_array(a.kind, a.slug, a.entries)), '[]'::json) FROM ({parts}) a"
    ((answer,),) = fetch(sql("{own} {every}", own=sql(own, slug=slug), every=sql(every, parts=parts)))
    found: Alone = {}
    for kind, record, entries in orjson.loads(answer):
        found.setdefault((kind, record), set()).update(entries)
    return found


def _part(column: str, kind: RecordKind) -> Sql:
    """Compose the citations of records of a kind, with the entries that nothing else supports."""
    holder = kind_named(kind.part_of) if kind.part_of else kind
    own_row = sql("JOIN {table} p ON p.id = c.{owner}", table=identifier(kind.table), owner=identifier(f"{column}_id"))
    record = "{own_row} JOIN {table} r ON r.id = p.{key}"
    key = identifier(f"{kind.holder}_id" if kind.part_of else "id")
    return sql(
        "SELECT {kind} AS kind, r.slug, array_agg(e.entry) AS entries FROM own JOIN registry_citation c ON c.source_id = own.id"
        " {record} CROSS JOIN LATERAL unnest(c.fields) e (entry)"
        " WHERE c.relation = 'supports' AND r.record_status = 'published' AND NOT EXISTS ("
        " SELECT FROM registry_citation o JOIN registry_source s ON s.id = o.source_id AND s.record_status = 'published'"
        " WHERE o.{owner} = c.{owner} AND o.relation = 'supports' AND o.source_id <> own.id"
        " AND registry_root(o.source_id) <> own.id AND o.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)])"
        " GROUP BY r.slug, c.id",
        kind=literal(kind.name),
        record=sql(record, own_row=own_row, table=identifier(holder.table), key=key),
        owner=identifier(f"{column}_id"),
    )
