"""Of which organizations countries are members on a day: by themselves, or through organizations that are members."""

from typing import Any

from registry.sql import Sql, sql


def memberships(countries: Any, day: Any) -> Sql:
    """Compose WITH RECURSIVE … `memberships`: country, organization, whether it holds (null: unknown), since when, and the way.

    `countries` are ids, or SQL that gives them as an array; `day` is a date, or SQL. The way ends at the organization, and
    visits none twice.
    """
    return sql(
        """WITH RECURSIVE memberships AS (
            SELECT m.country_id, m.group_id AS id, registry_holds_on(m.start, m."end", m.as_of, {day}) AS holds, m.start,
                ARRAY[m.group_id] AS way
            FROM registry_organizationmember m WHERE m.country_id = ANY ({countries})
            AND registry_holds_on(m.start, m."end", m.as_of, {day}) IS NOT FALSE
            UNION ALL
            SELECT u.country_id, m.group_id, u.holds AND registry_holds_on(m.start, m."end", m.as_of, {day}), m.start,
                u.way || m.group_id
            FROM memberships u JOIN registry_organizationmember m ON m.organization_id = u.id
            WHERE registry_holds_on(m.start, m."end", m.as_of, {day}) IS NOT FALSE AND NOT m.group_id = ANY (u.way)
        )""",
        countries=countries,
        day=day,
    )
