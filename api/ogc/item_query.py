"""The query that a request for items asks: the same as a list's, read from the parameters of the standard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from api.cql2.compile import clause_of
from api.cql2.encoded import parse_json
from api.cql2.text import parse_text
from api.cql2.tree import properties
from api.database.bound import Bound, Condition
from api.errors import BadParameter
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import code_of, count_of, nearest, several
from api.ogc.crs import ALL, CRS84, Crs, read_crs
from api.ogc.extents import systems_of
from api.ogc.queryables import queryables_of, queryables_then, sortables_of
from api.ogc.times import read_datetime
from api.ogc.transform import box_of, drawing, read_bbox
from api.query.cursor import fingerprint, read_cursor
from api.query.fields import field_names
from api.query.list_query import DEFAULT_LIMIT, MAX_LIMIT, ON, ListQuery, lists_of, parameters_of, read_on
from api.query.order import Order, orders_of, read_order
from api.query.past import AS_OF, NOT_OF_THE_PAST, parameters_then, read_as_of
from api.resources.resource import GEOMETRY, Resource

#: Parameters of the standard and of its extensions, beside the filters of the collection.
OWN = (
    "f",
    "limit",
    "cursor",
    "count",
    "bbox",
    "bbox-crs",
    "datetime",
    "crs",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "properties",
    AS_OF,
)
#: Those of them that shape the answer: a cursor goes on whatever they say.
_PRESENTATION = ("f", "limit", "cursor", "count", "crs", "sortby", "properties")
#: Those of them that hold several values, by commas or by repeated keys.
LISTS = frozenset(("bbox", "properties", "sortby"))
#: GDAL writes the older name of the first.
LANGUAGES = ("cql2-text", "cql2-json", "cql-text")


@dataclass(frozen=True)
class ItemQuery:
    """A query with the CRS of its answer, and the properties to show; None for all."""

    query: ListQuery
    crs: Crs
    properties: tuple[str, ...] | None


def filters_of(resource: Resource) -> dict[str, Parameter]:
    """Return the declared filters that items take beside the parameters of the standard."""
    return {name: parameter for name, parameter in parameters_of(resource).items() if name not in OWN}


def lists_of_items(resource: Resource) -> frozenset[str]:
    """Name the parameters of items that hold several values."""
    return LISTS | (lists_of(resource) & filters_of(resource).keys())


def read_items(resource: Resource, given: Mapping[str, str]) -> ItemQuery:
    """Read the parameters of items; raises BadParameter for the first that is unknown or wrong."""
    known = filters_of(resource)
    clauses: list[Clause] = []
    then, _ = read_as_of(given)
    if then:
        _check_past(resource, given)
    world_day = read_on(resource, given)
    for name, value in given.items():
        if name in known:
            clauses.append(known[name].clause_on(value, world_day))
        elif name not in OWN and not (name == ON and world_day):
            raise BadParameter(f"This collection has no such parameter.{nearest(name, [*OWN, *known], 400)}", name[:80])
    clauses += filter(None, (_bbox(resource, given), _datetime(resource, given), _filter(resource, given, world_day)))
    order = _order(resource, given)
    crs = _crs("crs", resource, given)
    narrowed = fingerprint(resource.name, {name: value for name, value in given.items() if name not in _PRESENTATION})
    query = ListQuery(
        resource,
        tuple(clauses),
        order,
        read_cursor(given["cursor"], order, narrowed) if "cursor" in given else None,
        limit=_limit(given),
        count=code_of("count", given["count"], ("exact",)) if "count" in given else None,
        projection=crs.projection,
        fingerprint=narrowed,
        on=world_day,
        then=then,
    )
    return ItemQuery(query, crs, _properties(resource, given))


def _check_past(resource: Resource, given: Mapping[str, Any]) -> None:
    """Reject what only the present can be asked; raises BadParameter."""
    known = {*OWN, *parameters_then(resource)} - {"sortby"}
    for name in given:
        if name not in known and (name in filters_of(resource) or name in ("sortby", ON)):
            raise BadParameter(NOT_OF_THE_PAST, name, sorted(known))


def read_item(resource: Resource, slug: str, given: Mapping[str, str]) -> ItemQuery:
    """Read the parameters of a single item: the query for the one record of that slug, in any letter case."""
    accepted = ["f", "crs", "properties", AS_OF, *([ON] if resource.on_date else [])]
    then, _ = read_as_of(given)
    if then and ON in given:
        raise BadParameter(f"`{ON}` cannot be combined with `{AS_OF}`.", ON)
    for name in given:
        if name not in accepted:
            raise BadParameter("A single item accepts only these parameters.", name[:80], accepted)
    same = Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug"))
    clause = Clause("item", lambda rows: rows.filter(same), {"slug": slug})
    crs = _crs("crs", resource, given)
    query = ListQuery(resource, (clause,), limit=1, projection=crs.projection, on=read_on(resource, given), then=then)
    return ItemQuery(query, crs, _properties(resource, given))


def sorts_of(resource: Resource) -> list[str]:
    """Return every value of `sortby`."""
    return [order for order in orders_of(resource) if order.removeprefix("-") in sortables_of(resource)]


def _limit(given: Mapping[str, str]) -> int:
    limit = count_of("limit", given["limit"]) if "limit" in given else DEFAULT_LIMIT
    if limit < 1:
        raise BadParameter("The value must be at least 1.", "limit")
    # The standard (Part 1, /req/core/fc-limit-response-1): a limit above the maximum is not an error.
    return min(limit, MAX_LIMIT)


def _crs(parameter: str, resource: Resource, given: Mapping[str, str]) -> Crs:
    return read_crs(parameter, given[parameter], systems_of(resource)) if parameter in given else ALL[CRS84]


def _bbox(resource: Resource, given: Mapping[str, str]) -> Clause | None:
    """Keep what meets the box, and what has no place at all: the standard wants it found too."""
    crs = _crs("bbox-crs", resource, given)
    if "bbox" not in given:
        return None
    shape = box_of(crs, "bbox", read_bbox(crs, given["bbox"]))
    if not resource.geometry:
        return None
    condition = Condition("(%s IS NULL OR ST_Intersects(%s, %s))", *[F(resource.geometry)] * 2, Bound("bbox", "geometry"))
    return Clause("bbox", lambda rows: rows.filter(condition), {"bbox": shape})


def _datetime(resource: Resource, given: Mapping[str, str]) -> Clause | None:
    return read_datetime(resource, given["datetime"]) if "datetime" in given else None


def _filter(resource: Resource, given: Mapping[str, Any], day: date | None) -> Clause | None:
    crs = _crs("filter-crs", resource, given)
    usual = "cql2-json" if isinstance(given.get("filter"), dict | bool) else "cql2-text"
    language = code_of("filter-lang", given.get("filter-lang", usual), LANGUAGES)
    if "filter" not in given:
        return None
    if not isinstance(given["filter"], str) and language != "cql2-json":
        raise BadParameter("A JSON filter requires filter-lang=cql2-json.", "filter-lang")
    parse: Any = parse_json if language == "cql2-json" else parse_text
    node = parse(given["filter"])
    if AS_OF in given:
        kept = queryables_then(resource)
        for name in properties(node):
            if name in queryables_of(resource) and name not in kept:
                raise BadParameter(f"“{name}” rests on other records and is known of the present only.", "filter", sorted(kept))
    return clause_of(node, queryables_of(resource), drawing(crs), day)


def _order(resource: Resource, given: Mapping[str, str]) -> Order:
    return read_order(given["sortby"], resource, "sortby", sortables_of(resource)) if "sortby" in given else Order()


def _properties(resource: Resource, given: Mapping[str, str]) -> tuple[str, ...] | None:
    if "properties" not in given:
        return None
    known = [name for name in field_names(resource) if name != GEOMETRY]
    chosen = several("properties", given["properties"])
    for name in chosen:
        if name not in known:
            raise BadParameter(f"There is no property “{name[:60]}” here.{nearest(name, known)}", "properties", known)
    return tuple(name for name in known if name in chosen)
