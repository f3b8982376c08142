"""Values in SQL: properties, literals, arithmetic and folded texts, each with its kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.cql2 import literals
from api.cql2.bounds import refusal
from api.cql2.tree import (
    ARITHMETIC,
    FOLDS,
    Array,
    Boolean,
    Box,
    Call,
    Date,
    Geometry,
    Interval,
    Node,
    Number,
    Property,
    Text,
    Timestamp,
)
from api.database.bound import Bound, Condition
from api.filters.parameters import nearest
from api.filters.queryables import NUMBERS, TEXTS, Queryable, Queryables, ValueType

#: Prepares the shape of a filter for the database: from its own CRS to WGS 84, as hexadecimal EWKB.
Drawing = Callable[[Geometry | Box], str]


@dataclass(frozen=True)
class Value:
    """A value in SQL; `property` is the property that it is, `literal` the node that it was written as."""

    kind: ValueType
    sql: Any
    property: Queryable | None = None
    literal: Node | None = None


@dataclass
class Scope:
    """What a filter is compiled against, and the values that it binds."""

    queryables: Queryables
    draw: Drawing
    bound: dict[str, Any] = field(default_factory=dict)
    casts: list[str] = field(default_factory=list)

    def bind(self, value: Any, cast: str) -> Bound:
        """Keep a value to be bound, and give its place."""
        key = f"filter.{len(self.bound)}"
        self.bound[key] = value
        self.casts.append(cast)
        return Bound(key, cast)


#: Kind → the type that a literal of it is bound as.
CASTS = {
    ValueType.TEXT: "text",
    ValueType.INTEGER: "bigint",
    ValueType.NUMBER: "float8",
    ValueType.BOOLEAN: "boolean",
    ValueType.DATE: "date",
    ValueType.TIMESTAMP: "timestamptz",
}
#: Power and products are taken in float8; a remainder has no such operator. Nothing is divided by zero: that is unknown.
_SUMS = {
    "+": "(%s + %s)",
    "-": "(%s - %s)",
    "*": "(%s * %s)",
    "/": "(%s / NULLIF(%s, 0))",
    "div": "trunc(%s / NULLIF(%s, 0))",
    "%": "mod((%s)::numeric, NULLIF((%s)::numeric, 0))::float8",
    "^": "power(%s, %s)",
}
_FOLDED = {
    "casei": 'upper((%s) COLLATE "und-x-icu")',
    "accenti": "public.unaccent('public.unaccent', normalize(%s, NFC))",
}


def value_of(node: Node, scope: Scope) -> Value:
    """Return a scalar value in SQL; raises BadParameter for what is none."""
    if isinstance(node, Property):
        return _property(node, scope)
    if isinstance(node, Text | Number | Boolean | Date | Timestamp):
        return literal(node, kind_of(node), scope)
    if isinstance(node, Call) and node.op in ARITHMETIC:
        return _arithmetic(node, scope)
    if isinstance(node, Call) and node.op in FOLDS:
        return _folded(node, scope)
    raise refusal(f"{said(node)} is not allowed here.")


def kind_of(node: Text | Number | Boolean | Date | Timestamp) -> ValueType:
    """Return the kind of a literal."""
    if isinstance(node, Number):
        return ValueType.INTEGER if isinstance(node.value, int) else ValueType.NUMBER
    return {Text: ValueType.TEXT, Boolean: ValueType.BOOLEAN, Date: ValueType.DATE, Timestamp: ValueType.TIMESTAMP}[type(node)]


def literal(node: Text | Number | Boolean | Date | Timestamp, kind: ValueType, scope: Scope) -> Value:
    """Bind a literal as a kind."""
    return Value(kind, scope.bind(node.value, CASTS[kind]), literal=node)


def property_named(name: str, scope: Scope) -> Queryable:
    """Find a property of the allow-list; raises BadParameter."""
    found = scope.queryables.get(name)
    if found is None:
        known = list(scope.queryables)
        problem = refusal(f"There is no queryable “{name[:60]}” here.{nearest(name, known, 400)}")
        problem.allowed = known
        raise problem
    return found


def _property(node: Property, scope: Scope) -> Value:
    found = property_named(node.name, scope)
    return Value(found.kind, found.expression(), property=found)


def _arithmetic(node: Call, scope: Scope) -> Value:
    if len(node.args) != 2:
        raise refusal(f"“{node.op}” takes two numbers.")
    sides = [numeric(arg, scope) for arg in node.args]
    return Value(ValueType.NUMBER, Condition(_SUMS[node.op], *(Condition("(%s)::float8", side.sql) for side in sides)))


def numeric(node: Node, scope: Scope) -> Value:
    """Return a number in SQL; raises BadParameter for anything else."""
    value = value_of(node, scope)
    if value.kind not in NUMBERS:
        raise refusal(f"{said(node)} is not a number.")
    return value


def textual(node: Node, scope: Scope) -> Value:
    """Return a text in SQL; raises BadParameter for anything else."""
    value = value_of(node, scope)
    if value.kind not in TEXTS:
        raise refusal(f"{said(node)} is not a text.")
    return value


def _folded(node: Call, scope: Scope) -> Value:
    if len(node.args) != 1:
        raise refusal(f"{node.op.upper()} takes one text.")
    return Value(ValueType.TEXT, Condition(f'({_FOLDED[node.op]} COLLATE "C")', textual(node.args[0], scope).sql))


def temporal_literal(node: Text) -> Date | Timestamp:
    """Read a text that is compared with a date or a time: GDAL writes times as plain text, a bare day with a T behind it."""
    return literals.day_or_instant(node.value.removesuffix("T") if len(node.value) == 11 else node.value)


def said(node: Node) -> str:
    """Name a part of a filter in a problem."""
    match node:
        case Property():
            return f"“{node.name[:60]}”"
        case Text():
            return f"'{node.value[:40]}'"
        case Number() | Boolean():
            return str(node.value)
        case Call():
            return f"{node.op[:40]}(…)"
        case Array():
            return "A list"
        case Interval():
            return "An interval"
        case _:
            return f"A {type(node).__name__.lower()}"
