"""What rests only on sources of some kinds, such as web pages and news."""

from api.questions.parameters import code
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, compiled, joined, literal, sql
from registry.support import COUNTS
from registry.vocabularies import SourceKind

#: The sources that support a deposit, for the rows of a page.
_SOURCES = sql(
    "(SELECT array_agg(DISTINCT s.id) FROM registry_citation c JOIN registry_source s ON s.id = c.source_id"
    " AND s.record_status = 'published' WHERE c.deposit_id = q.deposit AND {counts})",
    counts=compiled(COUNTS),
)


def rows(scope: AskedQuestion) -> Sql:
    """Compare the kinds that are kept with each deposit; an index finds those that have one of them, or none at all."""
    row = "d.id AS deposit, d.country_id AS country, array_to_string(d.source_kinds, ', ') AS source_kinds"
    others = " AND NOT d.source_kinds <@ {kinds} AND d.source_kinds <> '{{}}'"
    branches = {
        "only": " AND d.source_kinds && {kinds} AND d.source_kinds <@ {kinds}",
        "unsupported": " AND d.independent_sources = 0",
        **({"others": others} if scope.with_counted else {}),
    }
    kinds = sql("{kinds}::varchar[]", kinds=scope.values["source_kind"])
    return joined(
        " UNION ALL ",
        (
            sql(
                "SELECT {verdict} AS verdict, {row} FROM registry_deposit d WHERE d.record_status = 'published'{holds}"
                " AND d.id IN ({candidates})",
                verdict=literal(verdict),
                row=compiled(row),
                holds=sql(holds, kinds=kinds),
                candidates=scope.candidates,
            )
            for verdict, holds in branches.items()
        ),
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
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn("source_kinds", "Kinds of its supporting sources.", coded=SourceKind),
            AnswerColumn("sources", "These sources.", "records", "source", later=_SOURCES),
        ),
        verdicts=(
            Verdict("only", "Every supporting source is of these kinds."),
            Verdict("others", "At least one supporting source is of another kind.", listed=False, counted={}),
            Verdict("unsupported", "No public source supports it.", listed=False, decided=False),
        ),
        inputs=("deposit.name", "source.kind"),
        formula="The kinds of all sources that support the deposit in any field; a copy counts as what it is itself, such as"
        " a forum that repeats a report.",
        formula_source="definition of this registry",
        example={"source_kind": "web,news", "region": "central-asia"},
    )
)
