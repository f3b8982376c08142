"""The year of the newest source that supports a record."""

from django.db import migrations, models

from registry.migrations._together import GroupedMigration

#: What sources are cited for.
_CITED = (
    "commodity",
    "country",
    "deposit",
    "disputedarea",
    "finding",
    "license",
    "organization",
    "policyframework",
    "prospectingobject",
    "reescheme",
    "region",
    "resourceestimate",
    "source",
)


class Migration(GroupedMigration):
    """A column of every kind of record that sources are cited for; the database fills it in afterwards."""

    dependencies = [("registry", "0085_notes")]

    operations = [
        migrations.AddField(
            model,
            "newest_source_year",
            models.PositiveSmallIntegerField(
                editable=False, help_text="Year of the newest dated source that supports the record.", null=True
            ),
        )
        for model in _CITED
    ]
