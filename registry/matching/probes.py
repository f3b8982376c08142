"""What is looked for: records of the registry, or rows that are not in it yet, as one shape of SQL."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from registry.matching.kinds import Compared
from registry.sql import Sql, identifier, sql


@dataclass(frozen=True, slots=True)
class Probe:
    """A row to compare with the registry, e.g. of a file that is imported.

    `key` is the caller's. `place` is (longitude, latitude) in degrees of WGS 84; `country_id` and `commodity_ids` are keys of
    this registry; `external_ids` are (scheme, value).
    """

    key: int
    names: tuple[str, ...]
    country_id: int | None = None
    place: tuple[float, float] | None = None
    commodity_ids: tuple[int, ...] = ()
    external_ids: tuple[tuple[str, str], ...] = field(default=())


#: A SELECT that gives what is looked for. Columns: `probe` bigint, the caller's key; `self` bigint, the record that it is, or
#: null; `names` text[]; `country_id` bigint; `place` geometry in WGS 84; `commodities` bigint[]; `schemes` and `ids` text[], of
#: one length.
Probes = Sql


def of_records(kind: Compared, condition: Sql) -> Probes:
    """Look for the doubles of records: those for which `condition` over the alias `r` holds."""
    commodities = sql("NULL::bigint[]")
    if kind.commodities:
        table, back = kind.commodities
        commodities = sql(
            "(SELECT array_agg(c.commodity_id) FROM {table} c WHERE {back} = r.id)",
            table=identifier(table),
            back=identifier("c", back),
        )
    return sql(
        "SELECT r.id AS probe, r.id AS self,"
        " (SELECT array_agg(n.text) FROM registry_name n WHERE {named} = r.id) AS names,"
        " {country} AS country_id, {place} AS place, {commodities} AS commodities,"
        # An id stands once in the registry, so a record has no double by its own.
        " NULL::text[] AS schemes, NULL::text[] AS ids FROM {table} r WHERE {condition}",
        named=identifier("n", f"{kind.column}_id"),
        country=sql("r.country_id" if kind.has_country else "NULL::bigint"),
        place=identifier("r", kind.geometry) if kind.geometry else sql("NULL::geometry"),
        commodities=commodities,
        table=identifier(kind.table),
        condition=condition,
    )


def of_rows(rows: Iterable[Probe]) -> Probes:
    """Search for rows that are not in the registry."""
    given = [
        {
            "probe": row.key,
            "names": [name[:500].replace("\x00", "") for name in row.names],
            "country_id": row.country_id,
            "lon": row.place and row.place[0],
            "lat": row.place and row.place[1],
            "commodities": list(row.commodity_ids) or None,
            "schemes": [scheme.replace("\x00", "") for scheme, _ in row.external_ids],
            "ids": [value.replace("\x00", "") for _, value in row.external_ids],
        }
        for row in rows
    ]
    return sql(
        "SELECT probe, NULL::bigint AS self, names, country_id, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place,"
        " commodities, schemes, ids FROM jsonb_to_recordset({rows}::jsonb) AS row(probe bigint, names text[],"
        " country_id bigint, lon float8, lat float8, commodities bigint[], schemes text[], ids text[])",
        rows=json.dumps(given),
    )
