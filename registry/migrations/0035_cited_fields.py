"""A citation names the fields that it carries, as a list: the history is rewritten alike, so that no record has changed."""

import django.contrib.postgres.fields
from django.db import migrations, models

from registry.migrations._together import Together

_OWNERS = (
    "deposit",
    "estimate",
    "prospecting_object",
    "license",
    "license_event",
    "policy_framework",
    "organization",
    "finding",
    "cited_source",
    "country",
    "region",
    "commodity",
)
_TABLES = ("registry_citation", "registry_citationhistory")
_MODELS = ("citation", "citationhistory")
_HELP = (
    "Entries of the record that the citation carries: a field (`location`), a list with all its rows (`names`), or one row"
    " of it (`parties:stans-energy`); empty for the record as a whole."
)


def _forwards(table: str) -> str:
    return (
        f"ALTER TABLE {table} RENAME COLUMN field TO fields;"
        f" ALTER TABLE {table} ALTER COLUMN fields TYPE varchar(600)[]"
        " USING CASE WHEN fields = '' THEN '{}'::varchar(600)[] ELSE ARRAY[fields] END;"
    )


def _backwards(table: str) -> str:
    return (
        f"ALTER TABLE {table} ALTER COLUMN fields TYPE varchar(60) USING left(array_to_string(fields, ','), 60);"
        f" ALTER TABLE {table} RENAME COLUMN fields TO field;"
    )


def _unique(owner: str, column: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        condition=models.Q((f"{owner}__isnull", False)),
        fields=(owner, "source", column, "locator", "relation", "stated_value"),
        name=f"citation_{owner}",
        nulls_distinct=False,
        violation_error_message="This record already has such a row.",
    )


def _fields() -> models.Field:
    entry = models.CharField(max_length=600)
    return django.contrib.postgres.fields.ArrayField(entry, blank=True, default=list, help_text=_HELP)


class Migration(migrations.Migration):
    """The indexes over the column are made again by PostgreSQL, with the type."""

    dependencies = [("registry", "0030_fixes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([_forwards(table) for table in _TABLES], [_backwards(table) for table in _TABLES])
            ],
            state_operations=[
                Together(
                    [
                        *(migrations.RemoveConstraint("citation", f"citation_{owner}") for owner in _OWNERS),
                        *(migrations.RemoveField(model, "field") for model in _MODELS),
                        *(migrations.AddField(model, "fields", _fields()) for model in _MODELS),
                        *(migrations.AddConstraint("citation", _unique(owner, "fields")) for owner in _OWNERS),
                    ]
                )
            ],
        ),
    ]
