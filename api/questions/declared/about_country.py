"""Everything that the registry holds on a country."""

from api.questions.parameters import record_of
from api.questions.question import AnswerColumn, AskedQuestion, Question, Verdict, register
from registry.kinds import RecordKind, kind_named
from registry.models import Country
from registry.public import is_seen
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: Kind of record → the ways to a country: how it is called, and the SQL of the keys of the records.
_WAYS: dict[str, dict[str, str]] = {
    **{
        kind: {"stated country": f"SELECT id FROM {kind_named(kind).table} WHERE country_id = {{country}}"}
        for kind in ("deposit", "prospecting_object", "license", "organization")
    },
    "estimate": {
        "country of its deposit": "SELECT e.id FROM registry_resourceestimate e JOIN registry_deposit d ON d.id = e.deposit_id"
        " WHERE d.country_id = {country}",
        "country of its prospecting object": "SELECT e.id FROM registry_resourceestimate e"
        " JOIN registry_prospectingobject p ON p.id = e.prospecting_object_id WHERE p.country_id = {country}",
    },
    "policy_framework": {
        "party": "SELECT framework_id FROM registry_frameworkparty WHERE country_id = {country}",
        "applies there": "SELECT framework_id FROM registry_frameworkapplication WHERE country_id = {country}",
    },
    "finding": {"subject": "SELECT finding_id FROM registry_findingsubject WHERE country_id = {country}"},
    "gap": {"subject": "SELECT gap_id FROM registry_gapsubject WHERE country_id = {country}"},
    "disagreement": {
        "concerns it": "SELECT disagreement_id FROM registry_concern WHERE about = 'country' AND country_id = {country}"
        " AND is_public"
    },
}
_PLURALS = {kind: kind_named(kind).plural.replace("-", " ").replace("license", "licence") for kind in _WAYS}


def rows(scope: AskedQuestion) -> Sql:
    """Gather the records of each kind by the ways that lead from the country to them."""
    return joined(" UNION ALL ", (_of_kind(kind_named(kind), ways, scope.values["country"]) for kind, ways in _WAYS.items()))


def _of_kind(kind: RecordKind, ways: dict[str, str], country: int) -> Sql:
    found = (
        sql("SELECT w.id, {how} AS how FROM ({keys}) w(id)", how=literal(how), keys=_keys(keys, country))
        for how, keys in ways.items()
    )
    model = kind.model
    return sql(
        """SELECT {kind} AS verdict, r.slug::text AS record, left(r.{label}::text, 300) AS name,
            string_agg(DISTINCT f.how, ', ' ORDER BY f.how) AS connection, r.version
        FROM ({found}) f JOIN {table} r ON r.id = f.id AND {seen} GROUP BY r.id""",
        kind=literal(kind.name),
        label=identifier(model.label_field),  # type: ignore[attr-defined]
        found=joined(" UNION ALL ", found),
        table=identifier(kind.table),
        seen=compiled(is_seen(kind, "r.id")),
    )


def _keys(keys: str, country: int) -> Sql:
    return Sql(keys.replace("{country}", "%s"), (country,))


register(
    Question(
        name="about-country",
        title="What does the registry hold on one country?",
        description="Deposits, objects, licences, organizations, estimates, frameworks, statements, gaps and disagreements of a"
        " country in one list, counted by kind, each with how it is connected.",
        parameters=(record_of("country", Country, "Country by its code.", required=True, example="KG"),),
        rows=rows,
        order=("record", "name"),
        columns=(
            AnswerColumn("record", "Slug of the record.", coded="slug"),
            AnswerColumn("name", "Its name, title or beginning."),
            AnswerColumn(
                "connection",
                "How it is connected with the country.",
                coded=tuple(dict.fromkeys(way for ways in _WAYS.values() for way in ways)),
            ),
            AnswerColumn("version", "Its version.", "integer"),
        ),
        verdicts=tuple(
            Verdict(kind, f"The record is one of the {_PLURALS[kind]} of the country, or about it.") for kind in _WAYS
        ),
        inputs=("deposit.country", "license.country", "prospecting_object.country", "policy_framework.parties"),
        formula="Records that state the country, are about it, or belong to a record that does; each counts once.",
        formula_source="definition of this registry",
        example={"country": "KG"},
    )
)
