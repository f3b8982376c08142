"""Questions with every declared parameter, and how many rows the database touches to answer them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson

from api.database.connection import fetch
from api.filters.across import AcrossFilter, CoveredByFilter
from api.filters.coded_rows import CodedRowsFilter
from api.filters.columns import CodeFilter, MomentFilter, WordsFilter
from api.filters.decades import DecadeFilter
from api.filters.identity import ExternalIdFilter
from api.filters.linked import CommodityFilter, LinkFilter, ThroughFilter
from api.filters.queryables import ValueType
from api.filters.support import SourceKindFilter
from api.filters.terms import EndsWithinFilter
from api.filters.warnings import WarningFilter
from api.query import counts, rows
from api.query.list_query import read_query
from api.query.order import columns_of
from api.resources.resource import Resource, all_resources
from registry.sql import Sql, sql


@dataclass(frozen=True)
class Touched:
    """What a page cost: rows read, whether kept or thrown away, and tables that were read from end to end."""

    rows: int
    scanned: frozenset[str]
    plans: tuple[Any, ...]


def touched(resource: Resource, given: dict[str, str]) -> Touched:
    """Answer a query, and count what the database read for its page and for the number of records without a place.

    What is undecided is left out: it is counted once until the data change, and may read as many rows as it counts.
    """
    query = read_query(resource, given)
    plans = []

    def explaining(query: Sql) -> Any:
        if "registry_dataversion" not in query.text:
            ((plan,),) = fetch(sql("EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, FORMAT JSON) {query}", query=query))
            plans.append(orjson.loads(plan)[0]["Plan"])
        return fetch(query)

    with (
        patch.object(rows, "fetch", explaining),
        patch.object(counts, "fetch", explaining),
        patch.object(rows, "undecided", return_value=None),
    ):
        rows.page(query)
    seen = [node for plan in plans for node in nodes(plan)]
    read = sum(
        (n["Actual Rows"] + n.get("Rows Removed by Filter", 0) + n.get("Rows Removed by Index Recheck", 0)) * n["Actual Loops"]
        for n in seen
        if "Scan" in n["Node Type"] and "Bitmap Index" not in n["Node Type"]
    )
    scans = frozenset(n["Relation Name"] for n in seen if n["Node Type"] == "Seq Scan")
    return Touched(int(read), scans, tuple(plans))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a node of a plan and all below it."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def queries(resource: Resource) -> Iterator[dict[str, str]]:
    """Give queries with each declared parameter, by the most and the least frequent values that the table holds."""
    for name in columns_of(resource):
        # Links are sorted by the slugs behind them, which no index of the table holds.
        if name in resource.orders or isinstance(resource.filters.declared.get(name), CodeFilter):
            yield {"order": name}
            yield {"order": f"-{name}"}
    known = resource.filters.of(resource.model)
    for name, declared in resource.filters.declared.items():
        values = _values(resource, name, declared)
        for value in values:
            for suffix in ("", "__not", "__gte", "__lte", "__only"):
                # What hardly any record is has no shorter way than to look at each.
                if f"{name}{suffix}" in known and not (suffix == "__not" and value == values[0]):
                    yield {f"{name}{suffix}": value}
                    yield {f"{name}{suffix}": value, "order": f"-{resource.orders[-1]}"}
        if f"{name}__isnull" in known:
            # That there is no row in another table is found by a look for each record; so is what covers it.
            held = declared.queryable(name, resource.model)
            if held is None or held.kind is not ValueType.LIST:
                yield {f"{name}__isnull": "true"}
            if not isinstance(declared, CoveredByFilter):
                yield {f"{name}__isnull": "false"}
    if resource.located:
        yield {"bbox": "60,30,61,31"}
        yield {"bbox": "-180,-90,180,90"}
        yield {"bbox": "179,-20,-179,20"}
        yield {"within": "KZ"}
        yield {"within": "world"}
        yield {"near": "76.2,42.8"}
        yield {"near": "76.2,42.8", "radius_km": "30"}
        yield {"intersects": "POLYGON((74 42,75 42,75 43,74 43,74 42))"}


def _values(resource: Resource, name: str, declared: Any) -> list[str]:
    if name in ("region", "country_id"):
        return ["central-asia", "world"]
    if isinstance(declared, SourceKindFilter):
        return ["news,report", "encyclopedia"]
    offered = [one for key, one in resource.filters.of(resource.model).items() if key == name or key.startswith(f"{name}__")]
    if all(one.schema.get("type") == "boolean" for one in offered):
        return ["true", "false"] if offered else []
    if name == "applies_in":
        return ["SE", "KZ"]
    if isinstance(declared, ExternalIdFilter):
        return ["dossier:nothing"]
    if isinstance(declared, ThroughFilter):
        target: Any = declared.rows._meta.get_field(declared.target).related_model
        keys = _most_and_least(declared.rows._meta.db_table, f"{declared.target}_id")
        found = list(target._default_manager.published().filter(id__in=keys).values_list("slug", flat=True))
        return [*found, "REE"] if isinstance(declared, CommodityFilter) else found
    if isinstance(declared, WarningFilter):
        return list(declared.conditions)
    if isinstance(declared, AcrossFilter):
        inner = declared.ways[0].other(resource.model)
        return _values(resource_of(inner), declared.of, declared.declared)
    if isinstance(declared, CoveredByFilter | EndsWithinFilter | WordsFilter | CodedRowsFilter | DecadeFilter):
        return [str(declared.example)] if declared.example else []
    column: Any = declared.column(name, resource.model)
    values = _most_and_least(resource.table, column.column)
    if isinstance(declared, LinkFilter):
        other: Any = column.related_model
        return list(other._default_manager.published().filter(id__in=values).values_list("slug", flat=True))
    return [value.isoformat() if isinstance(declared, MomentFilter) else str(value) for value in values]


def resource_of(model: Any) -> Resource:
    """Give the resource that shows a model."""
    return next(resource for resource in all_resources() if resource.model is model)


def _most_and_least(table: str, column: str) -> list[Any]:
    counted = f'SELECT "{column}" AS v FROM {table} WHERE "{column}" IS NOT NULL GROUP BY 1 ORDER BY count(*)'
    return [v for way in ("DESC", "ASC") for (v,) in fetch(f"{counted} {way} LIMIT 1")]
