"""One ore body in all databases: every identifier, found by any of them."""

from api.errors import BadParameter
from api.filters import lookups
from api.filters.parameters import word
from api.questions.parameters import record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, QuestionParameter, Verdict, register
from registry.kinds import kind_named
from registry.models import Deposit
from registry.sql import Sql, sql


def _read(name: str, given: str) -> list[int]:
    """Read `scheme:value` into the ids of the deposits that have it."""
    scheme, colon, value = word(name, given).partition(":")
    if not colon or not scheme or not value:
        raise BadParameter("The value must be scheme:id, e.g. mrds:10207324.", name)
    return sorted(lookups.records_with_external_id(kind_named("deposit"), scheme, value))


def rows(scope: AskedQuestion) -> Sql:
    """List the ids of the deposit, and those of the citations of it."""
    ids = scope.values["id"] if scope.values["id"] is not None else [scope.values["deposit"]]
    return sql(
        """
        SELECT 'known' AS verdict, d.id AS deposit, e.scheme, e.value, e.via
        FROM registry_deposit d CROSS JOIN LATERAL (
            SELECT x.scheme, x.value, 'record' AS via FROM registry_externalid x WHERE x.deposit_id = d.id
            UNION SELECT x.scheme, x.value, 'citation' FROM registry_citation c JOIN registry_externalid x
                ON x.citation_id = c.id JOIN registry_source s ON s.id = c.source_id AND s.record_status = 'published'
                WHERE c.deposit_id = d.id) e
        WHERE d.id = ANY ({ids}) AND d.record_status = 'published'
        """,
        ids=ids,
    )


register(
    Question(
        name="identifiers",
        title="What is one ore body called in all databases?",
        description="Every identifier of a deposit in other registers, found by any of them or by its slug here.",
        parameters=(
            QuestionParameter(
                "id", "Identifier in another register as `scheme:value`.", {"type": "string"}, _read, example="mrds:10207324"
            ),
            record_of("deposit", Deposit, "Deposit by its slug.", example="mountain-pass"),
        ),
        one_of=("id", "deposit"),
        rows=rows,
        order=("deposit", "scheme", "value", "via"),
        columns=(
            AnswerColumn("deposit", "The deposit.", "record", "deposit"),
            AnswerColumn("scheme", "The register.", coded="scheme"),
            AnswerColumn("value", "The identifier there."),
            AnswerColumn(
                "via",
                "Whether it is the id of the `record`, or of a `citation` that the register is cited by.",
                coded=("record", "citation"),
            ),
        ),
        verdicts=(Verdict("known", "The register calls the deposit so."),),
        inputs=("deposit.external_ids",),
        formula="Identifiers of the deposit and of its citations; those of records that were merged into it are its own.",
        formula_source="definition of this registry",
        example={"deposit": "mountain-pass"},
    )
)
