"""Sums of rare-earth oxides under a scheme in SQL, by the rules of registry/ree_sums.py; a test holds both equal."""

from typing import Any

from registry.ree_sums import COUNTED_AS
from registry.sql import Sql, joined, literal, sql

_PREFERRED = joined(", ", (literal(one) for one in sorted(COUNTED_AS.values())))


def oxide_sums(schemes: Any) -> Sql:
    """Compose `sums`: one row per estimate with grades of single elements and scheme (ids; null for all), as mass fractions.

    A sum is null where an element of its classes is not stated; `missing` names these, `at_least` adds up what is stated.
    """
    return sql(
        """
        graded AS MATERIALIZED (
            SELECT DISTINCT ON (g.estimate_id, COALESCE(a.element_id, a.id)) g.estimate_id AS estimate,
                COALESCE(a.element_id, a.id) AS element, a.slug AS analyte,
                -- Sums of floats depend on the order of rows, sums of numerics do not.
                (g.mass_fraction * CASE WHEN a.element_id IS NULL THEN f.oxide_factor::float8 ELSE 1 END)::numeric AS oxide
            FROM registry_grade g JOIN registry_resourceestimate e ON e.id = g.estimate_id AND e.record_status = 'published'
            JOIN registry_commodity a ON a.id = g.analyte_id AND a.ree AND a.kind IN ('element', 'oxide')
            LEFT JOIN LATERAL (SELECT o.oxide_factor FROM registry_commodity o WHERE o.element_id = a.id
                AND o.record_status = 'published' ORDER BY o.slug IN ({preferred}) DESC, o.slug LIMIT 1) f ON true
            WHERE g.mass_fraction IS NOT NULL AND g.comparator IN ('eq', 'approx')
            ORDER BY 1, 2, a.element_id IS NULL, a.slug IN ({preferred}) DESC, a.slug),
        sums AS MATERIALIZED (
            SELECT e.estimate, s.id AS scheme,
                CASE WHEN bool_and(g.oxide IS NOT NULL) FILTER (WHERE c.ree_class = 'light')
                    THEN sum(g.oxide) FILTER (WHERE c.ree_class = 'light') END::float8 AS lreo,
                CASE WHEN bool_and(g.oxide IS NOT NULL) FILTER (WHERE c.ree_class = 'middle')
                    THEN sum(g.oxide) FILTER (WHERE c.ree_class = 'middle') END::float8 AS mreo,
                CASE WHEN bool_and(g.oxide IS NOT NULL) FILTER (WHERE c.ree_class = 'heavy')
                    THEN sum(g.oxide) FILTER (WHERE c.ree_class = 'heavy') END::float8 AS hreo,
                CASE WHEN bool_and(g.oxide IS NOT NULL) THEN sum(g.oxide) END::float8 AS treo,
                COALESCE(sum(g.oxide), 0)::float8 AS at_least,
                COALESCE(sum(g.oxide) FILTER (WHERE c.ree_class = 'heavy'), 0)::float8 AS heavy_at_least,
                string_agg(m.slug, ', ' ORDER BY m.atomic_number) FILTER (WHERE g.oxide IS NULL) AS missing,
                string_agg(g.analyte, ', ' ORDER BY m.atomic_number) FILTER (WHERE g.oxide IS NOT NULL) AS stated
            FROM (SELECT DISTINCT estimate FROM graded) e CROSS JOIN registry_reescheme s
            JOIN registry_reeschemeclass c ON c.scheme_id = s.id AND c.ree_class IN ('light', 'middle', 'heavy')
            JOIN registry_commodity m ON m.id = c.element_id AND m.slug <> 'Pm'
            LEFT JOIN graded g ON g.estimate = e.estimate AND g.element = m.id
            WHERE s.record_status = 'published' AND ({schemes}::bigint[] IS NULL OR s.id = ANY ({schemes}))
            GROUP BY 1, 2)
        """,
        preferred=_PREFERRED,
        schemes=schemes,
    )
