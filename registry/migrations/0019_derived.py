"""The state of what is derived in the database, and the notes of rules that are checked at commit."""

from django.db import migrations

TABLES = """
-- What is installed, by which text; and for values that are rendered and kept, how far the newest declaration has come.
CREATE TABLE registry_derived (name text PRIMARY KEY, digest text NOT NULL, wanted text, position bigint,
    changed_at timestamptz NOT NULL DEFAULT now());

-- Rules to check when the transaction commits, one row per statement; the row is gone with the check.
CREATE TABLE registry_pendingcheck (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rule text NOT NULL, ids bigint[] NOT NULL);
"""


class Migration(migrations.Migration):
    """Two small tables; what earlier releases derived is dropped before each migration, by name."""

    dependencies = [("registry", "0012_tallies")]

    operations = [migrations.RunSQL(TABLES, "DROP TABLE registry_pendingcheck, registry_derived")]
