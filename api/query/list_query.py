"""A query: everything a request for a list asks, read from its parameters and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from api.errors import BadParameter
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import code_of, count_within, day, nearest, number
from api.query import shapes, spatial
from api.query.cursor import fingerprint, read_cursor
from api.query.fields import FIELD_LISTS, GeometryUse, read_fields
from api.query.nearness import near
from api.query.order import KeysetPosition, Order, read_order
from api.query.projections import Projection
from api.query.search import search_parameter
from api.resources.resource import GEOMETRY, Resource

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000
MAX_RADIUS_KM = 20_100.0
ON = "on"
ON_WORDS = (
    "Day of the world, not of the registry (`as_of`): adds `on_date`, what held on that day; filters that depend on the day"
    " (parties, parents, members, `applies_in`, terms and expiry) are asked for it."
)
#: Parameters that shape the answer rather than the query.
PRESENTATION = ("format", "fields", "omit", "limit", "cursor", "order", "count", "facet", "lang")


@dataclass(frozen=True)
class ListQuery:
    """Which records, in which order, from where, how many, and which of their fields."""

    resource: Resource
    clauses: tuple[Clause, ...] = ()
    order: Order = Order()
    place: KeysetPosition | None = None
    near: Clause | None = None
    limit: int = DEFAULT_LIMIT
    count: str | None = None
    fields: tuple[str, ...] | None = None
    #: The clauses by place, among `clauses`: what they leave out may lie there, if its location is unknown.
    spatial_clauses: tuple[Clause, ...] = field(default=(), compare=False)
    area: Clause | None = field(default=None, compare=False)
    projection: Projection | None = None
    #: The day of the world that is asked about; today if none is given.
    on: date | None = None
    #: The time of the past at which the registry is read; now if none is given.
    then: datetime | None = None
    #: The fingerprint of the query, to which its cursors belong.
    fingerprint: str = ""
    #: The records that a curator has chosen, whatever their state; None for those that readers see.
    among: QuerySet[Any] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Have `within` take the view of the borders that is asked for, whichever address reads the parameters."""
        if view := spatial.worldview_of(self.clauses):
            # A clause is recognised by its identity.
            seen = {id(clause): spatial.in_worldview(clause, view) for clause in self.clauses}
            for name in ("clauses", "spatial_clauses"):
                object.__setattr__(self, name, tuple(seen[id(clause)] for clause in getattr(self, name)))

    @property
    def drawn(self) -> bool:
        """Whether the records' geometries are wanted, which can be larger than all else."""
        return self.resource.geometry is not None and (self.fields is None or GEOMETRY in self.fields)


@cache
def parameters_of(resource: Resource) -> dict[str, Parameter]:
    """Return the parameters that narrow the lists of a resource, by name."""
    found = resource.filters.of(resource.model)
    if resource.search:
        found["search"] = search_parameter(resource)
    if resource.located:
        found |= {p.name: p for p in spatial.area_parameters()}
    if resource.geometry:
        found |= {p.name: p for p in spatial.place_parameters(resource.geometry)}
    return found


@cache
def lists_of(resource: Resource) -> frozenset[str]:
    """Name the parameters of a list that hold several values, by commas or by repeated keys."""
    near = ("near",) if resource.located else ()
    declared = (name for name, one in parameters_of(resource).items() if one.schema.get("type") == "array")
    return frozenset((*FIELD_LISTS, "facet", "order", *near, *declared))


@cache
def json_types_of(resource: Resource) -> dict[str, tuple[str, ...]]:
    """Return the JSON type of each parameter; for a list, "array" and the type of its items."""
    own: dict[str, tuple[str, ...]] = {"limit": ("integer",), "near": ("array", "number"), "radius_km": ("number",)}
    own |= dict.fromkeys(("format", "cursor", "count", "lang", ON, "as_of"), ("string",))
    listed = dict.fromkeys((*FIELD_LISTS, "facet", "order"), ("array", "string"))
    schemas = {name: one.schema for name, one in parameters_of(resource).items()}
    return (
        own
        | listed
        | {name: (s["type"], s["items"].get("type", "string")) if "items" in s else (s["type"],) for name, s in schemas.items()}
    )


def read_query(
    resource: Resource,
    given: Mapping[str, Any],
    use: GeometryUse = GeometryUse.FIELD,
    then: datetime | None = None,
) -> ListQuery:
    """Read the parameters of a list; raises BadParameter for the first that is unknown or wrong.

    `use` says how the format of the answer holds geometries, `then` at which time of the past the list is read.
    """
    known = parameters_of(resource)
    clauses, own, by_place = [], {}, {}
    narrowing: dict[str, Any] = {"as_of": then} if then else {}
    world_day = read_on(resource, given)
    for name, value in given.items():
        if name == ON and world_day:
            narrowing[name] = value
        elif name in PRESENTATION or (resource.located and name in ("near", "radius_km")):
            own[name] = value
        elif name in known:
            clause = known[name].clause_on(value, world_day)
            clauses.append(clause)
            narrowing[name] = value
            if name in spatial.PARAMETERS:
                by_place[name] = clause
        else:
            raise BadParameter(f"This list has no such parameter.{nearest(name, [*known, *PRESENTATION], 400)}", name[:80])
    position = _near(resource, own)
    order = read_order(own["order"], resource) if "order" in own else Order()
    if position and ("order" in own or "cursor" in own):
        raise BadParameter("`near` sorts by distance and has no further pages. Use `radius_km` to narrow it.", "order")
    narrowed = fingerprint(resource.name, narrowing)
    place = read_cursor(own["cursor"], order, narrowed) if "cursor" in own else None
    limit = count_within("limit", own["limit"], 1, MAX_LIMIT) if "limit" in own else DEFAULT_LIMIT
    count = code_of("count", own["count"], ("exact", "estimate")) if "count" in own else None
    return ListQuery(
        resource,
        tuple(clauses),
        order,
        place,
        position,
        limit,
        count,
        read_fields(resource, own, use),
        tuple(by_place.values()),
        by_place.get("within"),
        fingerprint=narrowed,
        on=world_day,
        then=then,
    )


def read_on(resource: Resource, given: Mapping[str, Any]) -> date | None:
    """Read the day of the world that is asked about, of resources that have something to say of it."""
    if ON not in given or not resource.on_date:
        return None
    if not isinstance(given[ON], str):
        raise BadParameter("The day must be a text.", ON)
    return day(ON, given[ON])


def _near(resource: Resource, own: Mapping[str, str]) -> Clause | None:
    if "near" not in own:
        if "radius_km" in own:
            raise BadParameter("`radius_km` requires `near=longitude,latitude`.", "radius_km")
        return None
    longitude, latitude = shapes.position("near", own["near"])
    radius = number("radius_km", own["radius_km"]) if "radius_km" in own else None
    if radius is not None and not 0 < radius <= MAX_RADIUS_KM:
        raise BadParameter(f"The value must be between 0 and {MAX_RADIUS_KM:,.0f} kilometres.", "radius_km")
    return near(str(resource.geometry), longitude, latitude, None if radius is None else radius * 1000)
