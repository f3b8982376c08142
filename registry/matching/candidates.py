"""Finds the records that something may be: by external id, by names, by place; one query for one row or for all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from registry.matching.kinds import Compared, kind_of
from registry.matching.probes import Probe, Probes, of_records, of_rows
from registry.matching.score import NAME_FLOOR, NEAR_M, NEAREST, POSSIBLE, score_sql
from registry.models.base import Record
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: The most candidates that one row gets.
MOST = 10
#: Rows that are sent to the database at once.
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for two records being one; None where one side does not state it."""

    same_id: bool
    name: float
    distance_m: float | None
    same_country: bool | None
    shares_commodity: bool | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row may be, with the score and its parts."""

    probe: int
    record: int
    score: float
    evidence: Evidence


def candidates_of(record: Record, *, most: int = MOST, least: float = POSSIBLE) -> list[Candidate]:
    """Return the records that may be the same as one of the registry, best first; none for a kind without names."""
    try:
        kind = kind_of(type(record))
    except KeyError:
        return []
    return list(candidates(kind, of_records(kind, sql("r.id = {pk}", pk=record.pk)), most=most, least=least))


def candidates_of_rows(
    model: type[Record], rows: Iterable[Probe], *, most: int = MOST, least: float = POSSIBLE
) -> Iterator[Candidate]:
    """Return the records that rows may be, some thousand rows at a time; of one row, best first."""
    batch: list[Probe] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield from candidates(kind_of(model), of_rows(batch), most=most, least=least)
            batch = []
    if batch:
        yield from candidates(kind_of(model), of_rows(batch), most=most, least=least)


def candidates(kind: Compared, probes: Probes, *, most: int = MOST, least: float = POSSIBLE) -> list[Candidate]:
    """Give the records that each probe may be, best first, at most `most` for each and none scored below `least`."""
    query = candidates_sql(kind, probes, most, least)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(NAME_FLOOR)])
        cursor.execute(query.text, query.values)
        return [_candidate(row) for row in cursor.fetchall()]


def _candidate(row: tuple[Any, ...]) -> Candidate:
    probe, record, score, same_id, name, distance, country, commodity = row
    return Candidate(probe, record, score, Evidence(same_id, name, distance, country, commodity))


def candidates_sql(kind: Compared, probes: Probes, most: int, least: float) -> Sql:
    """Compose the query: each way of finding is one look-up in one index, for each probe.

    A row whose external id is known is looked for by nothing else, which makes the second load of a file cheap.
    `OFFSET 0` keeps PostgreSQL from turning a look-up into a join of whole tables, whose sizes it guesses too large here.
    """
    key = identifier(f"{kind.column}_id")
    # How alike the names of a record that is found otherwise are.
    name = sql(
        """COALESCE((SELECT max(registry_name_likeness(v.variant, n.folded)) FROM unnest(p.variants) AS v(variant),
        LATERAL (SELECT folded FROM registry_name WHERE {key} = found.id OFFSET 0) n), 0)""",
        key=key,
    )
    same_id = sql(
        """unnest(given.schemes, given.ids) AS x(scheme, value), LATERAL (SELECT {key} AS id
        FROM registry_externalid WHERE scheme = x.scheme AND value = x.value AND {key} IS NOT NULL OFFSET 0) e""",
        key=key,
    )
    ways = [
        sql("SELECT found.id, true AS same_id, {name} AS name FROM unnest(p.known) AS found(id)", name=name),
        sql(
            """SELECT n.id, false, n.name FROM unnest(p.variants) AS v(variant),
            LATERAL (SELECT {key} AS id, registry_name_likeness(v.variant, folded) AS name FROM registry_name
                WHERE folded %> v.variant AND {key} IS NOT NULL OFFSET 0) n WHERE p.known = '{{}}'""",
            key=key,
        ),
    ]
    distance, table = sql("NULL::float8"), identifier(kind.table)
    if kind.geometry:
        geometry = identifier(kind.geometry)
        distance = sql("ST_Distance({geometry}::geography, p.place::geography)", geometry=geometry)
        near = sql(
            """SELECT found.id, false, {name}
            FROM (SELECT id FROM {table} WHERE ST_DWithin({geometry}::geography, p.place::geography, {near_m})
                AND p.known = '{{}}'
                ORDER BY {geometry}::geography <-> p.place::geography LIMIT {nearest}) found""",
            name=name,
            table=table,
            geometry=geometry,
            near_m=NEAR_M,
            nearest=NEAREST + 1,
        )
        ways.append(near)
    held = sql("NULL::bigint[]")
    if kind.commodities:
        rows, back = kind.commodities
        held = sql("ARRAY(SELECT commodity_id FROM {rows} WHERE {back} = t.id)", rows=identifier(rows), back=identifier(back))
    return sql(
        """
        WITH probe AS MATERIALIZED (
            SELECT probe, self, country_id, place, registry_commodity_kin(commodities) AS commodities,
                registry_name_variants(names) AS variants, ARRAY(SELECT e.id FROM {same_id}) AS known
            FROM ({probes}) given)
        SELECT p.probe, found.* FROM probe p CROSS JOIN LATERAL (
            SELECT id, CASE WHEN same_id THEN 1 ELSE score END AS score, same_id, name, distance_m, same_country,
                shares_commodity
            FROM (SELECT *, {score} AS score
                FROM (SELECT hit.id, hit.same_id, hit.name::float8, r.distance_m, r.country_id = p.country_id AS same_country,
                        CASE WHEN r.held <> '{{}}' THEN r.held && p.commodities END AS shares_commodity
                    FROM (SELECT id, bool_or(same_id) AS same_id, max(name) AS name FROM ({ways}) way GROUP BY id) hit,
                    LATERAL (SELECT {distance} AS distance_m, {country} AS country_id, {held} AS held FROM {table} t
                        WHERE t.id = hit.id AND record_status <> 'merged' AND t.id IS DISTINCT FROM p.self OFFSET 0) r
                    WHERE NOT EXISTS (SELECT FROM registry_judgement d WHERE d.kind = {kind}
                        AND d.one_id = LEAST(hit.id, p.self) AND d.other_id = GREATEST(hit.id, p.self)
                        AND p.self IS NOT NULL)
                    OFFSET 0) part
                OFFSET 0) scored
            WHERE same_id OR score >= {least}
            ORDER BY same_id DESC, score DESC, id LIMIT {most}) found
        ORDER BY p.probe, found.same_id DESC, found.score DESC, found.id
        """,
        same_id=same_id,
        probes=probes,
        score=compiled(score_sql(kind)),
        ways=joined(" UNION ALL ", ways),
        distance=distance,
        country=sql("country_id" if kind.has_country else "NULL::bigint"),
        held=held,
        table=table,
        kind=literal(kind.column),
        least=least,
        most=most,
    )
