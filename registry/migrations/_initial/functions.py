"""The functions that columns, constraints and triggers rest on."""

FOLD = r"""
-- Latin letters without marks, one spelling for what transliterations write in several ways.
-- The collation is named, so that letters are letters in a database of any locale; every schema is named: generated columns must work with an empty search_path, as pg_restore sets it.
CREATE FUNCTION registry_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace(
    pg_catalog.translate(
        pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        public.unaccent('public.unaccent'::pg_catalog.regdictionary,
            pg_catalog.translate(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                    pg_catalog.lower(pg_catalog.normalize($1, 'NFC') COLLATE "und-x-icu"),
                    'щ', 'shch'), 'ш', 'sh'), 'ч', 'ch'), 'ж', 'zh'), 'ц', 'ts'), 'ю', 'yu'), 'я', 'ya'), 'ё', 'e'),
                'абвгдезийклмнопрстуфхыэәғқңөұүһіїєўҳҷӣӯґъь',
                'abvgdeziiklmnoprstufhieagknouuhiieuhjiug'
            )
        ), 'dzh', 'j'), 'dj', 'j'), 'zh', 'j'), 'kh', 'h'),
        'yq', 'ik'),
    '([b-df-hj-np-tv-z])\1+', '\1', 'g'),
    '[^[:alnum:]]+', ' ', 'g'))
$$;

-- A name as it is searched: a space before each word, and hyphenated words joined as well.
CREATE FUNCTION registry_fold_name(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT ' ' || public.registry_fold($1) || CASE WHEN pg_catalog.strpos($1, '-') > 0
    THEN ' ' || public.registry_fold(pg_catalog.replace($1, '-', '')) ELSE '' END
$$;

-- The LIKE pattern that finds one word of a search: anywhere from three letters, else at the beginning of a word, so that
-- the trigram index always has something to look up.
CREATE FUNCTION registry_pattern(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT CASE WHEN pg_catalog.length(f) > 2 THEN '%' || f || '%' ELSE '% ' || f || '%' END
FROM (SELECT public.registry_fold($1)) AS folded(f)
$$;
"""

DATES = r"""
-- YYYY, YYYY-MM or YYYY-MM-DD of a day that exists; null is a date that nobody knows.
CREATE FUNCTION registry_is_partial_date(text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT $1 IS NULL OR CASE
    WHEN $1 ~ '^\d{4}$' THEN $1 > '0000'
    WHEN $1 ~ '^\d{4}-\d{2}$' THEN $1 > '0001' AND pg_catalog.substr($1, 6, 2) BETWEEN '01' AND '12'
    WHEN $1 ~ '^\d{4}-\d{2}-\d{2}$' THEN $1 > '0001' AND pg_catalog.substr($1, 6, 2) BETWEEN '01' AND '12'
        AND pg_catalog.substr($1, 9, 2)::int BETWEEN 1 AND CASE
            WHEN pg_catalog.substr($1, 6, 2) IN ('04', '06', '09', '11') THEN 30
            WHEN pg_catalog.substr($1, 6, 2) <> '02' THEN 31
            WHEN pg_catalog.substr($1, 1, 4)::int % 4 = 0 AND (pg_catalog.substr($1, 1, 4)::int % 100 <> 0
                 OR pg_catalog.substr($1, 1, 4)::int % 400 = 0) THEN 29
            ELSE 28 END
    ELSE false END
$$;

CREATE FUNCTION registry_first_day(text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT pg_catalog.make_date(pg_catalog.substr($1, 1, 4)::int,
    COALESCE(NULLIF(pg_catalog.substr($1, 6, 2), ''), '1')::int, COALESCE(NULLIF(pg_catalog.substr($1, 9, 2), ''), '1')::int)
$$;

CREATE FUNCTION registry_last_day(text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT CASE pg_catalog.length($1)
    WHEN 4 THEN pg_catalog.make_date($1::int, 12, 31)
    WHEN 7 THEN (public.registry_first_day($1) + interval '1 month - 1 day')::date
    ELSE public.registry_first_day($1) END
$$;

-- The days from the first of one partial date to the last of another; open where a date is unknown.
CREATE FUNCTION registry_period(text, text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT pg_catalog.daterange(public.registry_first_day($1), public.registry_last_day($2), '[]')
$$;
"""

PLACES = r"""
-- In which countries a geometry lies, by the pieces of their shapes.
CREATE FUNCTION registry_countries_at(place public.geometry) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN COALESCE((SELECT array_agg(DISTINCT country_id ORDER BY country_id) FROM public.registry_countrypiece
        WHERE public.ST_Intersects(shape, place)), '{}');
END $$;

CREATE FUNCTION registry_region_shape(region bigint) RETURNS public.geometry LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT public.ST_Multi(public.ST_CollectionExtract(public.ST_Union(c.boundary), 3))
        FROM public.registry_regionmember m JOIN public.registry_country c ON c.id = m.country_id
        WHERE m.region_id = region);
END $$;
"""

DATA_VERSION = r"""
-- The data version moves by one with every committed change. The counter is in shards, so that writers who commit at the
-- same time do not wait for each other; it is written by a deferred trigger, last in its transaction, and only once.
CREATE TABLE registry_dataversion (shard smallint PRIMARY KEY, changes bigint NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 10);
INSERT INTO registry_dataversion (shard) SELECT generate_series(0, 63);
CREATE TABLE registry_pendingchange (transaction xid8 PRIMARY KEY);

CREATE FUNCTION registry_mark_change() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('registry.changed', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO registry_pendingchange VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
        PERFORM set_config('registry.changed', pg_current_xact_id()::text, true);
    END IF;
END $$;

CREATE FUNCTION registry_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_dataversion SET changes = changes + 1, changed_at = clock_timestamp()
    WHERE shard = pg_backend_pid() % 64;
    DELETE FROM registry_pendingchange WHERE transaction = NEW.transaction;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER count_change AFTER INSERT ON registry_pendingchange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry_count_change();
"""

WRITTEN_HERE = r"""
-- Whether the transaction that asks wrote the row with this xmin, be it in a savepoint: whom else it can see has committed.
-- xmin counts to 2^32 and begins anew; the whole number is the one within 2^31 of our own.
CREATE FUNCTION registry_written_here(row_xmin xid) RETURNS boolean LANGUAGE sql VOLATILE PARALLEL UNSAFE STRICT AS $$
SELECT COALESCE(pg_catalog.pg_xact_status(GREATEST(3, own - 2147483648
        + ((row_xmin::text::bigint - own) % 4294967296 + 6442450944) % 4294967296)::text::xid8) = 'in progress', false)
FROM (SELECT pg_catalog.pg_current_xact_id()::text::bigint) AS asking(own)
$$;
"""

UNDO = """
DROP FUNCTION registry_countries_at(public.geometry), registry_region_shape(bigint);
DROP TABLE registry_pendingchange, registry_dataversion;
DROP FUNCTION registry_count_change(), registry_mark_change(), registry_period(text, text), registry_last_day(text),
    registry_first_day(text), registry_is_partial_date(text), registry_pattern(text), registry_fold_name(text),
    registry_fold(text), registry_written_here(xid);
"""
