"""Let the place of a database include its timeline: a server that was promoted, or recovered to an instant, is another place.

Transaction numbers that the lost server gave may be given again there, so the feed of changes begins a new era. A standby
has the place of what it follows. A database that is where it was stays in its era.
"""

from django.db import migrations

_REPLACE = "CREATE OR REPLACE FUNCTION registry_place() RETURNS text LANGUAGE sql STABLE AS $$ {} $$"
_BEFORE = """
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/'
    || (SELECT oid FROM pg_database WHERE datname = current_database())::text
"""
_AFTER = """
SELECT CASE WHEN pg_is_in_recovery() THEN (SELECT place FROM registry_changeera)
    ELSE (SELECT system_identifier FROM pg_control_system())::text || '/'
        || (SELECT oid FROM pg_database WHERE datname = current_database())::text || '/'
        || left(pg_walfile_name(pg_current_wal_lsn()), 8) END
"""


class Migration(migrations.Migration):
    """Replace the function, and what it returned."""

    dependencies = [("registry", "0152_curator_countries")]
    operations = [
        migrations.RunSQL(
            [
                "UPDATE registry_changeera SET place = place || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"
                " WHERE place = registry_place()",
                _REPLACE.format(_AFTER),
            ],
            [
                "UPDATE registry_changeera SET place = regexp_replace(place, '/[^/]*$', '') WHERE place = registry_place()",
                _REPLACE.format(_BEFORE),
            ],
        )
    ]
