"""CQL2 as JSON: the same tree as from text."""

from typing import Any

import orjson

from api.cql2 import literals
from api.cql2.bounds import MAX_DEPTH, MAX_NODES, MAX_WORDS, check_json, refusal
from api.cql2.tree import (
    ARITHMETIC,
    ARRAYS,
    COMPARISONS,
    FOLDS,
    SPATIAL,
    TEMPORAL,
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
from api.filters.json_text import RepeatedKey, read_json
from registry.geo.geojson import COLLECTION, FORMS, type_of

#: Operators with a fixed number of arguments; `and` and `or` take two or more.
_ARGUMENTS = {
    **dict.fromkeys((*COMPARISONS, *ARITHMETIC, *SPATIAL, *TEMPORAL, *ARRAYS, "like", "in"), 2),
    **dict.fromkeys((*FOLDS, "not", "isnull"), 1),
    "between": 3,
}


def parse_json(given: str | dict[str, Any] | bool) -> Node:
    """Return the tree of a CQL2 filter in JSON, as text or already read; raises BadParameter, whatever it is."""
    if isinstance(given, str):
        check_json(given)
        try:
            given = read_json(given)
        except RepeatedKey as error:
            raise refusal(f"The filter contains the key “{error.key[:60]}” twice.") from None
        except ValueError:
            raise refusal("The filter is not valid JSON.") from None
    else:
        check_json(orjson.dumps(given).decode())
    if not isinstance(given, dict | bool):
        raise refusal("A JSON filter must be an object with “op” and “args”.")
    return _Reader().node(given, 0)


class _Reader:
    """Reads one filter, and counts as it goes."""

    def __init__(self) -> None:
        self.nodes = self.numbers = 0

    def node(self, value: Any, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refusal(f"The filter has more than {MAX_NODES:,} parts.")
        if depth > MAX_DEPTH:
            raise refusal(f"The filter is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(value, bool):
            return Boolean(value)
        if isinstance(value, str):
            return Text(_clean(value))
        if isinstance(value, int | float):
            return Number(literals.finite(value))
        if isinstance(value, list):
            return Array(tuple(self.node(one, depth + 1) for one in value))
        if isinstance(value, dict):
            return self._object(value, depth)
        raise refusal("A filter cannot contain null; use the operator isNull.")

    def _object(self, value: dict[str, Any], depth: int) -> Node:
        if "op" in value:
            return self._call(value, depth)
        if "property" in value:
            return Property(_clean(_text(value["property"], "property")))
        if "date" in value:
            return literals.day(_text(value["date"], "date"))
        if "timestamp" in value:
            return literals.instant(_text(value["timestamp"], "timestamp"))
        if "interval" in value:
            ends = value["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise refusal("An interval must have a start and an end.")
            return Interval(*(self._end(end, depth + 1) for end in ends))
        if "bbox" in value:
            bounds = value["bbox"]
            if not isinstance(bounds, list) or len(bounds) not in (4, 6):
                raise refusal("A box must have four numbers, or six with heights.")
            return Box(tuple(self._number(one) for one in bounds))
        if "type" in value:
            return self._geometry(value)
        raise refusal("An object in a filter must have “op”, “property”, “date”, “timestamp”, “interval”, “bbox” or “type”.")

    def _call(self, value: dict[str, Any], depth: int) -> Node:
        name, args = value["op"], value.get("args")
        if not isinstance(name, str) or not isinstance(args, list):
            raise refusal("“op” must be a text, and “args” a list.")
        lower = name.lower()
        known = lower in _ARGUMENTS or lower in ("and", "or")
        wanted = _ARGUMENTS.get(lower)
        if (wanted is not None and len(args) != wanted) or (lower in ("and", "or") and len(args) < 2):
            raise refusal(f"“{name[:40]}” takes {wanted or 'two or more'} arguments.")
        node = Call(lower if known else _clean(name), tuple(self.node(one, depth + 1) for one in args))
        if lower == "in" and not (isinstance(node.args[1], Array) and node.args[1].items):
            raise refusal("“in” needs a value and a list of at least one value.")
        return node

    def _end(self, value: Any, depth: int) -> Node:
        if isinstance(value, str):
            return literals.end_of_interval(value)
        node = self.node(value, depth)
        if not isinstance(node, Property | Call | Date | Timestamp):
            raise refusal("An interval needs two ends, each a date, a time, “..” or a property.")
        return node

    def _geometry(self, value: dict[str, Any]) -> Geometry:
        kind = type_of(value)
        if kind == COLLECTION:
            members = value.get("geometries")
            if not isinstance(members, list) or not members or len(members) > MAX_NODES:
                raise refusal("A GeometryCollection must have “geometries”.")
            inner = [one for one in members if type_of(one) in FORMS]
            if len(inner) != len(members):
                raise refusal("A GeometryCollection can contain only points, lines and polygons.")
            return Geometry(kind, tuple(self._geometry(one) for one in inner))
        if kind not in FORMS:
            raise refusal(f"“{str(value['type'])[:40]}” is not a geometry type.")
        return Geometry(kind, self._coordinates(value.get("coordinates"), FORMS[kind].depth))

    def _coordinates(self, value: Any, depth: int) -> tuple[Any, ...]:
        if not isinstance(value, list) or (depth and not value):
            raise refusal("The coordinates of a geometry cannot be read.")
        if depth:
            return tuple(self._coordinates(one, depth - 1) for one in value)
        least, most = literals.POSITION
        if not least <= len(value) <= most:
            raise refusal("A position must have two numbers, or three with a height.")
        return tuple(self._number(one) for one in value)

    def _number(self, value: Any) -> float:
        self.numbers += 1
        if self.numbers > MAX_WORDS:
            raise refusal("The geometries have too many vertices.")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refusal("A coordinate must be a number.")
        return float(literals.finite(value))


def _clean(text: str) -> str:
    if "\x00" in text:
        raise refusal("A text must not contain a null byte.")
    return text


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise refusal(f"“{name}” is a text.")
    return value
