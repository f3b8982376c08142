"""The countries of an account are found by the unique index that begins with the account."""

from django.db import migrations

_INDEX = "registry_curator_countries_curator_id_729000e2"


class Migration(migrations.Migration):
    """Drop the index that Django makes for each key; it is made at the end of the migration before."""

    dependencies = [("registry", "0151_curators")]

    operations = [
        migrations.RunSQL(f"DROP INDEX {_INDEX}", f"CREATE INDEX {_INDEX} ON registry_curator_countries (curator_id)")
    ]
