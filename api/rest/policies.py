"""Which policy frameworks concern a place, and why: what applies there is reported apart from what its country has signed."""

from typing import Any

from registry.sql import Sql, joined, literal, sql
from registry.vocabularies import FrameworkStatus

#: List → what stands on it.
LISTS = {
    "applies": "Measures of the country, or of a region that it is a member of; `status` states whether each is in force.",
    "party": "Agreements, memoranda and dialogues that the country is a party to: this does not mean that they apply here.",
    "undetermined": "Measures for which the registry does not know whether they apply here; `reason` states what is missing.",
    "ended": "Measures of the country or its region that were repealed, superseded or ended.",
}
MOST = 100
_OVER = joined(", ", (literal(s) for s in (FrameworkStatus.REPEALED, FrameworkStatus.ENDED, FrameworkStatus.SUPERSEDED)))

#: Frameworks by list, each once and for its strongest reason; `here` holds the ids of the countries of the place.
FRAMEWORKS = sql(
    """
    reasons AS (
        SELECT p.framework_id, CASE WHEN f.jurisdiction = 'national' THEN 1 ELSE 2 END AS list,
            CASE WHEN f.jurisdiction = 'national' THEN 'a national measure of ' || c.name
            ELSE c.name || ' is a party to it; whether it applies at a place in the country does not follow' END AS reason
        FROM here JOIN registry_frameworkparty p ON p.country_id = here.id
        JOIN registry_policyframework f ON f.id = p.framework_id
        JOIN registry_country c ON c.id = p.country_id AND c.record_status = 'published'
        UNION ALL
        SELECT g.framework_id, CASE WHEN f.jurisdiction IN ('national', 'regional') THEN 1 ELSE 3 END,
            CASE WHEN f.jurisdiction IN ('national', 'regional') THEN 'a measure of the region ' || r.name
            ELSE 'it is about the region ' || r.name || '; whether it applies in each country of it is not recorded' END
        FROM here JOIN registry_regionmember m ON m.country_id = here.id
        JOIN registry_frameworkregion g ON g.region_id = m.region_id
        JOIN registry_policyframework f ON f.id = g.framework_id
        JOIN registry_region r ON r.id = g.region_id AND r.record_status = 'published'
        UNION ALL
        SELECT p.framework_id, 3, 'a measure of ' || o.name || '; which countries are members of it is not recorded'
        FROM registry_policyframework f JOIN registry_frameworkparty p ON p.framework_id = f.id
        JOIN registry_organization o ON o.id = p.organization_id AND o.record_status = 'published'
        WHERE f.jurisdiction = 'regional' AND EXISTS (SELECT FROM here)
        AND NOT EXISTS (SELECT FROM registry_frameworkregion g WHERE g.framework_id = f.id)
    ),
    frameworks AS MATERIALIZED (
        SELECT DISTINCT ON (f.id) f.id, f.slug, f.title AS name, f.kind, f.jurisdiction, f.status, f.ended, n.reason,
            CASE WHEN n.list = 1 AND (f.status IN ({over})
                OR left(to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), length(f.ended)) > f.ended)
            THEN 4 ELSE n.list END AS list
        FROM reasons n JOIN registry_policyframework f ON f.id = n.framework_id AND f.record_status = 'published'
        ORDER BY f.id, n.list, n.reason
    )""",
    over=_OVER,
)


def _one(number: int, name: str) -> Sql:
    return sql(
        "{name}, COALESCE((SELECT json_agg(row_to_json(o)) FROM (SELECT f.slug, f.name, f.kind, f.jurisdiction, f.status,"
        " f.ended, f.reason FROM frameworks f WHERE f.list = {number} ORDER BY f.id LIMIT {most}) o), '[]'::json)",
        name=literal(name),
        number=number,
        most=MOST,
    )


#: The frameworks as one JSON object, a list by each name.
OBJECT = sql("json_build_object({lists})", lists=joined(", ", (_one(number, name) for number, name in enumerate(LISTS, 1))))


def schema(link: Any) -> dict[str, Any]:
    """Describe the object; `link` describes a list of records with some columns."""
    columns = dict.fromkeys(("kind", "jurisdiction", "status", "ended", "reason"), "string")
    lists = {name: {**link(**columns), "description": text} for name, text in LISTS.items()}
    return {"type": "object", "required": list(LISTS), "properties": lists}
