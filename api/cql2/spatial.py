"""Conditions by place: the eight spatial functions, over geometry properties and shapes."""

from typing import Any

from api.cql2.bounds import refusal
from api.cql2.tree import Box, Geometry, Node, Property
from api.cql2.values import Scope, property_named, said
from api.database.bound import Condition
from api.filters.queryables import ValueType

_FUNCTIONS = {
    "s_intersects": "ST_Intersects(%s, %s)",
    # NOT ST_Intersects, not ST_Disjoint: the same, and defined for collections.
    "s_disjoint": "(NOT ST_Intersects(%s, %s))",
    "s_equals": "ST_Equals(%s, %s)",
    "s_touches": "ST_Touches(%s, %s)",
    "s_within": "ST_Within(%s, %s)",
    "s_overlaps": "ST_Overlaps(%s, %s)",
    "s_crosses": "ST_Crosses(%s, %s)",
    "s_contains": "ST_Contains(%s, %s)",
}


def spatial(op: str, args: tuple[Node, ...], scope: Scope) -> Condition:
    """Return a spatial condition; raises BadParameter for what is no place."""
    if len(args) != 2:
        raise refusal(f"{op.upper()} takes two geometries.")
    if op not in ("s_intersects", "s_disjoint") and any(
        isinstance(a, Geometry) and a.kind == "GeometryCollection" for a in args
    ):
        raise refusal("GeometryCollections can only be used with S_INTERSECTS and S_DISJOINT.")
    return Condition(_FUNCTIONS[op], *(_place(arg, scope) for arg in args))


def _place(node: Node, scope: Scope) -> Any:
    if isinstance(node, Property):
        found = property_named(node.name, scope)
        if found.kind is ValueType.GEOMETRY:
            return found.expression()
    if isinstance(node, Geometry | Box):
        return scope.bind(scope.draw(node), "geometry")
    raise refusal(f"{said(node)} is not a geometry.")
