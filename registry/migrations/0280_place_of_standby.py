"""Let a standby see that the database was restored: its place is the stored one only in the same database of the same server.

It cannot tell its timeline, so it took the stored place for its own: after `./run restore` a service that reads a replica
went on in the old era of the feed, and mirrors missed what the backup lacked.
"""

from django.db import migrations

_REPLACE = "CREATE OR REPLACE FUNCTION registry_place() RETURNS text LANGUAGE sql STABLE AS $$ {} $$"
_BEFORE = """
SELECT CASE WHEN pg_is_in_recovery() THEN (SELECT place FROM registry_changeera)
    ELSE (SELECT system_identifier FROM pg_control_system())::text || '/'
        || (SELECT oid FROM pg_database WHERE datname = current_database())::text || '/'
        || left(pg_walfile_name(pg_current_wal_lsn()), 8) END
"""
_AFTER = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN here || left(pg_walfile_name(pg_current_wal_lsn()), 8)
    ELSE COALESCE((SELECT place FROM registry_changeera WHERE starts_with(place, here)), here || 'standby') END
FROM (SELECT (SELECT system_identifier FROM pg_control_system())::text || '/'
    || (SELECT oid FROM pg_database WHERE datname = current_database())::text || '/' AS here) h
"""


class Migration(migrations.Migration):
    """Replace the function; a database that is where it was stays in its era."""

    dependencies = [("registry", "0250_comparison")]
    operations = [migrations.RunSQL(_REPLACE.format(_AFTER), _REPLACE.format(_BEFORE))]
