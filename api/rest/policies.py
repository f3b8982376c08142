"""Which policy frameworks concern a place, and why: what applies there is reported apart from what its country has signed."""

from datetime import date
from typing import Any

from api.filters.memberships import memberships
from registry.sentences import Sentence
from registry.sql import Sql, compiled, joined, literal, sql
from registry.vocabularies.frameworks import OVER

#: List → what stands on it.
LISTS = {
    "applies": "Measures that apply at the point: of the country, or of an organization of which it is a member on the day.",
    "party": "Agreements, memoranda and dialogues that the country, or an organization of which it is a member, is a party to:"
    " this does not mean that they apply here.",
    "undetermined": "Measures for which the registry does not know whether they apply here; `reason` states what is missing.",
    "ended": "Measures that applied here and were repealed, superseded or ended before the day.",
    "later": "What came into force, or was announced, adopted or signed, only after the day.",
}
MOST = 100
#: Why a framework stands on its list.
_OWN = Sentence("a measure of {country}")
_MEMBER = Sentence("a measure of {organization}, of which {country} is a member")
_MEMBER_SINCE = Sentence("a measure of {organization}, of which {country} is a member since {date}")
_MEMBER_THEN = Sentence("a measure of {organization}; whether {country} was a member on that day is not recorded")
_MEMBERS = Sentence("a measure of {organization}; which countries are members of it is not recorded")
_PARTY = Sentence("{country} is a party to it")
_THROUGH = Sentence("{organization}, of which {country} is a member, is a party to it")
_THROUGH_SINCE = Sentence("{organization}, of which {country} is a member since {date}, is a party to it")
_REGION = Sentence("it is about the region {region}; where it applies is not recorded")
_PLACES = {"country": "c.name", "organization": "o.name", "region": "r.name", "date": "m.start"}
_OVER = joined(", ", (literal(status) for status in sorted(OVER)))


