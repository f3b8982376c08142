"""The funnel: from announced programmes to named objects, deposits and licences."""

from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.sql import Sql, sql


def rows(scope: AskedQuestion) -> Sql:
    """Count, for each group or single object, the members that are named and those with a licence."""
    return sql(
        """
        SELECT CASE WHEN o.count IS NULL THEN 'number_unstated' WHEN o.count = 1 THEN 'single' ELSE 'group' END AS verdict,
            o.id AS object, o.country_id AS country, o.start, o.count AS announced,
            m.named, m.licensed, o.count - m.named AS unnamed, m.members, m.deposits, m.licenses
        FROM registry_prospectingobject o CROSS JOIN LATERAL (
            SELECT count(*) AS named, count(*) FILTER (WHERE n.licenses IS NOT NULL) AS licensed,
                array_agg(n.id ORDER BY n.id) AS members,
                array_agg(n.became_deposit_id) FILTER (WHERE n.became_deposit_id IS NOT NULL) AS deposits,
                (SELECT array_agg(DISTINCT l) FROM unnest(string_to_array(string_agg(
                    array_to_string(n.licenses, ','), ','), ',')::bigint[]) l) AS licenses
            FROM (SELECT x.id, x.became_deposit_id, (SELECT array_agg(DISTINCT l.id) FROM registry_licensesite s
                    JOIN registry_license l ON l.id = s.license_id AND l.record_status = 'published'
                    WHERE s.prospecting_object_id = x.id OR s.deposit_id = x.became_deposit_id) AS licenses
                FROM registry_prospectingobject x WHERE x.record_status = 'published' AND x.name IS NOT NULL
                AND (x.member_of_id = o.id OR (x.id = o.id AND o.count = 1))) n) m
        WHERE o.id IN ({candidates}) AND (o.member_of_id IS NULL OR o.count IS DISTINCT FROM 1)
        """,
        candidates=scope.candidates,
    )


register(
    Question(
        name="funnel",
        title="How many announced objects are named, and how many have a licence?",
        description="Prospecting programmes with the number of objects that were announced, how many of them are named,"
        " became a deposit, or have a licence that a source links to them.",
        narrowed="prospecting-objects",
        rows=rows,
        order=("object",),
        columns=(
            AnswerColumn("object", "The group, or a single object outside of any group.", "record", "prospecting_object"),
            AnswerColumn("country", "Its country as stated.", "record", "country"),
            AnswerColumn("start", "Start of the work."),
            AnswerColumn("announced", "Number of objects that the source counts; null if it does not say.", "integer"),
            AnswerColumn("named", "How many of them the registry knows by name.", "integer"),
            AnswerColumn("licensed", "How many of the named ones have a licence, themselves or as a deposit.", "integer"),
            AnswerColumn("unnamed", "How many are not named.", "integer"),
            AnswerColumn("members", "The named objects.", "records", "prospecting_object"),
            AnswerColumn("deposits", "Deposits that they led to.", "records", "deposit"),
            AnswerColumn("licenses", "Licences of these objects and deposits.", "records", "license"),
        ),
        verdicts=(
            Verdict("group", "A source counts the objects."),
            Verdict("single", "One object that is in no counted group."),
            Verdict("number_unstated", "The source does not say how many objects there are.", decided=False),
        ),
        inputs=(
            "prospecting_object.count",
            "prospecting_object.member_of",
            "prospecting_object.became_deposit",
            "license.sites",
        ),
        formula="named counts the members with a name; licensed those of them, or of the deposits that they became, that a"
        " source names as a site of a licence; unnamed = announced − named.",
        formula_source="definition of this registry",
        example={"country": "KZ"},
    )
)
