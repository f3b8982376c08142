"""Shapes that a column holds as well-known text, as databases and GIS write them: POINT (76.5 43.25), SRID=4326;POLYGON (…)."""

import re
from dataclasses import replace
from typing import Any

from imports.readers.shapes import ShapeError, ewkb
from imports.values.draft import Draft
from registry.geo.coordinates import CoordinatesError
from registry.geo.shapes import read_wkt
from registry.geo.systems import WGS84

_WRITTEN = re.compile(
    r"\s*(?:SRID=(\d{1,6});)?\s*((?:MULTI)?(?:POINT|POLYGON|LINESTRING)|GEOMETRYCOLLECTION)\s*(?:[ZM]|ZM)?\s*(?:\(|EMPTY\b)",
    re.I,
)


def is_written_shape(text: str) -> bool:
    """Return whether a text begins like well-known text."""
    return bool(_WRITTEN.match(text))


def take_shape(draft: Draft, column: str) -> bool:
    """Return the draft the shape that a column writes, in the file's coordinates; tells whether it has one.

    What is written and cannot be read is an error of the row.
    """
    text = draft.cell(column)
    found = _WRITTEN.match(text)
    # What the reader has refused is no more complete.
    if not text or any(problem.is_error and problem.column == column for problem in draft.row.problems):
        return False
    if found is None:
        draft.error("geometry-form", f"“{text[:40]}” is not well-known text.", column, text, "Write POINT (76.5 43.25).")
        return False
    if found[1] not in (None, str(draft.srid or WGS84)):
        message = f"The cell states SRID={found[1]}, the file {draft.srid or WGS84}."
        draft.error("geometry-form", message, column, text, f"Load the file with the EPSG number {found[1]}.")
        return False
    try:
        geometry: Any = read_wkt(text[found.start(2) :])
        shape = ewkb({"type": geometry.geom_type, "coordinates": geometry.coords}, draft.projection)
    except CoordinatesError as error:
        draft.error("geometry-form", str(error), column, text)
        return False
    except ShapeError as error:
        draft.error(error.rule, str(error), column, text)
        return False
    draft.row = replace(draft.row, geometry=shape)
    return shape is not None
