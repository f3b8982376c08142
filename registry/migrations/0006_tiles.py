"""The places of records on the map of the web, and their counts in cells, as vector tiles need them."""

from django.db import migrations

GRID = r"""
-- The world in Web Mercator as a square of 2^30 by 2^30 whole numbers, from the north-west; what lies beyond the square (85.05°
-- and further towards a pole) stands at its edge, so that nothing is lost.
CREATE FUNCTION registry_tile_x(longitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT LEAST(1073741823, GREATEST(0, floor(($1 + 180) / 360 * 1073741824)))::int
$$;
CREATE FUNCTION registry_tile_y(latitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT LEAST(1073741823, GREATEST(0, floor(
    (0.5 - ln(tan(pi() / 4 + radians(LEAST(85.0511287798066, GREATEST(-85.0511287798066, $1))) / 2)) / (2 * pi())) * 1073741824)))::int
$$;
-- Every second bit of 60: the bits of x and y in turn make a key in which each tile of each zoom is one range.
CREATE FUNCTION registry_tile_spread(value bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT (e | e << 1) & 6148914691236517205 FROM (SELECT (d | d << 2) & 3689348814741910323 AS e FROM (
SELECT (c | c << 4) & 1085102592571150095 AS d FROM (SELECT (b | b << 8) & 71777214294589695 AS c FROM (
SELECT ($1 | $1 << 16) & 281470681808895 AS b) s1) s2) s3) s4
$$;
CREATE FUNCTION registry_tile_key(x int, y int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT registry_tile_spread($1::bigint) | registry_tile_spread($2::bigint) << 1
$$;
-- The part of an outline that the square shows.
CREATE FUNCTION registry_tile_part(outline geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT CASE WHEN ST_YMax($1) > 85.0511287798066 OR ST_YMin($1) < -85.0511287798066
    THEN NULLIF(ST_ClipByBox2D($1, 'BOX(-180 -85.0511287798066, 180 85.0511287798066)'::box2d), ST_GeomFromText('POLYGON EMPTY', 4326))
    ELSE $1 END
$$;
"""

TABLES = r"""
-- Where each published record that has a place stands on the map, and what its cells count it as. An outline stands at a point on
-- it; `span` is the longer side of its box.
CREATE TABLE registry_tileplace (kind text NOT NULL, record_id bigint NOT NULL, key bigint NOT NULL, x int NOT NULL, y int NOT NULL,
    code text, country_id bigint, ree boolean NOT NULL, span int NOT NULL, outline geometry(Geometry, 3857),
    PRIMARY KEY (kind, record_id));
CREATE INDEX registry_tileplace_key ON registry_tileplace (kind, key);
CREATE INDEX registry_tileplace_outline ON registry_tileplace USING gist (outline) WHERE outline IS NOT NULL;

-- How many records stand in each cell, by code and country: a tile of zoom `level` has 16 by 16 cells. The rows of a cell are added
-- up: each change adds a row, so that no writer waits for another, and now and then the rows of a cell are folded into one.
CREATE TABLE registry_tilecell (kind text NOT NULL, level smallint NOT NULL, cell bigint NOT NULL, code text, country_id bigint,
    records bigint NOT NULL, ree bigint NOT NULL, x bigint NOT NULL, y bigint NOT NULL, folded boolean NOT NULL DEFAULT false);
CREATE INDEX registry_tilecell_cell ON registry_tilecell (kind, level, cell);
CREATE INDEX registry_tilecell_unfolded ON registry_tilecell (kind) WHERE NOT folded;
CREATE SEQUENCE registry_tilefold;

CREATE FUNCTION registry_fold_cells() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- One at a time; and a transaction that sees an old state must not meet rows that another one has folded since.
    IF current_setting('transaction_isolation') <> 'read committed' OR NOT pg_try_advisory_xact_lock(7268104421) THEN RETURN; END IF;
    WITH touched AS MATERIALIZED (SELECT DISTINCT kind, level, cell FROM registry_tilecell WHERE NOT folded),
    gone AS (DELETE FROM registry_tilecell c USING touched t
        WHERE c.kind = t.kind AND c.level = t.level AND c.cell = t.cell RETURNING c.*)
    INSERT INTO registry_tilecell SELECT kind, level, cell, code, country_id, sum(records), sum(ree), sum(x), sum(y), true FROM gone
    GROUP BY kind, level, cell, code, country_id HAVING sum(records) <> 0 ORDER BY kind, level, cell;
END $$;
"""

UNDO = """
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname ~ '^registry_place_' AND pronamespace = current_schema()::regnamespace
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', f.name); END LOOP;
END $$;
DROP FUNCTION registry_fold_cells();
DROP SEQUENCE registry_tilefold;
DROP TABLE registry_tilecell, registry_tileplace;
DROP FUNCTION registry_tile_part(geometry), registry_tile_key(int, int), registry_tile_spread(bigint), registry_tile_y(float8),
    registry_tile_x(float8);
"""


class Migration(migrations.Migration):
    """The tables and functions; the triggers that keep them are derived from the resources after every migrate."""

    dependencies = [("registry", "0002_tables")]

    operations = [migrations.RunSQL(GRID + TABLES, UNDO)]
