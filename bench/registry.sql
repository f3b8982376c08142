-- A registry of any size, the same at every run: :size deposits, a fifth as many licence polygons, points clustered about
-- 3,000 centres. Written past the triggers (they would write the same, row by row), then rendered by them.
-- Variables: size. Expects the seed, for its countries and commodities; what is made here has slugs d1, d2 … and l1, l2 …
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET max_parallel_workers_per_gather = 0;

-- A number in [0, 1) for a row and a purpose.
CREATE OR REPLACE FUNCTION pg_temp.u(i bigint, purpose int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, purpose) & 4294967295)::float8 / 4294967296 $$;
-- A syllable word: 14³ = 2,744 words.
CREATE OR REPLACE FUNCTION pg_temp.word(n int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT initcap(string_agg((ARRAY['ka','ra','tu','shi','mol','ben','dor','gal','ik','zhan','tau','kol','bai','sor'])[1 + (n / p) % 14], ''))
   FROM unnest(ARRAY[1, 14, 196]) p $$;

CREATE TEMP TABLE centre AS
SELECT row_number() OVER (ORDER BY country_id, ST_X(point), ST_Y(point)) - 1 AS n, country_id, ST_X(point) AS x, ST_Y(point) AS y
FROM (SELECT id AS country_id, (ST_Dump(ST_GeneratePoints(boundary, GREATEST(1, (ST_Area(boundary) / 7)::int), 7))).geom AS point
      FROM registry_country WHERE boundary IS NOT NULL) points;
CREATE UNIQUE INDEX ON centre (n);
SELECT count(*) AS centres FROM centre \gset
CREATE TEMP TABLE metal AS SELECT row_number() OVER (ORDER BY slug) - 1 AS n, id FROM registry_commodity
WHERE slug IN ('REE','LREE','HREE','Nd','Pr','Dy','Tb','La','Ce','Y','U','Th','Nb','Ta','Zr','Ti','P','Fe','Cu','Au');

-- Indexes are built once, when all rows lie where they stay.
CREATE TEMP TABLE postponed AS
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i WHERE NOT i.indisunique AND i.indrelid = ANY (ARRAY['registry_deposit', 'registry_name', 'registry_depositcommodity',
    'registry_citation', 'registry_license', 'registry_licenseparty']::regclass[])
    -- What rendering looks up.
    AND i.indexrelid <> ALL (SELECT indexrelid FROM pg_index WHERE indrelid = ANY (ARRAY['registry_depositcommodity', 'registry_licenseparty']::regclass[]));
SELECT format('DROP INDEX %s', name) FROM postponed \gexec

ALTER TABLE registry_source DISABLE TRIGGER USER;
ALTER TABLE registry_organization DISABLE TRIGGER USER;
ALTER TABLE registry_deposit DISABLE TRIGGER USER;
ALTER TABLE registry_name DISABLE TRIGGER USER;
ALTER TABLE registry_depositcommodity DISABLE TRIGGER USER;
ALTER TABLE registry_citation DISABLE TRIGGER USER;
ALTER TABLE registry_license DISABLE TRIGGER USER;
ALTER TABLE registry_licenseparty DISABLE TRIGGER USER;

INSERT INTO registry_source (slug, title, authors, note, record_status, published_at, kind)
SELECT 'dataset-' || i, 'Dataset ' || i, '{}', '', 'published', now(), 'dataset' FROM generate_series(1, 50) i;
INSERT INTO registry_organization (slug, name, kind, description, record_status, published_at)
SELECT 'company-' || i, pg_temp.word(i * 7) || ' Mining', 'company', '', 'published', now() FROM generate_series(1, 500) i;

INSERT INTO registry_deposit (slug, name, country_id, admin_area, occurrence_type, deposit_type, development_status,
    discovery_year, location, location_kind, located_in, description, record_status, published_at)
SELECT 'd' || i,
    pg_temp.word((pg_temp.u(i, 1) * 2744)::int) || ' ' || pg_temp.word((pg_temp.u(i, 2) * 2744)::int) || ' ' || i % 100,
    c.country_id, 'Region ' || i % 20,
    (ARRAY['occurrence','prospect','deposit','field'])[1 + (pg_temp.u(i, 3) * 4)::int % 4],
    (ARRAY['carbonatite','placer','pegmatite','vein','skarn','ion_adsorption_clay','unknown','other'])[1 + (pg_temp.u(i, 4) * 8)::int % 8],
    (ARRAY['operating','closed','exploration','undeveloped','unknown'])[1 + (pg_temp.u(i, 5) * 5)::int % 5],
    CASE WHEN pg_temp.u(i, 6) < 0.6 THEN 1800 + (pg_temp.u(i, 7) * 220)::int END,
    CASE WHEN i % 20 > 0 THEN ST_SetSRID(ST_Point(
        LEAST(179.9, GREATEST(-179.9, c.x + (pg_temp.u(i, 8) + pg_temp.u(i, 9) + pg_temp.u(i, 10) - 1.5))),
        LEAST(89.9, GREATEST(-89.9, c.y + (pg_temp.u(i, 11) + pg_temp.u(i, 12) + pg_temp.u(i, 13) - 1.5)))), 4326) END,
    CASE WHEN i % 20 > 0 THEN 'reported' ELSE 'unknown' END,
    CASE WHEN i % 20 > 0 THEN ARRAY[c.country_id] ELSE '{}' END,
    '', 'published', now()
FROM generate_series(1, :size) i JOIN centre c ON c.n = (pg_temp.u(i, 14) * :centres)::int % :centres;

INSERT INTO registry_name (deposit_id, text, kind, language) SELECT id, name, 'preferred', '' FROM registry_deposit WHERE slug ~ '^d[0-9]+$';
INSERT INTO registry_name (deposit_id, text, kind, language)
SELECT id, 'Рудник ' || name, 'alternate', 'ru-Cyrl' FROM registry_deposit WHERE id % 3 = 0 AND slug ~ '^d[0-9]+$';
INSERT INTO registry_depositcommodity (deposit_id, commodity_id, role)
SELECT DISTINCT ON (d.id, m.id) d.id, m.id, CASE k WHEN 0 THEN 'main' ELSE 'by_product' END
FROM registry_deposit d CROSS JOIN generate_series(0, 3) k
JOIN metal m ON m.n = (pg_temp.u(d.id, 20 + k) * 20)::int % 20 WHERE k <= (pg_temp.u(d.id, 30) * 4)::int AND d.slug ~ '^d[0-9]+$'
ORDER BY d.id, m.id, k;
INSERT INTO registry_citation (source_id, deposit_id, relation, fields, locator, quote, note)
SELECT s.id, d.id, 'supports', '{name,names,country,admin_area,occurrence_type,deposit_type,development_status,discovery_year,location,
    location_kind,commodities}', 'row ' || d.id, '', ''
