-- What the peers serve: our records with the fields of our lists, so that all answers hold the same, joined and indexed
-- beforehand. Over a view they walked the whole table for the deposits of a country.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_views WHERE viewname = 'bench_deposit') THEN DROP VIEW bench_deposit; END IF;
END $$;
DROP TABLE IF EXISTS bench_deposit;
CREATE TABLE bench_deposit AS
SELECT d.id, d.slug, d.uid::text AS uid, d.name, c.slug AS country, c.name AS country_name, d.admin_area, d.admin_code, d.locality,
    d.occurrence_type, d.deposit_type, d.development_status, d.discovery_year,
    (SELECT json_agg(json_build_object('slug', m.slug, 'name', m.name, 'role', dc.role) ORDER BY dc.id)
     FROM registry_depositcommodity dc JOIN registry_commodity m ON m.id = dc.commodity_id WHERE dc.deposit_id = d.id) AS commodities,
    p.slug AS parent, ST_X(d.location) AS longitude, ST_Y(d.location) AS latitude, d.location_kind, d.location_uncertainty_m,
    d.uncertainty_basis, d.version, d.updated_at, d.geometry
FROM registry_deposit d LEFT JOIN registry_country c ON c.id = d.country_id LEFT JOIN registry_deposit p ON p.id = d.parent_id
WHERE d.record_status = 'published' ORDER BY d.id;
ALTER TABLE bench_deposit ADD PRIMARY KEY (slug);
ALTER TABLE bench_deposit ALTER COLUMN geometry TYPE geometry(Geometry, 4326);
CREATE UNIQUE INDEX ON bench_deposit (id);
CREATE INDEX ON bench_deposit (country, id);
CREATE INDEX ON bench_deposit (country, slug);
CREATE INDEX ON bench_deposit USING gist (geometry);
CREATE INDEX ON bench_deposit USING gist (geography(geometry));
-- Conventional DRF reads our tables, and looks a record up by the slug as it is written.
CREATE INDEX IF NOT EXISTS bench_slug ON registry_deposit (slug);
VACUUM ANALYZE bench_deposit;
ANALYZE registry_deposit;
