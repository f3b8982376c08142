"""What changed since a time, from what to what, for a country or a kind of record."""

from collections.abc import Callable
from typing import Any

from django.db import models

from api.filters.parameters import moment
from api.questions.parameters import area, code
from api.questions.question import AnswerColumn, AskedQuestion, Question, QuestionParameter, Verdict, register
from registry.history import history_of
from registry.kinds import RECORD_KINDS, RecordKind
from registry.models.base import Record
from registry.sql import Sql, identifier, joined, literal, sql

_KINDS = {kind.name: kind for kind in RECORD_KINDS}
_OPERATIONS = ("create", "publish", "update", "withdraw", "merge", "delete")


def rows(scope: AskedQuestion) -> Sql:
    """Read the log of changes; values before and after are compared for the rows of a page alone.

    An update that names no field changed nothing that readers see, such as a link to a draft.
    """
    countries = scope.values["country"]
    return sql(
        """
        SELECT c.operation AS verdict, c.transaction, c.kind, c.record AS number, c.slug AS record, c.at, c.version,
            array_to_string(c.fields, ', ') AS fields, c.fields AS names, c.merged_into AS survivor
        FROM registry_change c WHERE c.at >= {since} AND c.operation <> 'unseen' AND c.kind = ANY ({kinds}){stated}
            AND (c.operation <> 'update' OR c.fields <> '{{}}')
        """,
        since=scope.values["since"],
        kinds=scope.values["kind"] or list(_KINDS),
        stated=Sql() if countries is None else _stating(countries),
    )


def _stating(countries: list[int]) -> Sql:
    """Keep changes of records that state one of some countries."""
    stating = (
        sql(
            "SELECT {kind}, r.id FROM {table} r WHERE r.country_id = ANY ({countries})",
            kind=literal(name),
            table=identifier(kind.table),
            countries=countries,
        )
        for name, kind in _KINDS.items()
        if "country" in _columns(kind)
    )
    return sql(" AND (c.kind, c.record) IN ({stating})", stating=joined(" UNION ALL ", stating))


def _of_each_kind(value: Callable[[RecordKind], Sql]) -> Sql:
    """Compose a value that depends on the kind of the row."""
    cases = (sql("WHEN {name} THEN ({value})", name=literal(name), value=value(kind)) for name, kind in _KINDS.items())
    return sql("CASE q.kind {cases} END", cases=joined(" ", cases))


def _survivor(kind: RecordKind) -> Sql:
    """Select the slug of the record that it was merged into, if readers see that."""
    return sql(
        "SELECT r.slug FROM {table} r WHERE r.id = q.survivor AND r.record_status = 'published'", table=identifier(kind.table)
    )


def _difference(kind: RecordKind) -> Sql:
    """Compare the row of the change with the one before; a state that was not public, or is not now, is not shown."""
    model: Any = kind.model
    plain = sorted(name for name, field in _columns(kind).items() if not field.is_relation and name not in _own())
    return sql(
        """SELECT string_agg(f || ': ' || COALESCE(left(b.was ->> f, 200), '–') || ' → ' ||
                COALESCE(left(n.now ->> f, 200), '–'), '; ' ORDER BY f)
        FROM {table} r CROSS JOIN unnest(q.names) f
        LEFT JOIN LATERAL (SELECT to_jsonb(h) AS now FROM {history} h WHERE h.id = q.number AND h.version = q.version
            AND h.record_status = 'published' AND r.record_status = 'published' ORDER BY h.pgh_id DESC LIMIT 1) n ON true
        LEFT JOIN LATERAL (SELECT to_jsonb(h) AS was FROM {history} h WHERE h.id = q.number AND h.version < q.version
            AND h.record_status = 'published' AND r.record_status = 'published' ORDER BY h.pgh_id DESC LIMIT 1) b ON true
        WHERE r.id = q.number AND f = ANY ({plain}::text[])""",
        table=identifier(kind.table),
        history=identifier(history_of(model)._meta.db_table),
        plain=plain,
    )


def _columns(kind: RecordKind) -> dict[str, Any]:
    model: Any = kind.model
    return {field.name: field for field in model._meta.concrete_fields}


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
            AnswerColumn("kind", "Kind of the record.", coded="kind"),
            AnswerColumn("record", "Slug of the record.", coded="slug"),
            AnswerColumn("at", "When it was changed.", "time"),
            AnswerColumn("version", "The version that resulted.", "integer"),
            AnswerColumn("fields", "Fields that changed.", coded="entries"),
            AnswerColumn(
                "difference", "Plain fields before → after, where both were public.", later=_of_each_kind(_difference)
            ),
            AnswerColumn("merged_into", "The record that it was merged into.", later=_of_each_kind(_survivor)),
        ),
        verdicts=tuple(Verdict(one, f"Operation “{one}” of the log of changes.") for one in _OPERATIONS),
        inputs=(),
        formula="Entries of the log of changes from the time on; a record has one entry for each transaction. Values are"
        " those of the history of the record; of links and lists only the names of the fields are shown.",
        formula_source="definition of this registry",
        example={"since": "2020-01-01", "country": "KG"},
    )
)
