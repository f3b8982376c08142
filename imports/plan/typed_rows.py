"""The staged rows in the types of the registry's columns."""

from imports.plan.steps import Work
from imports.tables import point_of
from registry.sql import Sql, sql

#: Names of organizations, folded, as the rows give them.
_HOLDERS = """
    SELECT DISTINCT ON (lower(btrim(x.value->>'organization'))) lower(btrim(x.value->>'organization')) AS folded,
        btrim(x.value->>'organization') AS name, r.line, r.id AS row_id
    FROM registry_importrow r CROSS JOIN LATERAL jsonb_array_elements(r.mapped->'parties') x
    WHERE r.run_id = {run} AND r.is_sound AND btrim(x.value->>'organization') <> ''
    ORDER BY 1, r.line, 2
"""


def read_incoming(work: Work) -> None:
    """Make `import_incoming`, and the codes that it is read with."""
    work.do("""
        CREATE TEMP TABLE import_country ON COMMIT DROP AS
        SELECT DISTINCT ON (code) code, c.id FROM registry_country c
        CROSS JOIN LATERAL (VALUES (upper(c.slug)), (c.iso3)) v(code) ORDER BY code, c.id
    """)
    work.do("""
        CREATE TEMP TABLE import_symbol ON COMMIT DROP AS SELECT lower(slug) AS symbol, id FROM registry_commodity
    """)
    work.do("CREATE UNIQUE INDEX ON import_country (code)")
    work.do("CREATE UNIQUE INDEX ON import_symbol (symbol)")
    _find_holders(work)
    work.do(
        """
        CREATE TEMP TABLE import_incoming ON COMMIT DROP AS
        SELECT r.id AS row_id, r.line, r.scheme, r.value AS external, r.digest, {point} AS import_point, {typed}
        FROM registry_importrow r WHERE r.run_id = {run} AND r.is_sound
        """,
        point=_point(work),
        typed=work.table.all_typed,
    )
    work.do("CREATE UNIQUE INDEX ON import_incoming (row_id)")
    work.analyze("incoming")


def _point(work: Work) -> Sql:
    """Return the point of a row: a licence may have one beside or instead of its outline."""
    has_point = work.table.target == "license" or "location" in work.table.columns
    return point_of("location") if has_point else sql("NULL::geometry")


def _find_holders(work: Work) -> None:
    """Make `import_holder`: the organizations that the rows name; those that the registry lacks get a key already."""
    if not any(rows.name == "parties" for rows in work.table.lists):
        return
    work.do(
        """
        CREATE TEMP TABLE import_holder ON COMMIT DROP AS
        SELECT h.*, COALESCE(n.id, nextval(pg_get_serial_sequence('registry_organization', 'id'))) AS id, n.id IS NULL AS is_new
        FROM ({holders}) h LEFT JOIN (
            SELECT lower(text) AS folded, min(organization_id) AS id FROM registry_name WHERE organization_id IS NOT NULL
            GROUP BY 1) n USING (folded)
        """,
        holders=work.sql(_HOLDERS),
    )
    work.do("CREATE UNIQUE INDEX ON import_holder (folded)")
    work.analyze("holder")