FROM registry_deposit d JOIN registry_source s ON s.slug = 'dataset-' || 1 + d.id % 50 WHERE d.slug ~ '^d[0-9]+$';

INSERT INTO registry_license (slug, number, count, country_id, kind, status, granted, expires, area, located_in, description,
    record_status, published_at)
SELECT 'l' || i, 'L' || i, 1, c.country_id, (ARRAY['exploration','mining','claim'])[1 + i % 3],
    (ARRAY['active','granted','expired'])[1 + i % 3], (2000 + i % 25)::text, (2020 + i % 20)::text || '-06-30',
    ST_Multi(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ring || ring[1])), 4326)), ARRAY[c.country_id], '', 'published', now()
FROM generate_series(1, :size / 5) i
JOIN centre c ON c.n = (pg_temp.u(i, 40) * :centres)::int % :centres
CROSS JOIN LATERAL (SELECT array_agg(ST_Point(
    LEAST(179, GREATEST(-179, c.x + pg_temp.u(i, 41) - 0.5)) + cos(2 * pi() * k / corners) * (0.02 + 0.02 * pg_temp.u(i * 100 + k, 42)),
    LEAST(89, GREATEST(-89, c.y + pg_temp.u(i, 43) - 0.5)) + sin(2 * pi() * k / corners) * (0.02 + 0.02 * pg_temp.u(i * 100 + k, 42))
    ) ORDER BY k) AS ring
    FROM (SELECT 8 + (pg_temp.u(i, 45) * 33)::int AS corners) n, generate_series(0, corners - 1) k) shape;
INSERT INTO registry_licenseparty (license_id, organization_id, private_holder, role)
SELECT l.id, o.id, false, 'holder' FROM registry_license l JOIN registry_organization o ON o.slug = 'company-' || 1 + l.id % 500 WHERE l.slug ~ '^l[0-9]+$';
INSERT INTO registry_citation (source_id, license_id, relation, fields, locator, quote, note)
SELECT s.id, l.id, 'supports', '{number,country,kind,status,granted,expires,area,parties}', 'row ' || l.id, '', ''
FROM registry_license l JOIN registry_source s ON s.slug = 'dataset-' || 1 + l.id % 50 WHERE l.slug ~ '^l[0-9]+$';

-- Render as a writer would have it rendered, then lay the rows down as a fresh table has them.
ALTER TABLE registry_source ENABLE TRIGGER registry_before;
ALTER TABLE registry_organization ENABLE TRIGGER registry_before;
ALTER TABLE registry_deposit ENABLE TRIGGER registry_before;
ALTER TABLE registry_license ENABLE TRIGGER registry_before;
UPDATE registry_source SET document = NULL WHERE document IS NULL;
UPDATE registry_organization SET document = NULL WHERE document IS NULL;
UPDATE registry_deposit SET document = NULL WHERE document IS NULL;
UPDATE registry_license SET document = NULL WHERE document IS NULL;
ALTER TABLE registry_source ENABLE TRIGGER USER;
ALTER TABLE registry_organization ENABLE TRIGGER USER;
ALTER TABLE registry_deposit ENABLE TRIGGER USER;
ALTER TABLE registry_name ENABLE TRIGGER USER;
ALTER TABLE registry_depositcommodity ENABLE TRIGGER USER;
ALTER TABLE registry_citation ENABLE TRIGGER USER;
ALTER TABLE registry_license ENABLE TRIGGER USER;
ALTER TABLE registry_licenseparty ENABLE TRIGGER USER;
VACUUM (FULL) registry_deposit;
VACUUM (FULL) registry_license;
SET maintenance_work_mem = '512MB';
SELECT definition FROM postponed \gexec
VACUUM (ANALYZE);
SELECT registry_place_deposit(ARRAY(SELECT id FROM registry_deposit ORDER BY id));
SELECT registry_place_license(ARRAY(SELECT id FROM registry_license ORDER BY id));
SELECT registry_fold_cells();
SELECT registry_keep_words();
SELECT registry_keep_facets_deposit(array_agg(id)) FROM registry_deposit GROUP BY id >> 13;
SELECT registry_keep_facets_license(array_agg(id)) FROM registry_license GROUP BY id >> 13;
VACUUM (ANALYZE);
