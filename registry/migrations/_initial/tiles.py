"""The places of records on the map of the web, and their counts in cells, as vector tiles need them."""

GRID = r"""
-- The world in Web Mercator as a square of 2^30 by 2^30 whole numbers, from the north-west; what lies beyond the square (85.05°
-- and further towards a pole) stands at its edge, so that nothing is lost.
-- (Not STRICT, so that PostgreSQL writes them into the query: ten times faster.)
CREATE FUNCTION registry_tile_x(longitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT LEAST(1073741823, GREATEST(0, floor(($1 + 180) / 360 * 1073741824)))::int
$$;
CREATE FUNCTION registry_tile_y(latitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT LEAST(1073741823, GREATEST(0, floor(
    (0.5 - ln(tan(pi() / 4 + radians(LEAST(85.0511287798066, GREATEST(-85.0511287798066, $1))) / 2)) / (2 * pi())) * 1073741824)))::int
$$;
-- The bits of x and y in turn: a key in which each tile of each zoom is one range.
CREATE FUNCTION registry_tile_key(x int, y int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE a bigint := x; b bigint := y;
BEGIN
    a := (a | (a << 16)) & 281470681808895; b := (b | (b << 16)) & 281470681808895;
    a := (a | (a << 8)) & 71777214294589695; b := (b | (b << 8)) & 71777214294589695;
    a := (a | (a << 4)) & 1085102592571150095; b := (b | (b << 4)) & 1085102592571150095;
    a := (a | (a << 2)) & 3689348814741910323; b := (b | (b << 2)) & 3689348814741910323;
    RETURN ((a | (a << 1)) & 6148914691236517205) | (((b | (b << 1)) & 6148914691236517205) << 1);
END $$;
-- The part of an outline that the square shows; null if it shows none.
CREATE FUNCTION registry_tile_part(outline geometry) RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF ST_YMax(outline) <= 85.0511287798066 AND ST_YMin(outline) >= -85.0511287798066 THEN RETURN outline; END IF;
    outline := ST_ClipByBox2D(outline, 'BOX(-180 -85.0511287798066, 180 85.0511287798066)'::box2d);
    RETURN CASE WHEN NOT ST_IsEmpty(outline) THEN outline END;
END $$;
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
    records int NOT NULL, ree int NOT NULL, x bigint NOT NULL, y bigint NOT NULL, folded boolean NOT NULL DEFAULT false);
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
DROP FUNCTION registry_fold_cells();
DROP SEQUENCE registry_tilefold;
DROP TABLE registry_tilecell, registry_tileplace;
DROP FUNCTION registry_tile_part(geometry), registry_tile_key(int, int), registry_tile_y(float8),
    registry_tile_x(float8);
"""
