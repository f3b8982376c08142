"""Features as GeoJSON and its kin hold them, made rows of a table."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import orjson

from registry.imports import limits
from registry.imports.readers.cells import kept
from registry.imports.readers.shapes import Projection, ShapeError, ewkb
from registry.imports.readers.table import Asked, checked_columns
from registry.imports.rows import Problem, RawRow

#: Features from which the columns are told; later ones may have others, which are read all the same.
_SAMPLED = 100


def feature_row(number: int, feature: Any, projection: Projection | None) -> RawRow:
    """Make a row of one feature; `number` is counted from 1."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return RawRow(number, {}, problems=(Problem("not-a-feature", "This member of the collection is no GeoJSON Feature."),))
    properties = feature.get("properties")
    cells = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature:
        cells.setdefault("id", feature["id"])
    return shaped_row(number, cells, feature.get("geometry"), projection)


def shaped_row(number: int, cells: dict[str, Any], geometry: Any, projection: Projection | None) -> RawRow:
    """Make a row of named cells and a GeoJSON geometry."""
    problems: list[Problem] = []
    values = {str(name): kept(str(name), _flat(value), problems) for name, value in islice(cells.items(), limits.COLUMNS)}
    shape = None
    try:
        shape = ewkb(geometry, projection)
    except ShapeError as error:
        problems.append(Problem(error.rule, str(error), "geometry"))
    return RawRow(number, values, shape, tuple(problems))


def _flat(value: Any) -> Any:
    """Write lists and mappings as JSON text; a table has one value per cell."""
    if isinstance(value, (dict, list)):
        return orjson.dumps(value, default=str).decode()
    return value


def feature_columns(asked: Asked, rows: Iterable[RawRow]) -> tuple[str, ...]:
    """Tell the columns from the first features."""
    names: dict[str, None] = {}
    seen = False
    for row in islice(rows, _SAMPLED):
        seen = True
        names.update(dict.fromkeys(row.values))
    if not seen:
        raise asked.refuse("empty", "It holds no feature.")
    if not names:
        raise asked.refuse(
            "no-columns",
            "Its features have shapes and no properties, so nothing says what they are.",
            "Save it with its attributes.",
        )
    return checked_columns(asked, list(names))
