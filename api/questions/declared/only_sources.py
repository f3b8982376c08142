"""What rests only on sources of some kinds, such as web pages and news."""

from api.questions.parameters import code
from api.questions.question import Column, Question, Scope, Verdict, register
from registry.sql import Sql, sql
from registry.vocabularies import SourceKind


def rows(scope: Scope) -> Sql:
    """Look at the kinds of the originals of all sources that support a deposit."""
    return sql(
        """
        SELECT CASE WHEN k.kinds IS NULL THEN 'unsupported' WHEN k.kinds <@ {kinds}::text[] THEN 'only' ELSE 'others' END
            AS verdict, d.id AS deposit, d.country_id AS country, array_to_string(k.kinds, ', ') AS source_kinds, k.sources
        FROM registry_deposit d CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT s.kind::text ORDER BY s.kind::text) AS kinds, array_agg(DISTINCT s.id) AS sources
            FROM registry_citation c JOIN registry_source t ON t.id = c.source_id AND t.record_status = 'published'
            JOIN registry_source s ON s.id = registry_root(c.source_id)
            WHERE c.deposit_id = d.id AND c.relation = 'supports') k
        WHERE d.id IN ({candidates})
        """,
        kinds=scope.values["source_kind"],
        candidates=scope.candidates,
    )


register(
    Question(
        name="only-source-kinds",
        title="What rests only on web pages, or on other kinds of sources?",
        description="Deposits of which every supporting source is of the given kinds.",
        parameters=(
            code(
                "source_kind",
                SourceKind,
                "Kinds of sources; several, separated by commas.",
                default="web,news",
                example="web,news",
                takes_several=True,
            ),
        ),
        narrowed="deposits",
        rows=rows,
        order=("deposit",),
        columns=(
            Column("deposit", "The deposit.", "record", "deposit"),
            Column("country", "Its country as stated.", "record", "country"),
            Column("source_kinds", "Kinds of the originals of its supporting sources."),
            Column("sources", "These originals.", "records", "source"),
        ),
        verdicts=(
            Verdict("only", "Every supporting source is of these kinds."),
            Verdict("others", "At least one supporting source is of another kind.", listed=False),
            Verdict("unsupported", "No public source supports it.", listed=False, decided=False),
        ),
        inputs=("deposit.name", "source.kind"),
        formula="The kinds of the originals of all sources that support the deposit in any field; a copy counts as its"
        " original.",
        formula_source="definition of this registry",
        example={"source_kind": "web,news", "region": "central-asia"},
    )
)
