"""Who owned or operated it when, and who owns the owner."""

from api.questions.parameters import record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.models import Deposit, License, Organization
from registry.sql import Sql, sql
from registry.vocabularies import DepositParty, LicenseRole


def rows(scope: AskedQuestion) -> Sql:
    """Walk from the parties of the record up the chain of owners."""
    values = scope.values
    return sql(
        """
        WITH RECURSIVE party AS (
            SELECT p.organization_id AS id, p.role, p.share_pct, p.start, p."end", p.as_of, 'deposit-' || p.id AS key
            FROM registry_depositparty p WHERE p.deposit_id = {deposit}
            UNION ALL SELECT p.organization_id, p.role, p.share_pct, p.start, p."end", p.as_of, 'license-' || p.id
            FROM registry_licenseparty p WHERE p.license_id = {license} AND p.organization_id IS NOT NULL
            UNION ALL SELECT {organization}::bigint, 'itself', NULL, NULL, NULL, NULL, 'itself'
            WHERE {organization}::bigint IS NOT NULL),
        chain AS (
            SELECT 0 AS level, NULL::bigint AS of, p.id, p.role, p.share_pct, p.start, p."end", p.as_of, p.key,
                ARRAY[p.id] AS way FROM party p JOIN registry_organization o ON o.id = p.id AND o.record_status = 'published'
            UNION ALL SELECT c.level + 1, c.id, x.parent_id, 'owner', x.share_pct, x.start, x."end", x.as_of,
                c.key || '/' || lpad(x.id::text, 9, '0'), c.way || x.parent_id
            FROM chain c JOIN registry_organizationparent x ON x.organization_id = c.id
            JOIN registry_organization o ON o.id = x.parent_id AND o.record_status = 'published'
            WHERE NOT x.parent_id = ANY (c.way))
        SELECT CASE WHEN COALESCE(start, "end", as_of) IS NULL THEN 'undated' ELSE 'dated' END AS verdict, level, of,
            id AS owner, role, share_pct::float8 AS share_pct, start, "end", as_of, key
        FROM chain WHERE level > 0 OR role <> 'itself'
        """,
        deposit=values["deposit"],
        license=values["license"],
        organization=values["organization"],
    )


register(
    Question(
        name="owners",
        title="Who owned it when, and who owns the owner?",
        description="The parties of a deposit or licence, or the owners of a company, with dates and shares, and their"
        " owners up to the top.",
        parameters=(
            record_of("deposit", Deposit, "Deposit by its slug.", example="kutessay-ii"),
            record_of("license", License, "Licence by its slug.", example="kutessay-ii-mining-licence"),
            record_of("organization", Organization, "Organization by its slug.", example="akbulak-ree"),
        ),
        one_of=("deposit", "license", "organization"),
        rows=rows,
        order=("key",),
        columns=(
            AnswerColumn("level", "0 for a party of the record, 1 for its owner, and so on.", "integer"),
            AnswerColumn("of", "The organization that it owns; null for a party of the record.", "record", "organization"),
            AnswerColumn("owner", "The party or owner.", "record", "organization"),
            AnswerColumn("role", "Its role.", coded=(*LicenseRole.values, *DepositParty.values, "owner")),
            AnswerColumn("share_pct", "Its share.", "number", unit="per cent"),
            AnswerColumn("start", "Date from which it holds."),
            AnswerColumn("end", "Last date on which it holds."),
            AnswerColumn("as_of", "Date for which the source states it."),
            AnswerColumn("key", "Place in the chain.", hidden=True),
        ),
        verdicts=(
            Verdict("dated", "A source dates it: from, until, or as of a date."),
            Verdict("undated", "No source dates it.", decided=False),
        ),
        inputs=("deposit.parties", "license.parties", "organization.parents"),
        formula="Parties of the record, and from each of them upwards every recorded owner; nothing is added up.",
        formula_source="definition of this registry",
        example={"license": "kutessay-ii-mining-licence"},
    )
)
