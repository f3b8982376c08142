"""The country of rows that state none, derived from their location: the one in whose outline it lies."""

from imports.plan.steps import Work
from imports.values.countries import COUNTRY_FROM
from registry.sql import identifier, sql

#: What the citation of such a country says.
NOTE = "Derived from the location, which lies in this country."


def derive_countries(work: Work) -> None:
    """Make `import_derived`, with the source of the outline, and give its countries to the rows whose mapping wants that.

    A record that has a country keeps it, unless an earlier load derived that.
    """
    work.do(
        "CREATE TEMP TABLE import_derived (row_id bigint PRIMARY KEY, country_id bigint, slug text, source_id bigint)"
        " ON COMMIT DROP"
    )
    if not work.table.located_by or "country" not in work.table.columns:
        return
    wanted = sql("r.run_id = {run} AND r.is_sound AND r.mapped->>{key} = 'location'", run=work.run.pk, key=COUNTRY_FROM)
    if not work.ask("SELECT 1 FROM registry_importrow r WHERE {wanted} LIMIT 1", wanted=wanted):
        return
    work.do(
        """
        INSERT INTO import_derived
        SELECT i.row_id, c.id, c.slug, o.source_id FROM import_incoming i JOIN registry_importrow r ON r.id = i.row_id
        LEFT JOIN import_matched m ON m.row_id = i.row_id LEFT JOIN {table} d ON d.id = m.record_id
        LEFT JOIN registry_importrow p ON p.id = m.last_row
        CROSS JOIN LATERAL (SELECT registry_countries_at(COALESCE({outline}, i.import_point)) AS ids) there
        JOIN registry_country c ON c.id = there.ids[1]
        JOIN (SELECT DISTINCT ON (country_id) country_id, source_id FROM registry_citation
            WHERE relation = 'supports' AND 'boundary' = ANY (fields) ORDER BY country_id, id) o ON o.country_id = c.id
        WHERE {wanted} AND cardinality(there.ids) = 1
            AND (m.record_id IS NULL OR d.country_id IS NULL OR p.mapped->>{key} = 'location')
        """,
        outline=identifier("i", "area" if work.table.located_by == "area" else "footprint"),
        wanted=wanted,
        key=COUNTRY_FROM,
    )
    work.analyze("derived")
    work.do(
        """
        UPDATE registry_importrow r SET mapped = r.mapped
            || jsonb_build_object('country', (SELECT x.slug FROM import_derived x WHERE x.row_id = r.id)) WHERE {wanted}
        """,
        wanted=wanted,
    )
    work.do(
        """
        UPDATE import_incoming i SET country_id = (SELECT x.country_id FROM import_derived x WHERE x.row_id = i.row_id)
        FROM registry_importrow r WHERE r.id = i.row_id AND {wanted}
        """,
        wanted=wanted,
    )
