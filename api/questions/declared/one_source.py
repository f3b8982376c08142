"""What rests on one independent source: whole records, and single fields of records that have several."""

from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.entries import given_sql
from registry.models import Deposit
from registry.sql import Sql, compiled, sql

#: What is cited for a deposit `d`: of each entry how many originals support it, and one of them.
_FIELDS = sql(
    """SELECT array_agg(entry) AS fields, array_agg(entry ORDER BY entry) FILTER (WHERE number = 1) AS alone,
        array_agg(DISTINCT root) FILTER (WHERE number = 1) AS sources
    FROM (SELECT e.entry, count(DISTINCT c.root) AS number, min(c.root) AS root
        FROM (SELECT c.fields, registry_root(c.source_id) AS root FROM registry_citation c
            WHERE c.deposit_id = d.id AND c.relation = 'supports'
            -- As a value: joined, all sources would be read for each deposit.
            AND (SELECT s.record_status FROM registry_source s WHERE s.id = c.source_id) = 'published' OFFSET 0) c
        JOIN unnest({stated}) e(entry) ON c.fields && ARRAY[e.entry, split_part(e.entry, ':', 1)] GROUP BY e.entry) counted""",
    stated=compiled(given_sql(Deposit, "d")),
)


def rows(scope: AskedQuestion) -> Sql:
    """Take the kept number of sources; only of deposits with several is each field looked at before the page is cut."""
    return sql(
        """
        SELECT CASE d.independent_sources WHEN 0 THEN 'unsupported' ELSE 'record' END AS verdict, d.id AS deposit,
            d.country_id AS country, NULL AS alone, NULL::bigint[] AS roots
        FROM registry_deposit d WHERE d.record_status = 'published' AND d.independent_sources < 2 AND d.id IN ({candidates})
        UNION ALL
        SELECT CASE WHEN f.fields IS NULL THEN 'fields_unknown' WHEN f.alone IS NULL THEN 'several' ELSE 'fields' END,
            d.id, d.country_id, array_to_string(f.alone, ', '), f.sources
        FROM registry_deposit d CROSS JOIN LATERAL ({fields}) f
        WHERE d.record_status = 'published' AND d.independent_sources > 1 AND d.id IN ({candidates})
        """,
        fields=_FIELDS,
        candidates=scope.candidates,
    )


#: The fields of a deposit of which the number of sources is all that is known.
_LOOKED_UP = sql(
    "SELECT f.* FROM registry_deposit d CROSS JOIN LATERAL ({fields}) f WHERE d.id = q.deposit AND q.verdict = 'record'",
    fields=_FIELDS,
)


register(
    Question(
        name="one-source",
        title="What rests on one independent source?",
        description="Deposits that one independent source supports, and fields of other deposits that only one supports; other"
        " kinds of record by `?independent_sources=1` on their lists.",
        narrowed="deposits",
        rows=rows,
        looked_up=_LOOKED_UP,
        order=("deposit",),
        columns=(
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn(
                "fields",
                "Fields and rows of lists that one independent source supports.",
                coded="entries",
                later=compiled("COALESCE(q.alone, array_to_string(u.alone, ', '))"),
            ),
            AnswerColumn(
                "sources",
                "The originals on which these rest.",
                "records",
                "source",
                later=compiled("COALESCE(q.roots, u.sources)"),
            ),
        ),
        verdicts=(
            Verdict("record", "One independent source supports the deposit and everything stated of it but its province."),
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
