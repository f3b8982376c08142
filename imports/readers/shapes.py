"""Shapes of files, as GeoJSON names them, turned into EWKB in degrees of WGS 84."""

import math
from collections.abc import Iterator, Sequence
from struct import pack
from typing import Any, TypeAlias

from django.utils.translation import gettext

from imports import limits
from registry.geo.geojson import FORMS, type_of
from registry.geo.systems import Projection

__all__ = ["Position", "Projection", "ShapeError", "ewkb"]

Position: TypeAlias = tuple[float, float]

_SRID = 4326


class ShapeError(ValueError):
    """A geometry that cannot be kept; carries the rule it breaks."""

    def __init__(self, rule: str, message: str) -> None:
        """Describe which rule, and why."""
        super().__init__(message)
        self.rule = rule


def ewkb(geometry: Any, projection: Projection | None = None) -> str | None:
    """Turn a GeoJSON geometry into hexadecimal EWKB; None for none. Heights are left out. Raises ShapeError."""
    if geometry is None:
        return None
    kind = type_of(geometry)
    if kind not in FORMS:
        said = geometry.get("type") if isinstance(geometry, dict) else geometry
        raise ShapeError(
            "geometry-type", gettext("A geometry of type %(said)s cannot be used here.") % {"said": str(said)[:40]}
        )
    coordinates = geometry.get("coordinates")
    form = FORMS[kind]
    if not isinstance(coordinates, (list, tuple)) or not coordinates:
        return None
    try:
        placed = _placed(list(_positions(coordinates, form.depth)), projection)
        body = _body(form.number, coordinates, placed, with_srid=True)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError(
            "geometry-form", gettext("The coordinates do not have the form of a %(kind)s.") % {"kind": kind}
        ) from error
    return body.hex().upper()


def _positions(coordinates: Any, depth: int) -> Iterator[Position]:
    """Return all positions, in order."""
    if depth:
        for part in coordinates:
            if not isinstance(part, (list, tuple)):
                raise TypeError("a list of positions is needed")
            yield from _positions(part, depth - 1)
    else:
        x, y = coordinates[0], coordinates[1]
        if isinstance(x, (bool, str)) or isinstance(y, (bool, str)):
            raise TypeError("a position must consist of numbers")
        yield float(x), float(y)


def _placed(positions: list[Position], projection: Projection | None) -> Iterator[Position]:
    """Put positions on the Earth, and refuse those that lie nowhere on it."""
    if len(positions) > limits.VERTICES:
        raise ShapeError(
            "too-many-vertices",
            gettext("The shape has more than %(number)s vertices.") % {"number": f"{limits.VERTICES:,}"},
        )
    xs: Sequence[float]
    ys: Sequence[float]
    xs, ys = zip(*positions, strict=True)
    if projection and all(map(math.isfinite, xs)) and all(map(math.isfinite, ys)):
        xs, ys = projection(xs, ys)
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    # A comparison with a number that is none is false.
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90 and all(map(math.isfinite, (*xs, *ys)))):
        raise ShapeError(
            "coordinates-out-of-range",
            gettext(
                "Coordinates such as %(found)s lie outside the degrees of the Earth; is the "
                "EPSG number of the file's coordinates right?"
            )
            % {"found": _outside(xs, ys)},
        )
    return iter(list(zip(xs, ys, strict=True)))


def _outside(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Write the first position that is not on the Earth."""
    x, y = next((x, y) for x, y in zip(xs, ys, strict=True) if not (abs(x) <= 180 and abs(y) <= 90))
    return f"{x:.10g}, {y:.10g}"


def _body(code: int, coordinates: Any, placed: Iterator[Position], *, with_srid: bool = False) -> bytes:
    """Write one geometry, taking its positions from the front of those that are placed."""
    head = pack("<BII", 1, code | 0x20000000, _SRID) if with_srid else pack("<BI", 1, code)
    if code == 1:
        return head + pack("<dd", *next(placed))
    if code == 2:
        return head + _run(len(coordinates), placed)
    if code == 3:
        return head + pack("<I", len(coordinates)) + b"".join(_ring(ring, placed) for ring in coordinates)
    return head + pack("<I", len(coordinates)) + b"".join(_body(code - 3, part, placed) for part in coordinates)


def _ring(ring: Any, placed: Iterator[Position]) -> bytes:
    """Write a ring; one that does not end where it begins is no ring."""
    positions = [next(placed) for _ in ring]
    if len(positions) < 4 or positions[0] != positions[-1]:
        raise ShapeError(
            "ring-open", gettext("A ring of the outline does not end where it begins, or has fewer than three corners.")
        )
    return _run(len(positions), iter(positions))


def _run(count: int, placed: Iterator[Position]) -> bytes:
    numbers = [number for _ in range(count) for number in next(placed)]
    return pack(f"<I{len(numbers)}d", count, *numbers)
