"""What changed since a time, from what to what, for a country or a kind of record."""

from typing import Any

from django.db import models

from api.filters.parameters import moment
from api.questions.parameters import area, code
from api.questions.question import AnswerColumn, AskedQuestion, Question, QuestionParameter, Verdict, register
from registry.history import history_of
from registry.kinds import RECORD_KINDS, RecordKind
from registry.models.base import Record
from registry.sql import Sql, compiled, identifier, joined, literal, sql

_KINDS = {kind.name: kind for kind in RECORD_KINDS}
_OPERATIONS = ("create", "publish", "update", "withdraw", "merge", "delete")


def rows(scope: AskedQuestion) -> Sql:
    """Read the log of changes, and for what is public now the values before and after."""
    kinds = scope.values["kind"] or list(_KINDS)
    return sql(
        """
        SELECT c.operation AS verdict, c.transaction, c.kind, c.record AS number, c.slug AS record, c.at, c.version,
            array_to_string(c.fields, ', ') AS fields, x.difference, x.merged_into
        FROM registry_change c CROSS JOIN LATERAL ({details}) x
        WHERE c.at >= {since} AND c.operation <> 'unseen' AND c.kind = ANY ({kinds})
        AND ({countries}::bigint[] IS NULL OR x.country = ANY ({countries}))
        AND c.transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        """,
        details=joined(" UNION ALL ", (_of_kind(_KINDS[name]) for name in kinds)),
        since=scope.values["since"],
        kinds=kinds,
        countries=scope.values["country"],
    )


def _of_kind(kind: RecordKind) -> Sql:
    """Compare the row of the change with the one before; a state that was not public, or is not now, is not shown."""
    model: Any = kind.model
    columns = {field.name: field for field in model._meta.concrete_fields}
    plain = sorted(name for name, field in columns.items() if not field.is_relation and name not in _own())
    country = compiled("r.country_id" if "country" in columns else "NULL::bigint")
    return sql(
        """SELECT {country} AS country, (SELECT m.slug FROM {table} m WHERE m.id = c.merged_into
                AND m.record_status = 'published') AS merged_into,
            (SELECT string_agg(f || ': ' || COALESCE(left(b.was ->> f, 200), '–') || ' → ' ||
                COALESCE(left(n.now ->> f, 200), '–'), '; ' ORDER BY f) FROM unnest(c.fields) f
                WHERE f = ANY ({plain}::text[])) AS difference
        FROM {table} r
        LEFT JOIN LATERAL (SELECT to_jsonb(h) AS now FROM {history} h WHERE h.id = c.record AND h.version = c.version
            AND h.record_status = 'published' AND r.record_status = 'published' ORDER BY h.pgh_id DESC LIMIT 1) n ON true
        LEFT JOIN LATERAL (SELECT to_jsonb(h) AS was FROM {history} h WHERE h.id = c.record AND h.version < c.version
            AND h.record_status = 'published' AND r.record_status = 'published' ORDER BY h.pgh_id DESC LIMIT 1) b ON true
        WHERE c.kind = {kind} AND r.id = c.record""",
        country=country,
        table=identifier(kind.table),
        history=identifier(history_of(model)._meta.db_table),
        plain=plain,
        kind=literal(kind.name),
    )


def _own() -> set[str]:
    """Name the columns that every record has, which change with each version."""
    return {field.name for field in Record._meta.get_fields() if isinstance(field, models.Field)} - {"slug"}


register(
    Question(
        name="changes-since",
        title="What changed since a time, from what to what?",
        description="Changes of public records since a time, also withdrawn and merged ones, for a country or a kind of record,"
        " with the values of plain fields before and after. `changes/` is the feed for programs that follow every change.",
        parameters=(
            QuestionParameter(
                "since",
                "Time in ISO 8601, UTC without an offset.",
                {"type": "string"},
                moment,
                required=True,
                example="2020-01-01",
            ),
            area("country", "Countries or regions by their codes: records that state one of them."),
            code("kind", tuple(_KINDS), "Kinds of record, separated by commas.", example="deposit", takes_several=True),
        ),
        rows=rows,
        order=("transaction", "kind", "number"),
        columns=(
            AnswerColumn("transaction", "Place in the log.", "integer", hidden=True),
            AnswerColumn("number", "Number of the record.", "integer", hidden=True),
            AnswerColumn("kind", "Kind of the record."),
            AnswerColumn("record", "Slug of the record."),
            AnswerColumn("at", "When it was changed.", "time"),
            AnswerColumn("version", "The version that resulted.", "integer"),
            AnswerColumn("fields", "Fields that changed."),
            AnswerColumn("difference", "Plain fields before → after, where both were public."),
            AnswerColumn("merged_into", "The record that it was merged into."),
        ),
        verdicts=tuple(Verdict(one, f"Operation “{one}” of the log of changes.") for one in _OPERATIONS),
        inputs=(),
        formula="Entries of the log of changes from the time on; a record has one entry for each transaction. Values are"
        " those of the history of the record; of links and lists only the names of the fields are shown.",
        formula_source="definition of this registry",
        example={"since": "2020-01-01", "country": "KG"},
    )
)
