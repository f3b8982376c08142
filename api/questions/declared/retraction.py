"""What loses its support if a source is retracted."""

from api.questions.parameters import record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.kinds import CITED, RecordKind, kind_named
from registry.models import Source
from registry.public import is_seen
from registry.sql import Sql, compiled, identifier, joined, literal, sql

_SOURCE_SEEN = compiled("EXISTS (SELECT FROM registry_source s WHERE s.id = o.source_id AND s.record_status = 'published')")
#: What is cited for by its key, but for findings, which rest on their own source too.
_KINDS = {column: kind for column, kind in CITED.items() if kind.name != "finding"}


def rows(scope: AskedQuestion) -> Sql:
    """Count, for each field that the source or a copy of it supports, the independent sources that are left."""
    return sql(
        """
        WITH RECURSIVE gone(id) AS (SELECT {source}::bigint UNION SELECT s.id FROM registry_source s
            JOIN gone g ON s.derived_from_id = g.id),
        -- A look-up for each source: how many citations it has is guessed too high, and all citations would be read.
        touched AS MATERIALIZED (SELECT DISTINCT t.kind, t.id, e.entry FROM gone
            CROSS JOIN LATERAL (SELECT * FROM registry_citation c WHERE c.source_id = gone.id AND c.relation = 'supports'
                OFFSET 0) o
            CROSS JOIN LATERAL (VALUES {keys}) t(kind, id) CROSS JOIN unnest(o.fields) e(entry)
            WHERE t.id IS NOT NULL AND {seen}),
        left_over AS (SELECT t.*, (SELECT count(DISTINCT registry_root(o.source_id)) FROM ({others}) o
                WHERE o.source_id NOT IN (SELECT id FROM gone) AND o.relation = 'supports'
                AND o.fields && ARRAY[t.entry, split_part(t.entry, ':', 1)] AND {seen}) AS others FROM touched t),
        sorted AS (SELECT l.kind, l.id, array_agg(l.entry ORDER BY l.entry) FILTER (WHERE l.others = 0) AS lost,
                array_agg(l.entry ORDER BY l.entry) FILTER (WHERE l.others = 1) AS weakened,
                array_agg(l.entry ORDER BY l.entry) FILTER (WHERE l.others > 1) AS remaining
            FROM left_over l GROUP BY 1, 2)
        SELECT CASE WHEN x.lost IS NOT NULL THEN 'lost' WHEN x.weakened IS NOT NULL THEN 'weakened' ELSE 'remains' END
            AS verdict, x.kind, x.record, x.number, COALESCE(array_to_string(x.lost, ', '), '') AS lost,
            COALESCE(array_to_string(x.weakened, ', '), '') AS weakened,
            COALESCE(array_to_string(x.remaining, ', '), '') AS remaining
        FROM (SELECT t.kind, n.slug AS record, t.id AS number, t.lost, t.weakened, t.remaining
            FROM sorted t CROSS JOIN LATERAL ({named}) n UNION ALL {findings}) x
        """,
        source=scope.values["source"],
        keys=joined(", ", (sql("({name}, o.{key})", name=literal(k.name), key=_key(c)) for c, k in _KINDS.items())),
        others=joined(" UNION ALL ", (_citations(column, kind) for column, kind in _KINDS.items())),
        named=joined(" UNION ALL ", (_named(kind) for kind in _KINDS.values())),
        seen=_SOURCE_SEEN,
        findings=_findings(),
    )


def _key(column: str) -> Sql:
    return identifier(f"{column}_id")


def _citations(column: str, kind: RecordKind) -> Sql:
    """Select the citations for the record `t`, if it is of a kind."""
    return sql(
        "SELECT c.source_id, c.relation, c.fields FROM registry_citation c WHERE t.kind = {name} AND c.{key} = t.id",
        name=literal(kind.name),
        key=_key(column),
    )


def _named(kind: RecordKind) -> Sql:
    """Select the slug of the record `t`, or of the record that it is a part of, if it is of a kind and readers see it."""
    slug, part = "r", Sql()
    if kind.part_of:
        slug = "h"
        holder = kind_named(kind.part_of).table
        part = sql(" JOIN {table} h ON h.id = r.{holder}", table=identifier(holder), holder=_key(str(kind.holder)))
    return sql(
        "SELECT {slug}::text AS slug FROM {table} r{part} WHERE t.kind = {name} AND r.id = t.id AND {seen}",
        name=literal(kind.name),
        slug=identifier(slug, "slug"),
        table=identifier(kind.table),
        part=part,
        seen=compiled(is_seen(kind, "r.id")),
    )


def _findings() -> Sql:
    """Take findings of the source: only other sources that state the same are left."""
    return sql(
        """SELECT 'finding', r.slug::text, r.id, CASE WHEN l.others = 0 THEN ARRAY['text'] END,
            CASE WHEN l.others = 1 THEN ARRAY['text'] END, CASE WHEN l.others > 1 THEN ARRAY['text'] END
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
            AnswerColumn("kind", "Kind of the record.", coded="kind"),
            AnswerColumn("record", "Slug of the record; for an event, that of its record.", coded="slug"),
            AnswerColumn("number", "Number of the record or event.", "integer", hidden=True),
            AnswerColumn("lost", "Fields that no other source supports.", coded="entries"),
            AnswerColumn("weakened", "Fields that one other independent source supports.", coded="entries"),
            AnswerColumn("remaining", "Fields that two or more others support.", coded="entries"),
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
