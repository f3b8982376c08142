"""Rows that would add a record which the registry has already, as far as name, place, country and commodities tell."""

import json
from typing import Any

from imports.plan.names import names_of
from imports.plan.steps import Work
from registry.matching.candidates import candidates_sql
from registry.matching.kinds import is_matched, kind_of
from registry.matching.score import LIKELY, NAME_FLOOR
from registry.sql import Sql, identifier, joined, sql

#: The option of a run that says of rows, by their ids, which record they mean, by its slug.
SAME = "same"
#: New rows of a file that are compared; each costs some milliseconds.
_MOST = 5_000


def find_doubles(work: Work) -> None:
    """Report new rows that are likely a record of the registry, with the score and what speaks for it."""
    model: Any = work.table.model
    if not is_matched(model) or work.edits:
        return
    kind = kind_of(model)
    work.do("SELECT set_config('pg_trgm.word_similarity_threshold', {floor}, true)", floor=str(NAME_FLOOR))
    work.problem(
        """
        SELECT c.probe, i.line, 'probable-match', 'name', d.slug,
            'The registry may have this already: “' || COALESCE({label}, d.slug) || '” (' || d.slug || '), score '
                || round(c.score::numeric, 2) || ': names ' || round(100 * c.name::numeric) || ' % alike'
                || COALESCE(', ' || round((c.distance_m / 1000)::numeric, 1) || ' km apart', '') || '.',
            'If it is the same, accept it: the record gets the id of the row, and what it lacks.', false
        FROM ({candidates}) c JOIN import_incoming i ON i.row_id = c.probe JOIN {table} d ON d.id = c.id
        WHERE d.record_status <> 'withdrawn' ORDER BY i.line
        """,
        label=identifier("d", work.table.label),
        candidates=candidates_sql(kind, _new_rows(work), 1, LIKELY),
    )


def same_by_decision(work: Work) -> Sql:
    """Return the pairs of rows and records that somebody has called the same, where the row's id is not known yet."""
    return work.sql(
        """
        UNION ALL
        SELECT i.row_id, i.line, i.digest, d.id, true
        FROM import_incoming i JOIN jsonb_each_text({same}::jsonb) s (external, slug) ON s.external = i.external
        JOIN {table} d ON d.slug = s.slug AND d.merged_into_id IS NULL
        WHERE NOT EXISTS (SELECT FROM registry_externalid e WHERE e.scheme = i.id_scheme AND e.value = i.external)
        """,
        same=json.dumps(work.run.options.get(SAME) or {}),
    )


def _new_rows(work: Work) -> Sql:
    """Select the new rows as what is looked for."""
    table = work.table
    names = joined(", ", (identifier("o", column) for column in table.labels))
    has_commodities = any(rows.name == "commodities" for rows in table.lists)
    commodities = (
        "ARRAY(SELECT k.id FROM jsonb_array_elements(CASE WHEN jsonb_typeof(r.mapped->'commodities') = 'array'"
        " THEN r.mapped->'commodities' ELSE '[]' END) x JOIN import_symbol k ON k.symbol = lower(x.value->>'symbol'))"
    )
    place = {
        "area": "COALESCE(ST_PointOnSurface(o.area), i.import_point)",
        "location": "COALESCE(o.location, ST_PointOnSurface(o.footprint))",
    }.get(table.located_by, "NULL::geometry")
    return work.sql(
        """
        SELECT o.row_id AS probe, NULL::bigint AS self, array_remove(ARRAY[{names}]::text[]
                || ARRAY(SELECT n.text FROM ({other_names}) n), NULL) AS names, {country} AS country_id, {place} AS place,
            {commodities} AS commodities, NULL::text[] AS schemes, NULL::text[] AS ids
        FROM import_outgoing o JOIN registry_importrow r ON r.id = o.row_id JOIN import_incoming i ON i.row_id = o.row_id
        WHERE o.import_new ORDER BY o.import_line LIMIT {most}
        """,
        names=names,
        other_names=names_of("r"),
        country=sql("o.country_id") if "country" in table.columns else sql("NULL::bigint"),
        place=sql(place),
        commodities=sql(commodities) if has_commodities else sql("NULL::bigint[]"),
        most=_MOST,
    )
