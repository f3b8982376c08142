"""Who held which right on a day, with shares."""

from api.questions.parameters import on_day
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from api.resources.statuses import license_status
from registry.sql import Sql, sql
from registry.vocabularies import LicenseRole, LicenseStatus


def rows(scope: AskedQuestion) -> Sql:
    """Ask each party of the licences by its dates, and the licence for its status."""
    return sql(
        """
        SELECT CASE registry_holds_on(p.start, p."end", p.as_of, {on}) WHEN true THEN 'held' WHEN false THEN 'not_then'
            ELSE 'dates_unknown' END AS verdict, p.license_id AS license, p.id AS number, p.organization_id AS organization,
            p.private_holder, p.role, p.share_pct::float8 AS share_pct, p.start, p."end", p.as_of,
            s.said ->> 'status' AS status, s.said ->> 'reason' AS status_unknown_because
        FROM registry_licenseparty p JOIN registry_license l ON l.id = p.license_id
        LEFT JOIN registry_organization o ON o.id = p.organization_id
        CROSS JOIN LATERAL (SELECT {status} AS said OFFSET 0) s
        WHERE p.license_id IN ({candidates}) AND (o.id IS NULL OR o.record_status = 'published')
        """,
        on=scope.on,
        status=license_status("l", scope.on),
        candidates=scope.candidates,
    )


register(
    Question(
        name="rights",
        title="Who held which right on a day, with shares?",
        description="Each party of each licence on the day, with its role and share, and the status of the licence then.",
        parameters=(on_day("Day for which parties and statuses are asked."),),
        narrowed="licenses",
        rows=rows,
        order=("license", "number"),
        columns=(
            AnswerColumn("license", "The licence.", "record", "license"),
            AnswerColumn("number", "Number of the row.", "integer", hidden=True),
            AnswerColumn("organization", "The party; null for a private holder.", "record", "organization"),
            AnswerColumn("private_holder", "Whether it is a natural person, who is not named.", "boolean"),
            AnswerColumn("role", "Its role on the licence.", coded=LicenseRole),
            AnswerColumn("share_pct", "Its share.", "number", unit="per cent"),
            AnswerColumn("start", "Date from which it holds."),
            AnswerColumn("end", "Last date on which it holds."),
            AnswerColumn("as_of", "Date for which the source states it."),
            AnswerColumn("status", "Status of the licence on the day; null if unknown.", coded=LicenseStatus),
            AnswerColumn("status_unknown_because", "Why the status is unknown.", coded="sentence"),
        ),
        verdicts=(
            Verdict("held", "Its dates say that it held on the day."),
            Verdict("dates_unknown", "Its dates do not tell whether it held on the day.", decided=False),
            Verdict("not_then", "Its dates say that it did not hold on the day.", listed=False),
        ),
        inputs=("license.parties", "license.status", "license.granted", "license.expires", "license.ended"),
        formula="A party holds from the first day of `start` to the last day of `end`; without a start, only on the dates"
        " for which a source states it. The status is that of the last dated event or date up to the day.",
        formula_source="definition of this registry (`on_date` of a licence)",
        example={"on": "2011-06-30", "country": "KG"},
    )
)
