"""Whether a record lies in its stated country: in its shape, or in a disputed area that the country claims or administers."""

from django.db.models import BooleanField, F, Func

from registry.derived.objects import DerivedFunction

_NAME = "registry_at_home"


def functions() -> tuple[DerivedFunction, ...]:
    """Return the function that compares a country with where a geometry lies, and the one that it asks about disputed areas."""
    party = DerivedFunction(
        name=f"{_NAME}_disputed",
        purpose="Whether a country is a party to one of some disputed areas.",
        arguments="country bigint, disputed bigint[]",
        returns="boolean",
        options="STABLE PARALLEL SAFE",
        body="""
        BEGIN
            RETURN EXISTS (SELECT FROM registry_disputedareaparty p
                WHERE p.area_id = ANY (disputed) AND p.country_id = country);
        END
        """,
    )
    home = DerivedFunction(
        name=_NAME,
        purpose="Whether a country is among those of a place, or a party to a disputed area of it.",
        arguments="country bigint, located bigint[], disputed bigint[]",
        returns="boolean",
        language="sql",
        options="STABLE PARALLEL SAFE",
        body=f"SELECT country = ANY (located) OR cardinality(disputed) > 0 AND {party.name}(country, disputed)",
    )
    return party, home


def at_home_sql(alias: str) -> str:
    """Return the condition for the row of an alias."""
    return f"{_NAME}({alias}.country_id, {alias}.located_in, {alias}.disputed_in)"


def at_home() -> Func:
    """Return the same as an expression over a record; null without a stated country."""
    return Func(F("country_id"), F("located_in"), F("disputed_in"), function=_NAME, output_field=BooleanField())
