"""Kept facets: for each value of a facet, which records have it, as bits; and the records of which that is out of date."""

from django.db import migrations

TABLES = """
-- A bit for each of the 8,192 records whose keys begin alike (id >> 13): whether it has the value. Facet '' holds every public
-- record, value '' those of which the value is unknown.
CREATE TABLE registry_facetbits (
    kind text NOT NULL, facet text NOT NULL, value text NOT NULL, chunk int NOT NULL,
    records int NOT NULL, bits bit(8192) NOT NULL,
    PRIMARY KEY (kind, facet, value, chunk) INCLUDE (records));
CREATE INDEX registry_facetbits_chunk ON registry_facetbits (kind, chunk);
ALTER TABLE registry_facetbits ALTER COLUMN bits SET STORAGE MAIN;
CREATE TABLE registry_facetstale (kind text NOT NULL, record_id bigint NOT NULL);
CREATE INDEX registry_facetstale_record ON registry_facetstale (kind, record_id);
"""

# Without its state, which says that the bits are made, they are made again with the tables: empty bits would count nothing.
UNDO = """
DROP TABLE registry_facetbits, registry_facetstale;
DELETE FROM registry_derived WHERE name LIKE 'facets:%';
"""


class Migration(migrations.Migration):
    """Two tables that triggers keep; the bits are made when the declarations are installed."""

    dependencies = [("registry", "0082_pending_checks")]
    operations = [migrations.RunSQL(TABLES, UNDO)]
