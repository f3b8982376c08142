"""Tells whether this transaction wrote a row: a record gets one new version per transaction, whoever else wrote it meanwhile."""

from django.db import migrations

FUNCTION = r"""
-- Whether the transaction that asks wrote the row with this xmin, be it in a savepoint: whom else it can see has committed.
-- xmin counts to 2^32 and begins anew; the whole number is the one within 2^31 of our own.
CREATE FUNCTION registry_written_here(row_xmin xid) RETURNS boolean LANGUAGE sql VOLATILE PARALLEL UNSAFE STRICT AS $$
SELECT COALESCE(pg_catalog.pg_xact_status(GREATEST(3, own - 2147483648
        + ((row_xmin::text::bigint - own) % 4294967296 + 6442450944) % 4294967296)::text::xid8) = 'in progress', false)
FROM (SELECT pg_catalog.pg_current_xact_id()::text::bigint) AS asking(own)
$$;
"""


class Migration(migrations.Migration):
    """One function."""

    dependencies = [("registry", "0007_import_progress")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION registry_written_here(xid);")]
