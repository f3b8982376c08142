"""The SQL of statements: citations by their keys, each with a row for every entry, then findings with their own source.

A page reads as many citations as it has rows, along the index of what narrows it, and looks up the values of these alone.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models

from api.statements.columns import COLUMNS
from registry.entries import Rows, columns_of, curated_columns, given_sql, rows_of
from registry.kinds import CITED, RecordKind, kind_named
from registry.models import Finding
from registry.public import is_citation_seen

#: The two parts of the answer, in their order.
CITATIONS, FINDINGS = 1, 2
_SEEN = "EXISTS (SELECT FROM registry_source s WHERE s.id = {0}.source_id AND s.record_status = 'published')"
_FINDING = "registry_finding"
#: The original of a source `u`.
_ROOT = "CASE WHEN u.derived_from_id IS NULL THEN u.id ELSE registry_root(u.id) END"


def citations_sql(condition: str, limit: str) -> str:
    """Select the keys of the public citations that fulfil a condition, with the column of their record, in their order.

    OFFSET keeps PostgreSQL from reading every public record before the first citation.
    """
    owner = " ".join(f"WHEN c.{column}_id IS NOT NULL THEN '{column}'" for column in CITED)
    return (
        f"SELECT c.id, CASE {owner} END AS owner FROM registry_citation c WHERE cardinality(c.fields) > 0"
        f" AND {is_citation_seen('c', ' OFFSET 0')} AND {condition} ORDER BY c.id {limit}"
    )


def rows_of_citations(keys: str, kinds: Iterable[str]) -> str:
    """Return the query of the statements of citations; `kinds` names the columns of the records among them."""
    owners = ", ".join(f"c.{column}_id" for column in CITED)
    page = (
        f"SELECT c.id, c.source_id, c.relation, c.fields, c.locator, c.confidence, c.stated_value, {owners}"
        f" FROM registry_citation c WHERE c.id IN ({keys})"
    )
    return f"WITH page AS MATERIALIZED ({page}) {' UNION ALL '.join(_of_kind(column, CITED[column]) for column in kinds)}"


def listed_sql(rows: str, place: str, limit: str) -> str:
    """Return the statements of a query from a place on, in their order."""
    names = ", ".join("value::json" if column.name == "value" else column.name for column in COLUMNS)
    return f"SELECT phase, number, part, {names} FROM ({rows}) x WHERE {place} ORDER BY number, part {limit}"


def _of_kind(column: str, kind: RecordKind) -> str:
    record, joined = "r", ""
    if kind.part_of:
        parent = kind_named(kind.part_of)
        record, joined = "o", f" JOIN {parent.table} o ON o.id = r.{kind.holder}_id"
    supporting = (
        f"SELECT count(DISTINCT {_ROOT}) FROM registry_citation o JOIN registry_source u ON u.id = o.source_id"
        f" AND u.record_status = 'published' WHERE o.{column}_id = r.id AND o.relation = 'supports'"
        " AND o.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)]"
    )
    own = f" + (SELECT count(*) FROM registry_source s WHERE s.id = r.source_id AND NOT EXISTS ({_same_root()}))"
    otherwise = "CASE WHEN p.relation <> 'supports' THEN p.stated_value END"
    return f"""
        SELECT {CITATIONS} AS phase, p.id AS number, e.part, '{kind.name}' AS kind, {record}.slug::text AS record,
            {record}.uid::text AS uid, e.entry AS field, e.value, p.relation::text AS relation,
            s.slug::text AS source, t.slug::text AS root, s.rights::text AS rights,
            ({supporting}){own if kind.name == "finding" else ""} AS independent_sources,
            p.locator::text AS locator, p.confidence::text AS confidence, h.at AS recorded_at,
            COALESCE(h.by, 'registry') AS recorded_by, p.id AS citation
        FROM page p JOIN {kind.table} r ON r.id = p.{column}_id{joined}
        CROSS JOIN LATERAL ({entries_sql(kind.model, "p.fields", otherwise)}) e
        JOIN registry_source s ON s.id = p.source_id JOIN registry_source t ON t.id = registry_root(p.source_id)
        LEFT JOIN LATERAL ({recorded("registry_citationhistory", "p.id")}) h ON true
    """


@cache
def entries_sql(model: type[models.Model], fields: str, otherwise: str = "NULL::jsonb") -> str:
    """Select what the entries of a list name in a record `r`: entry, number and value of each column and of each row.

    A list of the record is each of its rows, and itself, without a value, if it has none. Where a source says `otherwise`, its
    entry has that value alone.
    """
    columns = " ".join(f"WHEN '{field.name}' THEN {_column_sql(field)}" for field in curated_columns(model))
    lists = "{" + ",".join(rows.name for rows in rows_of(model)) + "}"
    parts = [
        f"SELECT f.name AS entry, 0::bigint AS row, COALESCE({otherwise}, CASE f.name {columns} END) AS value"
        f" WHERE {otherwise} IS NOT NULL OR split_part(f.name, ':', 1) <> ALL ('{lists}')"
    ]
    parts += [_rows_sql(rows, otherwise) for rows in rows_of(model)]
    return (
        "SELECT COALESCE(x.entry, f.name) AS entry, x.value, row_number() OVER (ORDER BY f.place, x.row) AS part"
        f" FROM unnest({fields}) WITH ORDINALITY f (name, place) LEFT JOIN LATERAL ({' UNION ALL '.join(parts)}) x ON true"
    )


def _same_root() -> str:
    return (
        "SELECT FROM registry_citation o WHERE o.finding_id = r.id AND o.relation = 'supports'"
        " AND registry_root(o.source_id) = registry_root(r.source_id)"
        " AND o.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)]"
    )


def rows_of_findings(where: str, limit: str) -> str:
    """Return the query of the statements of public findings that fulfil a condition, each by its own source."""
    page = (
        f"SELECT r.* FROM {_FINDING} r WHERE r.record_status = 'published' AND {_SEEN.format('r')} AND {where}"
        f" ORDER BY r.id {limit}"
    )
    others = (
        "SELECT count(DISTINCT registry_root(o.source_id)) FROM registry_citation o WHERE o.finding_id = r.id"
        f" AND o.relation = 'supports' AND {_SEEN.format('o')} AND o.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)]"
        " AND registry_root(o.source_id) <> registry_root(r.source_id)"
    )
    return f"""
        SELECT {FINDINGS} AS phase, r.id AS number, e.part, 'finding' AS kind, r.slug::text AS record, r.uid::text AS uid,
            e.entry AS field, e.value, 'supports' AS relation, s.slug::text AS source,
            t.slug::text AS root, s.rights::text AS rights, 1 + ({others}) AS independent_sources,
            r.locator::text AS locator, r.confidence::text AS confidence, h.at AS recorded_at,
            COALESCE(h.by, 'registry') AS recorded_by, NULL::bigint AS citation
        FROM ({page}) r CROSS JOIN LATERAL ({entries_sql(Finding, given_sql(Finding, "r"))}) e
        JOIN registry_source s ON s.id = r.source_id JOIN registry_source t ON t.id = registry_root(r.source_id)
        LEFT JOIN LATERAL ({recorded("registry_findinghistory", "r.id")}) h ON true
    """


def by_whom(alias: str) -> str:
    """Return who wrote a row of a history: the indexes of `recorded_by` are over this."""
    return (
        f"CASE WHEN {alias}.pgh_context ? 'import_run' THEN 'import' WHEN {alias}.pgh_context ? 'user' THEN 'curator'"
        " ELSE 'registry' END"
    )


def recorded(history: str, key: str) -> str:
    """Select when a row was last written (`at`) and by whom (`by`)."""
    return (
        f"SELECT g.pgh_created_at AS at, {by_whom('g')} AS by FROM {history} g WHERE g.pgh_obj_id = {key}"
        " ORDER BY g.pgh_id DESC LIMIT 1"
    )


def _column_sql(field: Any) -> str:
    if isinstance(field, GeometryField):
        return f'ST_AsGeoJSON(r."{field.column}", 7)::jsonb'
    if isinstance(field, models.ForeignKey):
        table = field.related_model._meta.db_table
        return f'(SELECT to_jsonb(k.slug) FROM {table} k WHERE k.id = r."{field.column}")'
    return f'to_jsonb(r."{field.column}")'


def _rows_sql(rows: Rows, otherwise: str) -> str:
    """Select the rows of a list that an entry `f` names, each as an object with its key."""
    table = rows.model._meta.db_table
    own = [str(f.column) for f in rows.model._meta.concrete_fields if f.is_relation or f.primary_key or not f.editable]
    own += [str(f.column) for f in rows.model._meta.concrete_fields if isinstance(f, models.GeneratedField)]
    key = rows.key_sql("x")
    one = f"jsonb_build_object('key', {key}) || jsonb_strip_nulls(to_jsonb(x) - '{{{','.join(own)}}}'::text[])"
    return (
        f"SELECT '{rows.name}:' || {key}, x.id, {one} FROM {table} x WHERE split_part(f.name, ':', 1) = '{rows.name}'"
        f" AND {otherwise} IS NULL AND x.{rows.owner} = r.id"
        f" AND (f.name = '{rows.name}' AND {rows.needed} OR f.name = '{rows.name}:' || {key})"
    )


@cache
def fields_known() -> frozenset[str]:
    """List every field and list that a citation of some kind can name."""
    names = {column.name for kind in CITED.values() for column in columns_of(kind.model)}
    return frozenset(names | {rows.name for kind in CITED.values() for rows in rows_of(kind.model)})
