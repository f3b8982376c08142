"""Which policy frameworks concern a country or a deposit on a day, and why."""

from typing import Any

from api.filters.memberships import memberships
from api.questions.parameters import area, on_day, record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from api.rest import policies
from registry.models import Deposit
from registry.sql import Sql, compiled, sql
from registry.vocabularies import FrameworkKind, FrameworkStatus, Jurisdiction

_LIST = compiled("CASE f.list " + " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(policies.LISTS, 1)) + " END")


def rows(scope: AskedQuestion) -> Sql:
    """Ask what a place is asked, for the stated countries."""
    countries: Any = scope.values["country"]
    if countries is None:
        deposit = scope.values["deposit"]
        countries = sql(
            "ARRAY(SELECT d.country_id FROM registry_deposit d WHERE d.id = {deposit} AND d.country_id IS NOT NULL)",
            deposit=deposit,
        )
    return sql(
        """
        {memberships}, here AS MATERIALIZED (SELECT unnest({countries}::bigint[]) AS id), {frameworks}
        SELECT {list} AS verdict, f.id AS framework, f.kind, f.jurisdiction, f.status, f.basis, f.through, f.since, f.reason
        FROM frameworks f
        """,
        memberships=memberships(countries, scope.on),
        countries=countries,
        frameworks=policies.frameworks(scope.on),
        list=_LIST,
    )


register(
    Question(
        name="frameworks",
        title="Which frameworks applied in a country or at a deposit on a day, and why?",
        description="Laws, lists, controls and agreements that concern the stated country on the day: what applies there, apart"
        " from what it has only signed, what has ended, and what cannot be decided, each with its reason.",
        parameters=(
            area("country", "Countries or regions by their codes."),
            record_of("deposit", Deposit, "Deposit by its slug: its stated country is asked.", example="norra-karr"),
            on_day("Day for which memberships and terms are asked."),
        ),
        one_of=("country", "deposit"),
        rows=rows,
        order=("framework",),
        columns=(
            AnswerColumn("framework", "The framework.", "record", "policy_framework"),
            AnswerColumn("kind", "Its kind.", coded=FrameworkKind),
            AnswerColumn("jurisdiction", "Its jurisdiction.", coded=Jurisdiction),
            AnswerColumn("status", "Its status as stated.", coded=FrameworkStatus),
            AnswerColumn(
                "basis",
                "Why it is here: `national`, `membership`, `party`, `party_through_membership` or `region`.",
                coded=("national", "membership", "party", "party_through_membership", "region"),
            ),
            AnswerColumn(
                "through", "Slug of the organization or region through which it concerns the country.", coded="through"
            ),
            AnswerColumn("since", "Date since which the country is a member, as far as it is known."),
            AnswerColumn("reason", "The reason in words.", coded="sentence"),
        ),
        verdicts=(
            Verdict("applies", policies.LISTS["applies"]),
            Verdict("party", policies.LISTS["party"]),
            Verdict("undetermined", policies.LISTS["undetermined"], decided=False),
            Verdict("ended", policies.LISTS["ended"], listed=False),
            Verdict("later", policies.LISTS["later"], listed=False),
        ),
        inputs=(
            "policy_framework.applies_to",
            "policy_framework.parties",
            "policy_framework.regions",
            "policy_framework.ended",
            "policy_framework.status",
        ),
        formula="A measure applies if it is one of the country, or of an organization of which the country is a member on"
        " the day (also through an organization that is a member of it). An agreement concerns its parties. A measure has"
        " ended if its last day is before the day, or, without one, if it is stated to be over. What begins after the day"
        " is counted apart.",
        formula_source="definition of this registry; treaties are not read for their scope",
        example={"country": "SE", "on": "2025-06-30"},
    )
)
