"""What somebody would write by hand to load the same file: COPY into a temporary table, and upserts in SQL.

It writes the same rows of the registry as the import does (records, ids, other names, commodities, citations), in one
transaction, through the same triggers, with the same settings of the session, and with what we know of their cost: children
before records, statistics taken in between. It stages nothing, checks nothing, reports nothing, and trusts every value.
"""

from pathlib import Path

import psycopg

from bench.mrds_like import COLUMNS

_SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL plan_cache_mode = auto"
_STATEMENTS = (
    """
    CREATE TEMP TABLE symbol ON COMMIT DROP AS SELECT lower(text) AS word, min(commodity_id) AS id FROM registry_name
    WHERE commodity_id IS NOT NULL GROUP BY 1
    """,
    """
    CREATE TEMP TABLE nation ON COMMIT DROP AS SELECT lower(text) AS word, min(country_id) AS id FROM registry_name
    WHERE country_id IS NOT NULL GROUP BY 1 UNION SELECT 'russia', id FROM registry_country WHERE slug = 'RU'
    UNION SELECT 'united states', id FROM registry_country WHERE slug = 'US'
    UNION SELECT 'turkey', id FROM registry_country WHERE slug = 'TR'
    """,
    """
    CREATE TEMP TABLE row ON COMMIT DROP AS
    SELECT COALESCE(e.deposit_id, nextval('registry_deposit_id_seq')) AS id, e.deposit_id IS NULL AS is_new,
        row_number() OVER () AS line, f.dep_id, f.site_name AS name, n.country_id,
        nullif(concat_ws(', ', nullif(f.county, ''), nullif(f.state, '')), '') AS admin_area,
        ST_Point(f.longitude::float8, f.latitude::float8, 4326) AS location, f.latitude || ', ' || f.longitude AS printed,
        CASE f.dev_stat WHEN 'Producer' THEN 'operating' WHEN 'Past Producer' THEN 'closed' WHEN 'Unknown' THEN 'unknown'
            ELSE 'undeveloped' END AS development_status,
        CASE f.dev_stat WHEN 'Prospect' THEN 'prospect' WHEN 'Producer' THEN 'deposit' WHEN 'Past Producer' THEN 'deposit'
            ELSE 'occurrence' END AS occurrence_type,
        CASE WHEN f.dep_type IN ('Vein', 'Placer', 'Skarn', 'Pegmatite', 'Carbonatite') THEN lower(f.dep_type)
            ELSE 'unknown' END AS deposit_type, nullif(f.dep_type, '') AS type_as_stated, f.dev_stat AS status_as_stated,
        nullif(f.disc_yr, '')::smallint AS discovery_year, f.hrock_type AS host_rock, f.ore AS ore_minerals, f.names, f.commod1,
        f.commod2, f.commod3
    FROM file f LEFT JOIN registry_externalid e ON e.scheme = 'mrds' AND e.value = f.dep_id
    LEFT JOIN (SELECT word, id AS country_id FROM nation) n ON n.word = lower(f.country)
    """,
    "ANALYZE row",
    """
    INSERT INTO registry_externalid (deposit_id, scheme, value) SELECT id, 'mrds', dep_id FROM row WHERE is_new
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry_name (deposit_id, text, language, kind)
    SELECT id, btrim(n), '', 'alternate' FROM row, unnest(string_to_array(nullif(names, ''), ',')) n
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry_depositcommodity (deposit_id, commodity_id, role)
    SELECT r.id, s.id, c.role FROM row r,
        LATERAL (VALUES (commod1, 'main'), (commod2, 'by_product'), (commod3, 'trace')) c(name, role)
    JOIN symbol s ON s.word = lower(c.name) ON CONFLICT (deposit_id, commodity_id) DO NOTHING
    """,
    """
    INSERT INTO registry_citation (deposit_id, source_id, relation, fields, locator, quote, note)
    SELECT r.id, s.id, 'supports', '{name,names,country,admin_area,location,coordinates_as_printed,development_status,
        occurrence_type,deposit_type,type_as_stated,status_as_stated,discovery_year,host_rock,ore_minerals,commodities}',
        'row ' || r.line || ', ' || r.dep_id, '', ''
    FROM row r, registry_source s WHERE s.slug = 'usgs-mrds' ON CONFLICT DO NOTHING
    """,
    "ANALYZE registry_externalid, registry_name, registry_depositcommodity, registry_citation",
    """
    INSERT INTO registry_deposit (id, slug, record_status, name, country_id, admin_area, location, location_kind,
        coordinates_as_printed, development_status, occurrence_type, deposit_type, type_as_stated, status_as_stated,
        discovery_year, host_rock, ore_minerals, description)
    SELECT id, lower(regexp_replace(name, '[^A-Za-z0-9]+', '-', 'g')) || '-mrds-' || dep_id, 'published', name, country_id,
        admin_area, location, 'reported', printed, development_status, occurrence_type, deposit_type, type_as_stated,
        status_as_stated, discovery_year, host_rock, ore_minerals, '' FROM row ORDER BY id
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, country_id = EXCLUDED.country_id, admin_area = EXCLUDED.admin_area,
        location = EXCLUDED.location, development_status = EXCLUDED.development_status, deposit_type = EXCLUDED.deposit_type,
        type_as_stated = EXCLUDED.type_as_stated, status_as_stated = EXCLUDED.status_as_stated,
        discovery_year = EXCLUDED.discovery_year, host_rock = EXCLUDED.host_rock, ore_minerals = EXCLUDED.ore_minerals
    WHERE (registry_deposit.name, registry_deposit.country_id, registry_deposit.admin_area, registry_deposit.location,
        registry_deposit.host_rock)
        IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.country_id, EXCLUDED.admin_area, EXCLUDED.location, EXCLUDED.host_rock)
    """,
)


def load(url: str, path: Path) -> None:
    """Load the file in one transaction."""
    with psycopg.connect(url.replace("postgis://", "postgresql://", 1)) as connection, connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute(f"CREATE TEMP TABLE file ({', '.join(f'{column} text' for column in COLUMNS)}) ON COMMIT DROP")
        with path.open("rb") as file, cursor.copy("COPY file FROM STDIN (FORMAT csv, HEADER, NULL '~')") as copy:
            while part := file.read(1 << 18):
                copy.write(part)
        cursor.execute("ANALYZE file")
        for statement in _STATEMENTS:
            cursor.execute(statement)
