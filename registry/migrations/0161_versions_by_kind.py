"""The data version counts the changes of each kind of record by itself."""

from django.db import migrations

BY_KIND = r"""
-- The rows of before, of no kind, keep the samples of the log's horizon.
ALTER TABLE registry_dataversion ADD COLUMN kind text NOT NULL DEFAULT '';
ALTER TABLE registry_dataversion DROP CONSTRAINT registry_dataversion_pkey, ADD PRIMARY KEY (kind, shard);
ALTER TABLE registry_pendingchange ADD COLUMN kind text NOT NULL DEFAULT '';
ALTER TABLE registry_pendingchange DROP CONSTRAINT registry_pendingchange_pkey, ADD PRIMARY KEY (transaction, kind);

DROP FUNCTION registry_mark_change();
CREATE FUNCTION registry_mark_change(changed text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('registry.changed_' || changed, true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO registry_pendingchange VALUES (pg_current_xact_id(), changed) ON CONFLICT DO NOTHING;
        PERFORM set_config('registry.changed_' || changed, pg_current_xact_id()::text, true);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION registry_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The first kind counts all of them, in one order, so that no two transactions wait for each other in turn.
    WITH pending AS (DELETE FROM registry_pendingchange WHERE transaction = NEW.transaction RETURNING kind)
    INSERT INTO registry_dataversion AS v (kind, shard, changes, changed_at)
    SELECT kind, pg_backend_pid() % 64, 1, clock_timestamp() FROM pending ORDER BY kind
    ON CONFLICT (kind, shard) DO UPDATE SET changes = v.changes + 1, changed_at = EXCLUDED.changed_at;
    IF FOUND THEN
        UPDATE registry_dataversion SET earlier_at = later_at, earlier_horizon = later_horizon,
            later_at = clock_timestamp(), later_horizon = pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        WHERE kind = '' AND shard = pg_backend_pid() % 64
            AND (later_at IS NULL OR later_at < clock_timestamp() - interval '1 hour');
    END IF;
    RETURN NULL;
END $$;
"""

UNDO = r"""
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
DROP FUNCTION registry_mark_change(text);
CREATE FUNCTION registry_mark_change() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('registry.changed', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO registry_pendingchange VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
        PERFORM set_config('registry.changed', pg_current_xact_id()::text, true);
    END IF;
END $$;
ALTER TABLE registry_pendingchange DROP COLUMN kind, ADD PRIMARY KEY (transaction);
UPDATE registry_dataversion v SET changes = changes + (SELECT COALESCE(sum(o.changes), 0) FROM registry_dataversion o
    WHERE o.shard = v.shard AND o.kind <> '') WHERE kind = '';
DELETE FROM registry_dataversion WHERE kind <> '';
ALTER TABLE registry_dataversion DROP COLUMN kind, ADD PRIMARY KEY (shard);
"""


class Migration(migrations.Migration):
    """Keys and functions of the data version."""

    dependencies = [("registry", "0093_cells_of_rare_earths")]
    operations = [migrations.RunSQL(BY_KIND, UNDO)]
