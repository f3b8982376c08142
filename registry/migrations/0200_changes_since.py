"""Find what readers have seen change since a time, and whether a record has: a past state is read from these alone."""

from django.db import migrations

INDEXES = """
CREATE INDEX registry_change_since ON registry_change (kind, at, record);
CREATE INDEX registry_change_record ON registry_change (kind, record, at);
"""
UNDO = "DROP INDEX registry_change_since, registry_change_record;"


class Migration(migrations.Migration):
    """Index the log by kind and time, and by kind and record."""

    dependencies = [("registry", "0230_place_with_timeline")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