def frameworks(day: date) -> Sql:
    """Compose the expressions up to `frameworks`, each once and for its strongest reason; `here` has the countries."""
    return sql(
        """
    reasons AS (
        SELECT a.framework_id, 1 AS list, 'national' AS basis, NULL AS through, NULL AS through_name,
            NULL AS since,
            {own} AS reason
        FROM here JOIN registry_frameworkapplication a ON a.country_id = here.id
        JOIN registry_country c ON c.id = here.id AND c.record_status = 'published'
        UNION ALL
        SELECT a.framework_id, CASE WHEN m.holds THEN 1 ELSE 3 END, 'membership', o.slug, o.name, m.start,
            CASE WHEN m.holds THEN COALESCE({member_since}, {member}) ELSE {member_then} END
        FROM memberships m JOIN registry_frameworkapplication a ON a.organization_id = m.id
        JOIN registry_country c ON c.id = m.country_id AND c.record_status = 'published'
        JOIN registry_organization o ON o.id = m.id AND o.record_status = 'published'
        UNION ALL
        SELECT a.framework_id, 3, 'membership', o.slug, o.name, NULL,
            {members}
        FROM registry_frameworkapplication a
        JOIN registry_organization o ON o.id = a.organization_id AND o.record_status = 'published'
        WHERE EXISTS (SELECT FROM here) AND NOT EXISTS (SELECT FROM registry_organizationmember m
            LEFT JOIN registry_country k ON k.id = m.country_id LEFT JOIN registry_organization g ON g.id = m.organization_id
            WHERE m.group_id = o.id AND 'published' IN (k.record_status, g.record_status))
        UNION ALL
        SELECT p.framework_id, 2, 'party', NULL, NULL, NULL, {party}
        FROM here JOIN registry_frameworkparty p ON p.country_id = here.id
        JOIN registry_country c ON c.id = here.id AND c.record_status = 'published'
        UNION ALL
        SELECT p.framework_id, 2, 'party_through_membership', o.slug, o.name, m.start,
            COALESCE({through_since}, {through})
        FROM memberships m JOIN registry_frameworkparty p ON p.organization_id = m.id AND m.holds
        JOIN registry_country c ON c.id = m.country_id AND c.record_status = 'published'
        JOIN registry_organization o ON o.id = m.id AND o.record_status = 'published'
        UNION ALL
        SELECT g.framework_id, 3, 'region', r.slug, r.name, NULL,
            {region}
        FROM here JOIN registry_regionmember m ON m.country_id = here.id
        JOIN registry_frameworkregion g ON g.region_id = m.region_id
        JOIN registry_region r ON r.id = g.region_id AND r.record_status = 'published'
        WHERE NOT EXISTS (SELECT FROM registry_frameworkapplication a WHERE a.framework_id = g.framework_id)
    ),
    frameworks AS MATERIALIZED (
        SELECT DISTINCT ON (f.id) f.id, f.slug, f.title AS name, f.kind, f.jurisdiction, f.status, f.ended, n.basis, n.through,
            n.through_name, n.since, n.reason,
            CASE WHEN COALESCE(registry_first_day(f.in_force), LEAST(registry_first_day(f.announced),
                    registry_first_day(f.adopted), (SELECT min(registry_first_day(e.date)) FROM registry_frameworkevent e
                    WHERE e.framework_id = f.id))) > {day} THEN 5
                WHEN n.list = 1 AND (COALESCE(registry_last_day(f.ended) < {day},
                    f.status IN ({over}))) THEN 4 ELSE n.list END AS list
        FROM reasons n JOIN registry_policyframework f ON f.id = n.framework_id AND f.record_status = 'published'
        ORDER BY f.id, n.list, n.since, n.reason
    )""",
        over=_OVER,
        day=day,
        own=_written(_OWN),
        member=_written(_MEMBER),
        member_since=_written(_MEMBER_SINCE),
        member_then=_written(_MEMBER_THEN),
        members=_written(_MEMBERS),
        party=_written(_PARTY),
        through=_written(_THROUGH),
        through_since=_written(_THROUGH_SINCE),
        region=_written(_REGION),
    )


def _written(sentence: Sentence) -> Sql:
    return compiled(sentence.sql(**_PLACES))


def _one(number: int, name: str) -> Sql:
    return sql(
        "{name}, COALESCE((SELECT json_agg(row_to_json(o)) FROM (SELECT f.slug, f.name, f.kind, f.jurisdiction, f.status,"
        " f.ended, f.basis, f.through, f.through_name, f.since, f.reason FROM frameworks f WHERE f.list = {number}"
        " ORDER BY f.id LIMIT {most}) o), '[]'::json)",
        name=literal(name),
        number=number,
        most=MOST,
    )


#: The frameworks as one JSON object, a list by each name.
OBJECT = sql("json_build_object({lists})", lists=joined(", ", (_one(number, name) for number, name in enumerate(LISTS, 1))))


def in_country(slug: str, day: date) -> Sql:
    """Compose the frameworks of a country on a day as one JSON value."""
    countries = sql("ARRAY(SELECT id FROM registry_country WHERE slug = {slug} AND record_status = 'published')", slug=slug)
    return sql(
        "({memberships}, here AS MATERIALIZED (SELECT unnest({countries}) AS id), {frameworks} SELECT {lists})",
        memberships=memberships(countries, day),
        countries=countries,
        frameworks=frameworks(day),
        lists=OBJECT,
    )


def schema(link: Any) -> dict[str, Any]:
    """Describe the object; `link` describes a list of records with some columns."""
    columns = dict.fromkeys(
        ("kind", "jurisdiction", "status", "ended", "basis", "through", "through_name", "since", "reason"), "string"
    )
    lists = {name: {**link(**columns), "description": text} for name, text in LISTS.items()}
    return {"type": "object", "required": list(LISTS), "properties": lists}
