"""Features as GeoJSON and its kin hold them, made rows of a table."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
from django.utils.translation import gettext

from imports import limits
from imports.readers.cells import kept
from imports.readers.shapes import Projection, ShapeError, ewkb
from imports.readers.table import InputFile, checked_columns
from imports.rows import Problem, RawRow

#: Features from which the columns are collected; later ones may have others, which are read all the same.
_SAMPLED = 100


def feature_row(number: int, feature: Any, projection: Projection | None) -> RawRow:
    """Make a row of one feature; `number` is counted from 1."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return RawRow(
            number, {}, problems=(Problem("not-a-feature", gettext("This member of the collection is not a GeoJSON Feature.")),)
        )
    properties = feature.get("properties")
    cells = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature:
        cells.setdefault("id", feature["id"])
    return shaped_row(number, cells, feature.get("geometry"), projection)


def shaped_row(number: int, cells: dict[str, Any], geometry: Any, projection: Projection | None) -> RawRow:
    """Make a row of named cells and a GeoJSON geometry."""
    problems: list[Problem] = []
    flat = islice(_flat(cells), limits.COLUMNS)
    values = {name: kept(name, value, problems) for name, value in flat}
    shape = None
    try:
        shape = ewkb(geometry, projection)
    except ShapeError as error:
        problems.append(Problem(error.rule, str(error), "geometry"))
    return RawRow(number, values, shape, tuple(problems))


def _flat(cells: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return one value per column: a list of texts in one cell, an object as a column per key, anything deeper as JSON."""
    for name, value in cells.items():
        if isinstance(value, dict) and value:
            for key, inner in islice(value.items(), limits.COLUMNS):
                yield f"{name}.{key}", _text(inner)
        else:
            yield str(name), _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) and ";" not in str(item) for item in value):
        return "; ".join(map(str, value))
    return orjson.dumps(value, default=str).decode() if isinstance(value, (dict, list)) else value


def feature_columns(input_file: InputFile, rows: Iterable[RawRow]) -> tuple[str, ...]:
    """Distinguish the columns from the first features."""
    names: dict[str, None] = {}
    seen = False
    for row in islice(rows, _SAMPLED):
        seen = True
        names.update(dict.fromkeys(row.values))
    if not seen:
        raise input_file.refuse("empty", "It contains no features.")
    if not names:
        raise input_file.refuse(
            "no-columns",
            "Its features have geometries but no properties.",
            "Save it with its attributes.",
        )
    return checked_columns(input_file, list(names))
