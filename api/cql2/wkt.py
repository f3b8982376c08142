"""Shapes inside a CQL2 text: well-known text and BBOX."""

from typing import Any

from api.cql2 import literals
from api.cql2.bounds import refusal
from api.cql2.tree import Box, Geometry
from api.cql2.word_reader import WordReader
from registry.geo.geojson import COLLECTION, FORMS

#: Key word → the GeoJSON type.
_KINDS = {kind.upper(): kind for kind in FORMS}
SHAPES = frozenset({*_KINDS, COLLECTION.upper(), "BBOX"})


def read_shape(key: str, reader: WordReader) -> Geometry | Box:
    """Read what follows the key word of a shape; raises BadParameter."""
    if key == "BBOX":
        return Box(_bounds(reader))
    reader.takes("Z")
    if key == COLLECTION.upper():
        return Geometry(COLLECTION, _members(reader))
    kind = _KINDS[key]
    depth = FORMS[kind].depth
    reader.expect("(")
    if depth == 0:
        coordinates: Any = _position(reader)
        reader.expect(")")
    else:
        coordinates = _nested(reader, depth, single=kind == "MultiPoint")
    return Geometry(kind, coordinates)


def _members(reader: WordReader) -> tuple[Geometry, ...]:
    reader.expect("(")
    members = []
    while True:
        key = reader.word.upper
        if key not in _KINDS:
            raise reader.unexpected("a geometry")
        reader.take()
        member = read_shape(key, reader)
        assert isinstance(member, Geometry)
        members.append(member)
        if not reader.takes(","):
            break
    reader.expect(")")
    return tuple(members)


def _nested(reader: WordReader, depth: int, single: bool) -> tuple[Any, ...]:
    """Read what stands between brackets whose first is read; positions of a MULTIPOINT may have brackets of their own."""
    parts: list[Any] = []
    while True:
        if depth > 1:
            reader.expect("(")
            parts.append(_nested(reader, depth - 1, single))
        elif single and reader.takes("("):
            parts.append(_position(reader))
            reader.expect(")")
        else:
            parts.append(_position(reader))
        if not reader.takes(","):
            break
    reader.expect(")")
    return tuple(parts)


def _position(reader: WordReader) -> tuple[float, ...]:
    numbers = [_number(reader), _number(reader)]
    if reader.word.kind == "number" or (reader.word.kind == "sign" and reader.word.text in ("-", "+")):
        numbers.append(_number(reader))
    return tuple(numbers)


def _number(reader: WordReader) -> float:
    sign = reader.takes("-", "+")
    if reader.word.kind != "number":
        raise reader.unexpected("a coordinate")
    value = literals.number(reader.take().text)
    return float(-value if sign == "-" else value)


def _bounds(reader: WordReader) -> tuple[float, ...]:
    reader.expect("(")
    numbers = [_number(reader)]
    while reader.takes(","):
        numbers.append(_number(reader))
        if len(numbers) > 6:
            break
    reader.expect(")")
    if len(numbers) not in (4, 6):
        raise refusal("A box must have four numbers, or six with heights.")
    return tuple(numbers)
