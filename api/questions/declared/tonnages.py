"""Tonnages by country and family of reporting codes, without parts, superseded and duplicate statements."""

from api.questions.parameters import area, code
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, joined, literal, sql
from registry.vocabularies.estimates import CodeFamily, EstimateStage, family_codes

_FAMILY = joined(
    " ",
    (
        sql("WHEN {code} THEN {family}", code=literal(code), family=literal(family))
        for family, codes in family_codes().items()
        for code in codes
    ),
)


def rows(scope: AskedQuestion) -> Sql:
    """Sort each statement out step by step, then add up what is left, by country, family, stage and commodity."""
    return sql(
        """
        WITH RECURSIVE stated AS MATERIALIZED (
            SELECT e.id, COALESCE('d' || e.deposit_id, 'p' || e.prospecting_object_id) AS body, e.deposit_id,
                COALESCE(d.country_id, p.country_id) AS country, CASE e.reporting_code {family} END AS family,
                e.reporting_code, e.stage, e.commodity_id, e.zone, e.effective, e.ore_tonnes, e.contained_tonnes,
                e.contained_basis, CASE WHEN e.category IS NULL OR e.category IN ('measured+indicated+inferred',
                    'proved+probable', 'A+B+C1+C2') THEN '{{}}' ELSE string_to_array(e.category, '+') END AS parts,
                COALESCE(e.ore_tonnes, e.contained_tonnes) AS size,
                EXISTS (SELECT FROM registry_resourceestimate n WHERE n.supersedes_id = e.id
                    AND n.record_status = 'published') AS superseded
            FROM registry_resourceestimate e
            LEFT JOIN registry_deposit d ON d.id = e.deposit_id AND d.record_status = 'published'
            LEFT JOIN registry_prospectingobject p ON p.id = e.prospecting_object_id AND p.record_status = 'published'
            WHERE e.record_status = 'published' AND (d.id IS NOT NULL OR p.id IS NOT NULL) AND e.stage = ANY ({stages})
            AND ({countries}::bigint[] IS NULL OR COALESCE(d.country_id, p.country_id) = ANY ({countries}))),
        above(id, parent) AS (SELECT s.deposit_id, d.parent_id FROM stated s JOIN registry_deposit d ON d.id = s.deposit_id
            UNION SELECT a.id, d.parent_id FROM above a JOIN registry_deposit d ON d.id = a.parent),
        -- What has no figure or was replaced counts for nothing below.
        one AS MATERIALIZED (SELECT s.*, CASE WHEN s.size IS NULL THEN 'without_figure' WHEN s.superseded THEN 'superseded'
            WHEN EXISTS (SELECT FROM above a JOIN stated w ON w.deposit_id = a.parent AND a.id = s.deposit_id
                WHERE w.size IS NOT NULL AND NOT w.superseded AND w.stage = s.stage
                AND w.commodity_id IS NOT DISTINCT FROM s.commodity_id) THEN 'part'
            WHEN s.reporting_code = 'unspecified' AND EXISTS (SELECT FROM stated w WHERE w.body = s.body AND w.stage = s.stage
                AND w.commodity_id IS NOT DISTINCT FROM s.commodity_id AND w.reporting_code <> 'unspecified'
                AND w.size IS NOT NULL AND NOT w.superseded) THEN 'duplicate' END AS out FROM stated s),
        two AS MATERIALIZED (SELECT s.*, dense_rank() OVER (ORDER BY body, family, stage, commodity_id) AS heap FROM one s),
        -- Of zones without a statement for the whole body only the largest is taken: whether they overlap is not recorded.
        three AS MATERIALIZED (SELECT s.*, CASE WHEN s.out IS NULL AND s.zone IS NOT NULL AND (
                bool_or(s.zone IS NULL AND s.out IS NULL) OVER (PARTITION BY heap)
                OR s.zone <> (SELECT z.zone FROM two z WHERE z.heap = s.heap AND z.out IS NULL
                    ORDER BY z.size DESC, z.zone LIMIT 1)) THEN 'part' ELSE s.out END AS out3 FROM two s),
        four AS MATERIALIZED (SELECT s.*, CASE WHEN s.out3 IS NULL AND EXISTS (SELECT FROM three n WHERE n.heap = s.heap
                AND n.out3 IS NULL AND n.effective > s.effective) THEN 'superseded' ELSE s.out3 END AS out4 FROM three s),
        five AS MATERIALIZED (SELECT s.*, CASE WHEN s.out4 IS NULL AND cardinality(s.parts) > 0 AND EXISTS (SELECT FROM four w
                WHERE w.heap = s.heap AND w.out4 IS NULL AND w.effective IS NOT DISTINCT FROM s.effective
                AND (w.parts = '{{}}' OR (w.parts @> s.parts AND NOT w.parts <@ s.parts))) THEN 'part' ELSE s.out4 END AS out5
            FROM four s),
        six AS MATERIALIZED (SELECT s.*, CASE WHEN s.out5 IS NULL AND EXISTS (SELECT FROM five w WHERE w.heap = s.heap
                AND w.out5 IS NULL AND w.id < s.id AND w.parts = s.parts AND w.size = s.size
                AND w.effective IS NOT DISTINCT FROM s.effective) THEN 'duplicate' ELSE s.out5 END AS out6 FROM five s),
        -- Two figures for the same part, or of dates that cannot be compared, compete.
        seven AS MATERIALIZED (SELECT s.*, COALESCE(s.out6, CASE WHEN EXISTS (SELECT FROM six w WHERE w.heap = s.heap
                AND w.out6 IS NULL AND w.id <> s.id AND (w.effective IS DISTINCT FROM s.effective OR w.parts && s.parts
                OR w.parts = '{{}}' OR s.parts = '{{}}')) THEN 'competing' ELSE 'counted' END) AS fate FROM six s)
        SELECT CASE WHEN g.country IS NULL THEN 'no_country' WHEN g.counted IS NULL THEN 'nothing_to_add' ELSE 'added' END
            AS verdict, g.*, COALESCE(c.slug, '~') || '|' || g.family || '|' || g.stage || '|' || COALESCE(m.slug, '~') AS key
        FROM (SELECT s.country, s.family, s.stage, s.commodity_id AS commodity,
                -- Sums of floats depend on the order of rows, sums of numerics do not.
                (sum(s.ore_tonnes::numeric) FILTER (WHERE s.fate = 'counted'))::float8 AS ore_tonnes,
                (sum(s.contained_tonnes::numeric) FILTER (WHERE s.fate = 'counted' AND s.contained_basis = 'REO'))::float8
                    AS contained_reo_tonnes,
                (sum(s.contained_tonnes::numeric) FILTER (WHERE s.fate = 'counted' AND s.contained_basis <> 'REO'))::float8
                    AS contained_other_tonnes,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'counted') AS counted,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'part') AS parts,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'superseded') AS superseded,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'duplicate') AS duplicates,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'competing') AS competing,
                array_agg(s.id ORDER BY s.id) FILTER (WHERE s.fate = 'without_figure') AS without_figure
            FROM seven s GROUP BY 1, 2, 3, 4) g
        LEFT JOIN registry_country c ON c.id = g.country LEFT JOIN registry_commodity m ON m.id = g.commodity
        """,
        family=_FAMILY,
        stages=scope.values["stage"],
        countries=scope.values["country"],
    )


