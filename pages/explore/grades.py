"""The estimates of the chosen records, for the chart of grade against tonnage."""

import orjson

from api.database.connection import fetch
from api.query.selection import selected, statement
from pages.explore.selection import Selection
from pages.grade_tonnage import GradeTonnage, grade_tonnage
from registry.sql import identifier, sql

#: So many of the largest estimates are drawn.
_MOST = 300


def grades_of(selection: Selection) -> GradeTonnage | None:
    """Draw the estimates that state ore and grades; None where there are too few."""
    resource = selection.resource
    if "code_family" not in resource.filters.declared:
        return None
    query = selection.list_query()
    rows = fetch(
        sql(
            "SELECT json_build_object('slug', e.slug, 'measure', e.measure, 'ore_tonnes', e.ore_tonnes,"
            " 'reporting_code', e.reporting_code, 'of', json_build_object('name', r.name), 'grades',"
            " (SELECT json_agg(json_build_object('mass_fraction', g.mass_fraction,"
            " 'analyte', json_build_object('slug', a.slug))) FROM registry_grade g"
            " JOIN registry_commodity a ON a.id = g.analyte_id WHERE g.estimate_id = e.id))"
            " FROM registry_resourceestimate e JOIN {table} r ON r.id = e.{back} JOIN ({chosen}) c(id) ON c.id = r.id"
            " WHERE e.record_status = 'published' AND e.ore_tonnes > 0"
            " AND EXISTS (SELECT FROM registry_grade g WHERE g.estimate_id = e.id AND g.mass_fraction > 0)"
            " ORDER BY e.ore_tonnes DESC, e.id LIMIT {most}",
            table=identifier(resource.table),
            back=identifier(f"{resource.kind}_id"),
            chosen=statement(query, selected(query).values("id")),
            most=_MOST,
        )
    )
    return grade_tonnage([orjson.loads(document) for (document,) in rows])
