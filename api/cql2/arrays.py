"""Conditions over lists: the four array functions, over a property that holds several values and a list of texts."""

from typing import LiteralString

from django.db.models import F

from api.cql2.bounds import refusal
from api.cql2.tree import Array, Node, Property, Text
from api.cql2.values import Scope, property_named, said
from api.database.bound import Condition
from api.filters.queryables import Queryable, ValueType

_FUNCTIONS: dict[str, LiteralString] = {
    "a_contains": "(%s @> %s)",
    "a_containedby": "(%s <@ %s)",
    "a_overlaps": "(%s && %s)",
    # Lists of values have no order and no repetition.
    "a_equals": "(%s @> %s AND %s <@ %s)",
}
#: The function with its sides exchanged.
_EXCHANGED = {"a_contains": "a_containedby", "a_containedby": "a_contains"}


def arrays(op: str, args: tuple[Node, ...], scope: Scope, positive: bool) -> Condition:
    """Return a condition over a list; raises BadParameter for what is none."""
    left, right = args
    if isinstance(left, Array | Text) and isinstance(right, Property):
        return arrays(_EXCHANGED.get(op, op), (right, left), scope, positive)
    found, others = _listed(left, scope), _listed(right, scope)
    sides = [one.expression() if isinstance(one, Queryable) else one for one in (found, others)]
    condition = Condition(_FUNCTIONS[op], *sides, *(sides if op == "a_equals" else ()))
    if (
        positive
        and op != "a_containedby"
        and isinstance(found, Queryable)
        and found.holders
        and isinstance(right, Array)
        and right.items
    ):
        # First those that have any of the values, which an index finds.
        return Condition("(%s IN %s AND %s)", F("id"), found.holders(others), condition)
    return condition


def _listed(node: Node, scope: Scope) -> object:
    """Return a property that holds a list, or a list of texts as a bound value."""
    if isinstance(node, Property):
        found = property_named(node.name, scope)
        if found.kind is ValueType.LIST:
            return found
    if isinstance(node, Text):
        # A list of one text is written as the text in brackets.
        return scope.bind([node.value], "text[]")
    if isinstance(node, Array) and all(isinstance(item, Text) for item in node.items):
        return scope.bind([item.value for item in node.items if isinstance(item, Text)], "text[]")
    raise refusal(f"{said(node)} is not a list of texts.")
