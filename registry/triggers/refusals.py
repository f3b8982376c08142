"""How the database says no, and which columns people curate."""

from django.db import models

#: Columns that a person does not curate: a change of these alone is not a new version and not history.
KEPT_BY_THE_DATABASE = frozenset(
    ("version", "created_at", "updated_at", "published_at", "located_in", "document", "geometry_document")
)


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
