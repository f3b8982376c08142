"""What rests on one independent source: whole records, and single fields of records that have several."""

from api.questions.question import Column, Question, Scope, Verdict, register
from registry.entries import given_sql
from registry.models import Deposit
from registry.sql import Sql, compiled, sql


def rows(scope: Scope) -> Sql:
    """Count the originals that support each field of a deposit; a citation of a whole list supports each of its rows."""
    return sql(
        """
        SELECT CASE WHEN d.independent_sources = 0 THEN 'unsupported' WHEN d.independent_sources = 1 THEN 'record'
            WHEN f.fields IS NULL THEN 'fields_unknown' WHEN f.alone IS NULL THEN 'several' ELSE 'fields' END AS verdict,
            d.id AS deposit, d.country_id AS country, array_to_string(f.alone, ', ') AS fields, f.sources
        FROM registry_deposit d CROSS JOIN LATERAL (
            WITH cited AS MATERIALIZED (SELECT c.fields, registry_root(c.source_id) AS root FROM registry_citation c
                JOIN registry_source s ON s.id = c.source_id AND s.record_status = 'published'
                WHERE c.deposit_id = d.id AND c.relation = 'supports'),
            counted AS (SELECT e.entry, count(DISTINCT c.root) AS number, min(c.root) AS root
                FROM unnest({stated}) e(entry) JOIN cited c ON c.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)]
                GROUP BY e.entry)
            SELECT array_agg(entry) AS fields, array_agg(entry ORDER BY entry) FILTER (WHERE number = 1) AS alone,
                array_agg(DISTINCT root) FILTER (WHERE number = 1) AS sources FROM counted) f
        WHERE d.id IN ({candidates})
        """,
        stated=compiled(given_sql(Deposit, "d")),
        candidates=scope.candidates,
    )


register(
    Question(
        name="one-source",
        title="What rests on one independent source?",
        description="Deposits that one independent source supports, and fields of other deposits that only one supports; other"
        " kinds of record by `?independent_sources=1` on their lists.",
        narrowed="deposits",
        rows=rows,
        order=("deposit",),
        columns=(
            Column("deposit", "The deposit.", "record", "deposit"),
            Column("country", "Its country as stated.", "record", "country"),
            Column("fields", "Fields and rows of lists that one independent source supports."),
            Column("sources", "The originals on which these rest.", "records", "source"),
        ),
        verdicts=(
            Verdict("record", "One independent source supports the deposit and everything stated of it."),
            Verdict("fields", "Several support the deposit, and at least one field rests on one of them."),
            Verdict("several", "Two or more independent sources support each field.", listed=False),
            Verdict(
                "fields_unknown", "Several support the deposit, and no citation says which field.", listed=False, decided=False
            ),
            Verdict("unsupported", "No public source supports it.", listed=False, decided=False),
        ),
        inputs=("deposit.independent_sources", "source.derived_from"),
        formula="The originals of the supporting sources are counted for each field; copies, reprints and translations of one"
        " original (`derived_from`) count once. A citation of a list supports each row of it.",
        formula_source="definition of this registry",
        example={"country": "KG"},
    )
)
