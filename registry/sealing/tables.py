"""What is sealed: every table of history, each row as one text of its columns, of which a hash is kept."""

from functools import cache

import pghistory
from django.apps import apps
from django.db import models

from registry.sql import Sql, identifier, joined, sql

#: Bytes of SHA-256 that are kept of a row; a second text with the same 128 bits cannot be found.
HASH_BYTES = 16
#: A row is written the same on every server.
STYLE = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0"
)


@cache
def sealed_tables() -> dict[str, tuple[str, ...]]:
    """Return the columns of each table of history, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for model in apps.get_app_config("registry").get_models():
        if issubclass(model, pghistory.models.Event):
            fields: list[models.Field[object, object]] = list(model._meta.concrete_fields)
            found[model._meta.db_table] = tuple(sorted(str(field.column) for field in fields))
    return dict(sorted(found.items()))


def hash_of(columns: tuple[str, ...]) -> Sql:
    """Return the expression for the hash of a row `h`: of the text of a row constructor over its columns, in their order."""
    row = joined(", ", (identifier("h", column) for column in columns))
    return sql("substring(sha256(convert_to(ROW({row})::text, 'UTF8')) FOR {size})", row=row, size=HASH_BYTES)
