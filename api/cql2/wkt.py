"""Shapes inside a CQL2 text: well-known text and BBOX."""

from typing import TYPE_CHECKING, Any

from api.cql2 import literals
from api.cql2.bounds import refusal
from api.cql2.tree import Box, Geometry
from registry.geo.geojson import COLLECTION, FORMS

if TYPE_CHECKING:
    from api.cql2.text import Parser

#: Key word → the GeoJSON type.
_KINDS = {kind.upper(): kind for kind in FORMS}
SHAPES = frozenset({*_KINDS, COLLECTION.upper(), "BBOX"})


def read_shape(key: str, parser: "Parser") -> Geometry | Box:
    """Read what follows the key word of a shape; raises BadParameter."""
    if key == "BBOX":
        return Box(_bounds(parser))
    parser.takes("Z")
    if key == COLLECTION.upper():
        return Geometry(COLLECTION, _members(parser))
    kind = _KINDS[key]
    depth = FORMS[kind].depth
    parser.expect("(")
    if depth == 0:
        coordinates: Any = _position(parser)
        parser.expect(")")
    else:
        coordinates = _nested(parser, depth, single=kind == "MultiPoint")
    return Geometry(kind, coordinates)


def _members(parser: "Parser") -> tuple[Geometry, ...]:
    parser.expect("(")
    members = []
    while True:
        key = parser.word.upper
        if key not in _KINDS:
            raise parser.unexpected("a geometry")
        parser.take()
        member = read_shape(key, parser)
        assert isinstance(member, Geometry)
        members.append(member)
        if not parser.takes(","):
            break
    parser.expect(")")
    return tuple(members)


def _nested(parser: "Parser", depth: int, single: bool) -> tuple[Any, ...]:
    """Read what stands between brackets whose first is read; positions of a MULTIPOINT may have brackets of their own."""
    parts: list[Any] = []
    while True:
        if depth > 1:
            parser.expect("(")
            parts.append(_nested(parser, depth - 1, single))
        elif single and parser.takes("("):
            parts.append(_position(parser))
            parser.expect(")")
        else:
            parts.append(_position(parser))
        if not parser.takes(","):
            break
    parser.expect(")")
    return tuple(parts)


def _position(parser: "Parser") -> tuple[float, ...]:
    numbers = [_number(parser), _number(parser)]
    if parser.word.kind == "number" or (parser.word.kind == "sign" and parser.word.text in ("-", "+")):
        numbers.append(_number(parser))
    return tuple(numbers)


def _number(parser: "Parser") -> float:
    sign = parser.takes("-", "+")
    if parser.word.kind != "number":
        raise parser.unexpected("a coordinate")
    value = literals.number(parser.take().text)
    return float(-value if sign == "-" else value)


def _bounds(parser: "Parser") -> tuple[float, ...]:
    parser.expect("(")
    numbers = [_number(parser)]
    while parser.takes(","):
        numbers.append(_number(parser))
        if len(numbers) > 6:
            break
    parser.expect(")")
    if len(numbers) not in (4, 6):
        raise refusal("A box has four numbers, or six with heights.")
    return tuple(numbers)