def _estimates(name: str, help: str) -> AnswerColumn:  # noqa: A002
    return AnswerColumn(name, help, "records", "estimate")


register(
    Question(
        name="tonnages",
        title="What tonnages are stated by country, per family of reporting code?",
        description="Ore and contained tonnes by country, family of reporting codes, stage and commodity."
        " Families, stages and commodities are never added to each other; what is left out is listed.",
        parameters=(
            area("country", "Countries or regions by their codes."),
            code(
                "stage",
                EstimateStage,
                "Stages, separated by commas.",
                default="resource,reserve",
                example="resource",
                takes_several=True,
            ),
        ),
        rows=rows,
        order=("key",),
        columns=(
            AnswerColumn("country", "The country of the deposits or objects, as stated.", "record", "country"),
            AnswerColumn("family", "Family of reporting codes.", codes=tuple(CodeFamily.values), coded=CodeFamily),
            AnswerColumn("stage", "Resource, reserve or another stage.", coded=EstimateStage),
            AnswerColumn("commodity", "The estimated commodity.", "record", "commodity"),
            AnswerColumn("ore_tonnes", "Ore of the statements that count.", "number", unit="t"),
            AnswerColumn("contained_reo_tonnes", "Contained rare-earth oxides of these, where stated.", "number", unit="t"),
            AnswerColumn("contained_other_tonnes", "Contained metal, or what is not stated as oxide.", "number", unit="t"),
            _estimates("counted", "Statements that count."),
            _estimates("parts", "Left out: parts of a body or of a category that another statement includes."),
            _estimates("superseded", "Left out: replaced by a later statement."),
            _estimates("duplicates", "Left out: the same figure, or a figure without a code beside one with a code."),
            _estimates("competing", "Left out: statements of which the registry cannot tell which one counts."),
            _estimates("without_figure", "Left out: neither ore nor contained tonnes are stated as one figure."),
            AnswerColumn("key", "Place in the order.", hidden=True),
        ),
        verdicts=(
            Verdict("added", "At least one statement counts."),
            Verdict("nothing_to_add", "Only statements that compete, or without a figure.", decided=False),
            Verdict("no_country", "The country is not stated.", decided=False),
        ),
        inputs=(
            "estimate.ore_tonnes",
            "estimate.contained_tonnes",
            "estimate.reporting_code",
            "estimate.category",
            "estimate.effective",
        ),
        formula="For each body, family, stage and commodity, in this order: a statement that another supersedes is out; one"
        " of a deposit whose parent has a statement is a part; one without a code is a duplicate if the body has one with a"
        " code; a zone is a part if the whole body, or a larger zone, is stated; an earlier effective date is superseded by"
        " a later one; a category is a part of a category that includes it; equal figures are duplicates; what still"
        " overlaps, or has no date beside others, competes and is out. The rest is added up by country.",
        formula_source="definition of this registry",
        example={"country": "AU", "stage": "resource"},
    )
)
