"""Records found by the year of their newest source."""

from django.db import migrations, models

from registry.migrations._together import GroupedMigration

#: Model → the name with which its indexes begin.
_CITED = {
    "commodity": "commodity",
    "country": "country",
    "deposit": "deposit",
    "disputedarea": "disputedarea",
    "finding": "finding",
    "license": "license",
    "organization": "organization",
    "policyframework": "framework",
    "prospectingobject": "prospecting",
    "reescheme": "reescheme",
    "region": "region",
    "resourceestimate": "estimate",
    "source": "source",
}


class Migration(GroupedMigration):
    """An index of every kind of record that sources are cited for."""

    dependencies = [("registry", "0087_repeated_indexes")]

    operations = [
        migrations.AddIndex(
            model,
            models.Index(
                condition=models.Q(("record_status", "published")),
                fields=["newest_source_year", "id"],
                name=f"{table}_newest_source",
            ),
        )
        for model, table in _CITED.items()
    ]
