"""What loses its support if a source is retracted."""

from api.questions.parameters import record_of
from api.questions.question import Column, Question, Scope, Verdict, register
from registry.kinds import CITED, RecordKind, kind_named
from registry.models import Source
from registry.public import is_citation_seen, is_seen
from registry.sql import Sql, compiled, identifier, joined, literal, sql

_SEEN = compiled(is_citation_seen("c"))
_SOURCE_SEEN = compiled("EXISTS (SELECT FROM registry_source s WHERE s.id = o.source_id AND s.record_status = 'published')")


def rows(scope: Scope) -> Sql:
    """Count, for each field that the source or a copy of it supports, the independent sources that are left."""
    parts = [_of_kind(column, kind) for column, kind in CITED.items() if kind.name != "finding"]
    return sql(
        """
        WITH RECURSIVE gone(id) AS (SELECT {source}::bigint UNION SELECT s.id FROM registry_source s
            JOIN gone g ON s.derived_from_id = g.id),
        touched AS MATERIALIZED (SELECT DISTINCT {owners} FROM registry_citation c WHERE c.source_id IN (SELECT id FROM gone)
            AND c.relation = 'supports' AND cardinality(c.fields) > 0 AND {seen})
        SELECT CASE WHEN cardinality(x.lost) > 0 THEN 'lost' WHEN cardinality(x.weakened) > 0 THEN 'weakened'
            ELSE 'remains' END AS verdict, x.kind, x.record, x.number, array_to_string(x.lost, ', ') AS lost,
            array_to_string(x.weakened, ', ') AS weakened, array_to_string(x.remaining, ', ') AS remaining
        FROM ({parts}) x
        """,
        source=scope.values["source"],
        owners=joined(", ", (sql("c.{key}", key=identifier(f"{column}_id")) for column in CITED)),
        seen=_SEEN,
        parts=joined(" UNION ALL ", [*parts, _findings()]),
    )


def _of_kind(column: str, kind: RecordKind) -> Sql:
    record, part = "r", Sql()
    if kind.part_of:
        record = "h"
        part = sql(
            " JOIN {table} h ON h.id = r.{holder}",
            table=identifier(kind_named(kind.part_of).table),
            holder=identifier(f"{kind.holder}_id"),
        )
    return sql(
        """SELECT {name} AS kind, {slug}::text AS record, r.id AS number, l.lost, l.weakened, l.remaining
        FROM touched t JOIN {table} r ON r.id = t.{key}{part} CROSS JOIN LATERAL ({left}) l""",
        name=literal(kind.name),
        slug=identifier(record, "slug"),
        table=identifier(kind.table),
        key=identifier(f"{column}_id"),
        part=part,
        left=_left(column),
    )


def _left(column: str) -> Sql:
    """Sort the entries of a record by how many independent sources are left for each."""
    return sql(
        """SELECT COALESCE(array_agg(e.entry ORDER BY e.entry) FILTER (WHERE e.others = 0), '{{}}') AS lost,
            COALESCE(array_agg(e.entry ORDER BY e.entry) FILTER (WHERE e.others = 1), '{{}}') AS weakened,
            COALESCE(array_agg(e.entry ORDER BY e.entry) FILTER (WHERE e.others > 1), '{{}}') AS remaining
        FROM (SELECT n.entry, (SELECT count(DISTINCT registry_root(o.source_id)) FROM registry_citation o
                WHERE o.{key} = r.id AND o.relation = 'supports' AND o.source_id NOT IN (SELECT id FROM gone)
                AND o.fields && ARRAY[n.entry, split_part(n.entry, ':', 1)] AND {seen}) AS others
            FROM (SELECT DISTINCT unnest(c.fields) AS entry FROM registry_citation c WHERE c.{key} = r.id
                AND c.source_id IN (SELECT id FROM gone) AND c.relation = 'supports') n) e""",
        key=identifier(f"{column}_id"),
        seen=_SOURCE_SEEN,
    )


def _findings() -> Sql:
    """Take findings of the source: only other sources that state the same are left."""
    return sql(
        """SELECT 'finding', r.slug::text, r.id, CASE WHEN l.others = 0 THEN ARRAY['text'] ELSE '{{}}' END,
            CASE WHEN l.others = 1 THEN ARRAY['text'] ELSE '{{}}' END, CASE WHEN l.others > 1 THEN ARRAY['text'] ELSE '{{}}' END
        FROM registry_finding r CROSS JOIN LATERAL (SELECT count(DISTINCT registry_root(o.source_id)) AS others
            FROM registry_citation o WHERE o.finding_id = r.id AND o.relation = 'supports'
            AND o.source_id NOT IN (SELECT id FROM gone) AND cardinality(o.fields) > 0 AND {seen}) l
        WHERE r.source_id IN (SELECT id FROM gone) AND {shown}""",
        seen=_SOURCE_SEEN,
        shown=compiled(is_seen(kind_named("finding"), "r.id")),
    )


register(
    Question(
        name="retraction",
        title="What loses its support if a source is retracted?",
        description="Every record of which a field rests on the source or on a copy of it: what would have no source left, what"
        " one independent source, and what two or more.",
        parameters=(record_of("source", Source, "Source by its slug.", required=True, example="nrinvesting-mtweld"),),
        rows=rows,
        order=("kind", "record", "number"),
        columns=(
            Column("kind", "Kind of the record."),
            Column("record", "Slug of the record; for an event, that of its record."),
            Column("number", "Number of the record or event.", "integer", hidden=True),
            Column("lost", "Fields that no other source supports."),
            Column("weakened", "Fields that one other independent source supports."),
            Column("remaining", "Fields that two or more others support."),
        ),
        verdicts=(
            Verdict("lost", "At least one field would have no source."),
            Verdict("weakened", "At least one field would rest on one independent source, and none on nothing."),
            Verdict("remains", "Each field keeps two or more independent sources."),
        ),
        inputs=("source.derived_from",),
        formula="The source falls together with all copies, reprints and translations of it (`derived_from`). For each"
        " field that one of them supports, the other supporting sources are counted; copies of one original count once. A"
        " value that is computed from a field falls with it.",
        formula_source="definition of this registry",
        example={"source": "nrinvesting-mtweld"},
    )
)
