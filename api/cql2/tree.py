"""The tree of a filter: what text and JSON both say, as frozen nodes."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Property:
    """A property of the feature, by its name."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text."""

    value: str


@dataclass(frozen=True)
class Number:
    """A finite number; whole ones are integers."""

    value: int | float


@dataclass(frozen=True)
class Boolean:
    """True or false."""

    value: bool


@dataclass(frozen=True)
class Date:
    """A day."""

    value: date


@dataclass(frozen=True)
class Timestamp:
    """An instant, in UTC."""

    value: datetime


@dataclass(frozen=True)
class Open:
    """The open end of an interval, `..`."""


@dataclass(frozen=True)
class Interval:
    """From one instant to another, both included; an end is a date, a timestamp, a property, a function, or open."""

    start: "Node"
    end: "Node"


@dataclass(frozen=True)
class Geometry:
    """A shape: the GeoJSON type, and its coordinates (of a collection: its members) as nested tuples."""

    kind: str
    coordinates: tuple[Any, ...]


@dataclass(frozen=True)
class Box:
    """A box: four numbers, or six with heights, as the axes of the filter's CRS follow each other."""

    bounds: tuple[float, ...]


@dataclass(frozen=True)
class Array:
    """A list of values."""

    items: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """An operator or a function over arguments; the standard's own are in lower case (`and`, `=`, `casei`, `s_within`)."""

    op: str
    args: tuple["Node", ...]


Node = Property | Text | Number | Boolean | Date | Timestamp | Open | Interval | Geometry | Box | Array | Call

COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "div", "^"})
SPATIAL = frozenset(
    {"s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps", "s_crosses", "s_contains"}
)
TEMPORAL = frozenset(
    {
        "t_after",
        "t_before",
        "t_contains",
        "t_disjoint",
        "t_during",
        "t_equals",
        "t_finishedby",
        "t_finishes",
        "t_intersects",
        "t_meets",
        "t_metby",
        "t_overlappedby",
        "t_overlaps",
        "t_startedby",
        "t_starts",
    }
)
ARRAYS = frozenset({"a_equals", "a_contains", "a_containedby", "a_overlaps"})
FOLDS = frozenset({"casei", "accenti"})


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node."""
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Array):
        return node.items
    if isinstance(node, Interval):
        return (node.start, node.end)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Return a node and all below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def properties(node: Node) -> tuple[str, ...]:
    """Name the properties in a node, each once."""
    return tuple(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Property)))


def skeleton(node: Node) -> Hashable:
    """Return the shape of a filter without its values: filters of one shape share their SQL."""
    if isinstance(node, Property):
        return ("property", node.name)
    if isinstance(node, Call):
        return (node.op, *map(skeleton, node.args))
    if isinstance(node, Array):
        # A list of plain values is mostly bound as one array, whatever its length; what is bound tells where it is not.
        plain = all(map(is_value, node.items))
        shapes = [skeleton(item) for item in node.items]
        return ("list", *(dict.fromkeys(shapes) if plain else shapes))
    if isinstance(node, Interval):
        return ("interval", skeleton(node.start), skeleton(node.end))
    if isinstance(node, Number):
        return "integer" if isinstance(node.value, int) else "number"
    if isinstance(node, Boolean):
        return node.value
    return type(node).__name__


def is_value(node: Node) -> bool:
    """Return whether a node is a plain value."""
    return isinstance(node, Text | Number | Boolean | Date | Timestamp)
