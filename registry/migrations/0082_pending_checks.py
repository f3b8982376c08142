"""The notes of a rule are checked together, and found by it."""

from django.db import migrations


class Migration(migrations.Migration):
    """An index of a table that is empty between transactions."""

    dependencies = [("registry", "0081_entries")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX registry_pendingcheck_rule ON registry_pendingcheck (rule)", "DROP INDEX registry_pendingcheck_rule"
        )
    ]
