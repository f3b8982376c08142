"""A question: everything a request for a list asks, read from its parameters and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from api.errors import BadParameter
from api.query import places, shapes
from api.query.clauses import Clause, Parameter
from api.query.order import Order, Place, read_cursor, read_order
from api.query.parameters import code_of, count_within, nearest, number, several
from api.query.projections import Projection
from api.query.search import search_parameter
from api.resources.resource import GEOMETRY, Resource

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000
MAX_RADIUS_KM = 20_100.0
#: Parameters that shape the answer rather than the question.
PRESENTATION = ("format", "fields", "omit", "limit", "cursor", "order", "count")


@dataclass(frozen=True)
class Question:
    """Which records, in which order, from where, how many, and which of their fields."""

    resource: Resource
    clauses: tuple[Clause, ...] = ()
    order: Order = Order("id", False, False)
    place: Place | None = None
    near: Clause | None = None
    limit: int = DEFAULT_LIMIT
    count: str | None = None
    fields: tuple[str, ...] | None = None
    #: The clauses by place, among `clauses`: what they leave out may lie there, if nobody knows where it lies.
    places: tuple[Clause, ...] = field(default=(), compare=False)
    area: Clause | None = field(default=None, compare=False)
    projection: Projection | None = None

    @property
    def drawn(self) -> bool:
        """Whether the records' geometries are wanted, which can be larger than all else."""
        return self.resource.geometry is not None and (self.fields is None or GEOMETRY in self.fields)


@cache
def parameters_of(resource: Resource) -> dict[str, Parameter]:
    """Give the parameters that narrow the lists of a resource, by name."""
    found = resource.filters.of(resource.model)
    if resource.search:
        found["search"] = search_parameter(resource)
    if resource.located:
        assert resource.geometry is not None
        found |= {p.name: p for p in places.place_parameters(resource.geometry)}
    return found


def read_question(resource: Resource, given: Mapping[str, Any]) -> Question:
    """Read the parameters of a list; raises BadParameter for the first that is unknown or wrong."""
    known = parameters_of(resource)
    clauses, own, by_place = [], {}, {}
    for name, value in given.items():
        if name in PRESENTATION or (resource.located and name in ("near", "radius_km")):
            own[name] = value
        elif name in known:
            clause = known[name].clause(value)
            clauses.append(clause)
            if resource.located and name in places.PARAMETERS:
                by_place[name] = clause
        else:
            raise BadParameter(f"This list has no such parameter.{nearest(name, [*known, *PRESENTATION], 400)}", name[:80])
    near = _near(own)
    order = read_order(own["order"], resource.orders, resource.model) if "order" in own else Order("id", False, False)
    if near and ("order" in own or "cursor" in own):
        raise BadParameter("`near` has its own order, nearest first, and no further pages; narrow it by `radius_km`.", "order")
    place = read_cursor(own["cursor"], order, resource.model) if "cursor" in own else None
    limit = count_within("limit", own["limit"], 1, MAX_LIMIT) if "limit" in own else DEFAULT_LIMIT
    count = code_of("count", own["count"], ("exact", "estimate")) if "count" in own else None
    return Question(
        resource,
        tuple(clauses),
        order,
        place,
        near,
        limit,
        count,
        read_fields(resource, own),
        tuple(by_place.values()),
        by_place.get("within"),
    )


def _near(own: Mapping[str, str]) -> Clause | None:
    if "near" not in own:
        if "radius_km" in own:
            raise BadParameter("It needs `near=longitude,latitude`.", "radius_km")
        return None
    longitude, latitude = shapes.position("near", own["near"])
    values = {"near.x": longitude, "near.y": latitude}
    if "radius_km" in own:
        radius = number("radius_km", own["radius_km"])
        if not 0 < radius <= MAX_RADIUS_KM:
            raise BadParameter(f"It lies between 0 and {MAX_RADIUS_KM:,.0f} kilometres.", "radius_km")
        values["radius_m"] = radius * 1000
    return Clause(("near", "radius_m" in values), lambda rows: rows, values)


@cache
def field_names(resource: Resource) -> tuple[str, ...]:
    """Give the names of the fields of a list's records."""
    live = resource.live().fields if resource.live else ()  # type: ignore[attr-defined]
    names = (*resource.summary().fields, *live)  # type: ignore[attr-defined]
    return (GEOMETRY, *names) if resource.geometry else names


def read_fields(resource: Resource, own: Mapping[str, str], names: tuple[str, ...] | None = None) -> tuple[str, ...] | None:
    """Read `fields=` or `omit=` into the names to show, in the order of the record; None for all."""
    names = names or field_names(resource)
    if "fields" in own and "omit" in own:
        raise BadParameter("Give `fields` or `omit`, not both.", "omit")
    for parameter in ("fields", "omit"):
        if parameter in own:
            chosen = set(several(parameter, own[parameter]))
            if unknown := sorted(chosen - set(names)):
                raise BadParameter(
                    f"There is no field “{unknown[0][:60]}” here.{nearest(unknown[0], names)}", parameter, list(names)
                )
            return tuple(name for name in names if (name in chosen) == (parameter == "fields"))
    return None
