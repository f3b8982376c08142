"""The staged rows in the types of the registry's columns."""

from imports.columns import mapped, point_of
from imports.plan.references import find_references
from imports.plan.steps import Work
from registry.sql import Sql, sql


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
    find_references(work)
    work.do(
        """
        CREATE TEMP TABLE import_incoming ON COMMIT DROP AS
        SELECT r.id AS row_id, r.line, r.scheme AS id_scheme, r.value AS external, r.digest, {point} AS import_point, {typed}
        FROM registry_importrow r WHERE r.run_id = {run} AND r.is_sound
        """,
        point=_point(work),
        typed=work.table.all_typed,
    )
    work.do("CREATE UNIQUE INDEX ON import_incoming (row_id)")
    work.analyze("incoming")


def _point(work: Work) -> Sql:
    """Return the point of a row: a licence may have one beside or instead of its outline."""
    has_point = bool(work.table.located_by)
    return point_of("location", mapped("r")) if has_point else sql("NULL::geometry")
