"""The data version moves with what readers see; and it keeps where the log of changes was about an hour ago."""

from django.db import migrations

POSITIONS = r"""
-- Two samples per shard: below `horizon` every transaction had ended at that time. With them `after=now` reaches back over
-- the time for which caches may keep a list, however long the transactions since then took.
ALTER TABLE registry_dataversion
    ADD COLUMN earlier_at timestamptz, ADD COLUMN earlier_horizon bigint,
    ADD COLUMN later_at timestamptz, ADD COLUMN later_horizon bigint;

CREATE OR REPLACE FUNCTION registry_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_dataversion SET changes = changes + 1, changed_at = clock_timestamp()
    WHERE shard = pg_backend_pid() % 64;
    UPDATE registry_dataversion SET earlier_at = later_at, earlier_horizon = later_horizon,
        later_at = clock_timestamp(), later_horizon = pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    WHERE shard = pg_backend_pid() % 64 AND (later_at IS NULL OR later_at < clock_timestamp() - interval '1 hour');
    DELETE FROM registry_pendingchange WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

-- Tables whose rows readers see only through the log of changes do not move the version themselves any more.
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = current_schema() AND p.proname LIKE 'pgtrigger\_mark\_change\_%'
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', f); END LOOP;
END $$;
"""

UNDO = r"""
CREATE OR REPLACE FUNCTION registry_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_dataversion SET changes = changes + 1, changed_at = clock_timestamp()
    WHERE shard = pg_backend_pid() % 64;
    DELETE FROM registry_pendingchange WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;
ALTER TABLE registry_dataversion DROP COLUMN earlier_at, DROP COLUMN earlier_horizon, DROP COLUMN later_at,
    DROP COLUMN later_horizon;
"""


class Migration(migrations.Migration):
    """Columns of the data version, and its function."""

    dependencies = [("registry", "0016_reading_notes")]
    operations = [migrations.RunSQL(POSITIONS, UNDO)]
