"""Count the cells of tiles apart for records of rare earths, so that a map of these needs no counting."""

from django.db import migrations

_SQL = r"""
TRUNCATE registry_tilecell;
ALTER TABLE registry_tilecell ALTER COLUMN ree TYPE boolean USING ree > 0;
INSERT INTO registry_tilecell (kind, level, cell, code, country_id, ree, records, x, y, folded)
SELECT kind, level, key >> (52 - 2 * level), code, country_id, ree, count(*), sum(x::bigint), sum(y::bigint), true
FROM registry_tileplace CROSS JOIN generate_series(0, 6) level GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3;
CREATE OR REPLACE FUNCTION registry_fold_cells() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- One at a time; and a transaction that sees an old state must not meet rows that another one has folded since.
    IF current_setting('transaction_isolation') <> 'read committed' OR NOT pg_try_advisory_xact_lock(7268104421) THEN RETURN; END IF;
    WITH touched AS MATERIALIZED (SELECT DISTINCT kind, level, cell FROM registry_tilecell WHERE NOT folded),
    gone AS (DELETE FROM registry_tilecell c USING touched t
        WHERE c.kind = t.kind AND c.level = t.level AND c.cell = t.cell RETURNING c.*)
    INSERT INTO registry_tilecell (kind, level, cell, code, country_id, ree, records, x, y, folded)
    SELECT kind, level, cell, code, country_id, ree, sum(records), sum(x), sum(y), true FROM gone
    GROUP BY kind, level, cell, code, country_id, ree HAVING sum(records) <> 0 ORDER BY kind, level, cell;
END $$;
"""


class Migration(migrations.Migration):
    """Splits the counts."""

    dependencies = [("registry", "0100_elsewhere")]

    operations = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
