"""How the database says no, and which columns people curate."""

from django.db import models

#: Column of what follows from a geometry → SQL over the geometry `{place}`: the countries and disputed areas it lies in, and
#: the countries in which the rest of it lies, null if all of it is undisputed.
LOCATED = {
    "located_in": "registry_countries_at({place})",
    "disputed_in": "registry_disputed_at({place})",
    "undisputed_in": "registry_undisputed_in({place})",
}
#: Columns that follow from other rows, or render them: no history keeps them.
FOLLOWING = frozenset((*LOCATED, "independent_sources", "source_kinds", "newest_source_year", "document", "geometry_document"))
#: Columns that a person does not curate: a change of these alone is not a new version and not history.
KEPT_BY_THE_DATABASE = frozenset(("version", "created_at", "updated_at", "published_at", *FOLLOWING))


def refuse(model: type[models.Model], name: str, message: str, field: str = "") -> str:
    """Return the PL/pgSQL statement that refuses a change.

    `message` is an SQL text expression, and `field` the field of forms at which it is shown: PostgreSQL passes both on, so
    that `registry.refusals` need not know the rule.
    """
    table = model._meta.db_table
    column = f", COLUMN = '{field}'" if field else ""
    return (
        f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_{name}', TABLE = '{table}'{column},"
        f" MESSAGE = {message};"
    )


def curated_columns(model: type[models.Model]) -> list[str]:
    """List the columns of `model` that people and imports write."""
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField) and field.name not in KEPT_BY_THE_DATABASE
    ]
