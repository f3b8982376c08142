"""Finds the records that something may be: by external id, by names, by place; one query for one row or for all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from registry.matching.kinds import Compared, kind_of
from registry.matching.probes import Probe, Probes, of_records, of_rows
from registry.matching.score import LIKELY, NAME_FLOOR, NEAR_M, NEAREST, POSSIBLE, score_sql
from registry.models.base import Record

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

    @property
    def is_certain(self) -> bool:
        """Tell whether another register calls both by one id."""
        return self.evidence.same_id

    @property
    def is_likely(self) -> bool:
        """Tell whether the score is high."""
        return self.score >= LIKELY


def candidates_of(record: Record, *, most: int = MOST, least: float = POSSIBLE) -> list[Candidate]:
    """Give the records that may be the same as one of the registry, best first; none for a kind without names."""
    try:
        kind = kind_of(type(record))
    except KeyError:
        return []
    return list(candidates(kind, of_records(kind, "r.id = %(pk)s", {"pk": record.pk}), most=most, least=least))


def candidates_of_rows(
    model: type[Record], rows: Iterable[Probe], *, most: int = MOST, least: float = POSSIBLE
) -> Iterator[Candidate]:
    """Give the records that rows may be, some thousand rows at a time; of one row, best first."""
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
    sql = candidates_sql(kind, probes)
    parameters = {**probes.parameters, "most": most, "least": least}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(NAME_FLOOR)])
        cursor.execute(sql, parameters)
        return [_candidate(row) for row in cursor.fetchall()]


def _candidate(row: tuple[Any, ...]) -> Candidate:
    probe, record, score, same_id, name, distance, country, commodity = row
    return Candidate(probe, record, score, Evidence(same_id, name, distance, country, commodity))


def candidates_sql(kind: Compared, probes: Probes) -> str:
    """Compose the query: each way of finding is one look-up in one index, for each probe.

    A row whose external id is known is looked for by nothing else, which makes the second load of a file cheap.
    `OFFSET 0` keeps PostgreSQL from turning a look-up into a join of whole tables, whose sizes it guesses too large here.
    """
    column = kind.column
    # How alike the names of a record that is found otherwise are.
    name = f"""COALESCE((SELECT max(registry_name_likeness(v.variant, n.folded)) FROM unnest(p.variants) AS v(variant),
        LATERAL (SELECT folded FROM registry_name WHERE {column}_id = found.id OFFSET 0) n), 0)"""
    same_id = f"""unnest(given.schemes, given.ids) AS x(scheme, value), LATERAL (SELECT {column}_id AS id
        FROM registry_externalid WHERE scheme = x.scheme AND value = x.value AND {column}_id IS NOT NULL OFFSET 0) e"""
    ways = [
        f"SELECT found.id, true AS same_id, {name} AS name FROM unnest(p.known) AS found(id)",
        f"""SELECT n.id, false, n.name FROM unnest(p.variants) AS v(variant),
            LATERAL (SELECT {column}_id AS id, registry_name_likeness(v.variant, folded) AS name FROM registry_name
                WHERE folded %%> v.variant AND {column}_id IS NOT NULL OFFSET 0) n WHERE p.known = '{{}}'""",
    ]
    distance = "NULL::float8"
    if kind.geometry:
        distance = f"ST_Distance({kind.geometry}::geography, p.place::geography)"
        ways.append(f"""SELECT found.id, false, {name}
            FROM (SELECT id FROM {kind.table} WHERE ST_DWithin({kind.geometry}::geography, p.place::geography, {NEAR_M})
                AND p.known = '{{}}'
                ORDER BY {kind.geometry}::geography <-> p.place::geography LIMIT {NEAREST + 1}) found""")
    country = "country_id" if kind.has_country else "NULL::bigint"
    held = "NULL::bigint[]"
    if kind.commodities:
        table, back = kind.commodities
        held = f"ARRAY(SELECT commodity_id FROM {table} WHERE {back} = t.id)"
    return f"""
        WITH probe AS MATERIALIZED (
            SELECT probe, self, country_id, place, registry_commodity_kin(commodities) AS commodities,
                registry_name_variants(names) AS variants, ARRAY(SELECT e.id FROM {same_id}) AS known
            FROM ({probes.sql}) given)
        SELECT p.probe, found.* FROM probe p CROSS JOIN LATERAL (
            SELECT id, CASE WHEN same_id THEN 1 ELSE score END AS score, same_id, name, distance_m, same_country,
                shares_commodity
            FROM (SELECT *, {score_sql(kind)} AS score
                FROM (SELECT hit.id, hit.same_id, hit.name::float8, r.distance_m, r.country_id = p.country_id AS same_country,
                        CASE WHEN r.held <> '{{}}' THEN r.held && p.commodities END AS shares_commodity
                    FROM (SELECT id, bool_or(same_id) AS same_id, max(name) AS name
                        FROM ({" UNION ALL ".join(ways)}) way GROUP BY id) hit,
                    LATERAL (SELECT {distance} AS distance_m, {country} AS country_id,
                            {held} AS held FROM {kind.table} t
                        WHERE t.id = hit.id AND record_status <> 'merged' AND t.id IS DISTINCT FROM p.self OFFSET 0) r
                    WHERE NOT EXISTS (SELECT FROM registry_distinction d WHERE d.kind = '{column}'
                        AND d.one_id = LEAST(hit.id, p.self) AND d.other_id = GREATEST(hit.id, p.self)
                        AND p.self IS NOT NULL)
                    OFFSET 0) part
                OFFSET 0) scored
            WHERE same_id OR score >= %(least)s
            ORDER BY same_id DESC, score DESC, id LIMIT %(most)s) found
        ORDER BY p.probe, found.same_id DESC, found.score DESC, found.id
    """
