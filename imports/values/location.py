"""The location of a row: two columns of degrees or metres, one column in any notation, or the geometry of its format."""

import math
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon

from imports.values.draft import Draft
from imports.values.numbers import figure, is_no_figure
from imports.values.written_shapes import is_written_shape, take_shape
from registry.geo.coordinates import CoordinatesError, Entered, read_coordinates
from registry.geo.kinds import KIND_OF
from registry.geo.shapes import HALF_TURN, half_turn
from registry.geo.systems import WGS84
from registry.geo.uncertainty import printed_uncertainty
from registry.geo.written import plain

#: Decimals of a degree that are kept, a tenth of a millimetre: what is beyond comes from arithmetic.
_DECIMALS = 9


def put_point(draft: Draft, longitude: str, latitude: str) -> None:
    """Set the place of a deposit from two columns; a row without either has no place, and says so."""
    (text_x, x), (text_y, y) = figure(draft, longitude), figure(draft, latitude)
    if not text_x and not text_y:
        _nowhere(draft)
        return
    if not text_x or not text_y:
        column = latitude if text_x else longitude
        message = "The latitude is missing." if text_x else "The longitude is missing."
        draft.error("bad-coordinate", message, column, draft.raw(column) or "", "Enter both, or leave both empty.")
        return
    draft.record["coordinates_as_printed"] = f"{text_y}, {text_x}"[:200]
    if x is None or y is None:
        try:
            found = read_coordinates(f"{text_y}; {text_x}", draft.srid)
        except CoordinatesError as error:
            column, text = (longitude, text_x) if x is None else (latitude, text_y)
            draft.error("bad-coordinate", f"“{text[:40]}” is not a coordinate. {error}", column, text)
            return
        _set_point(draft, found.longitude, found.latitude, longitude, latitude, found.srid)
        return
    if draft.projection is not None:
        (x,), (y,) = draft.projection([x], [y])
    _set_point(draft, x, y, longitude, latitude, draft.srid)


def put_printed_point(draft: Draft, column: str) -> None:
    """Set the place of a deposit from one column in any notation: 42°40′ N 76°10′ E, 42.67 76.17, 43N 478123 4732123."""
    text = draft.cell(column)
    if is_no_figure(text):
        _nowhere(draft)
        return
    if is_written_shape(text):
        if take_shape(draft, column):
            put_geometry(draft)
        return
    try:
        found = read_coordinates(text, draft.srid)
    except CoordinatesError as error:
        draft.error("bad-coordinate", str(error), column, text)
        return
    draft.record["coordinates_as_printed"] = text[:200]
    _set_point(draft, found.longitude, found.latitude, column, column, found.srid)
    if found.entered is not Entered.PRINTED and "location" in draft.record:
        draft.record["location_kind"] = KIND_OF[found.entered]


def _nowhere(draft: Draft) -> None:
    draft.record |= {"location": None, "location_kind": "unknown"}
    if draft.record.get("admin_area"):
        draft.record["location_kind"] = "admin_only"


def _set_point(draft: Draft, x: float, y: float, longitude: str, latitude: str, srid: int | None) -> None:
    if not (math.isfinite(x) and math.isfinite(y)) or abs(x) > 180 or abs(y) > 90:
        column, value = (latitude, y) if not abs(y) <= 90 else (longitude, x)
        message = f"{column} {value:.10g} is out of range."
        fix, meant = _fix(x, y)
        offer = {"set": {"location": meant, "location_kind": "reported"}} if meant else None
        draft.error("coordinates-out-of-range", message, column, f"{value:.10g}", fix, offer)
        return
    if x == 0 and y == 0:
        draft.error("null-island", "The point (0, 0) means a missing location.", longitude, "0, 0", "Leave both cells empty.")
        return
    draft.record |= {"location": (round(x, _DECIMALS), round(y, _DECIMALS)), "location_kind": "reported"}
    draft.record |= vars(printed_uncertainty(draft.record.get("coordinates_as_printed"), "reported", srid))
    if srid not in (None, WGS84):
        draft.record["source_srid"] = srid


def _fix(x: float, y: float) -> tuple[str, list[float] | None]:
    """Describe what may have happened to coordinates that lie beyond the Earth, and where they would lie then."""
    if 180 < x <= 360 and abs(y) <= 90:
        x = round(x - 360, _DECIMALS)
        return f"Longitudes seem to run from 0 to 360: write {plain(x)}.", [x, y]
    if abs(x) <= 90 and 90 < abs(y) <= 180:
        return "Longitude and latitude seem to be swapped.", [y, x]
    return "Check the EPSG number of the coordinates.", None


def put_geometry(draft: Draft) -> None:
    """Set the place of a deposit from the geometry of its row: a point, or an outline."""
    shape = _shape(draft)
    if shape is None:
        if not draft.row.problems:
            _nowhere(draft)
        return
    if shape.geom_type == "MultiPoint" and len(shape) == 1:
        shape = shape[0]
    if shape.geom_type == "Point":
        if draft.projection is None:
            printed = f"{plain(round(shape.y, _DECIMALS))}, {plain(round(shape.x, _DECIMALS))}"
            draft.record["coordinates_as_printed"] = printed
        _set_point(draft, shape.x, shape.y, "geometry", "geometry", draft.srid)
    elif (outline := _outline(draft, shape)) is not None:
        draft.record |= {"footprint": outline, "location_kind": "mapped"}


def put_outline(draft: Draft, key: str) -> None:
    """Set an outline from the geometry of the row: the area of a licence, the boundary of a country."""
    shape = _shape(draft)
    if shape is None:
        return
    if (outline := _outline(draft, shape)) is not None:
        draft.record[key] = outline


def _shape(draft: Draft) -> Any:
    return None if draft.row.geometry is None else GEOSGeometry(draft.row.geometry)


def _outline(draft: Draft, shape: Any) -> str | None:
    """Return a MultiPolygon as EWKB; an outline that crosses itself is repaired, with a warning that states the change."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        message = f"A {shape.geom_type} is not an outline."
        if shape.geom_type == "MultiPoint":
            message = f"It has {len(shape)} points, and one is needed."
        draft.warn("geometry-type", message, "geometry", shape.geom_type)
        return None
    try:
        if not shape.valid:
            reason, before = shape.valid_reason, shape.area
            polygons = _polygons(shape.make_valid())
            shape = MultiPolygon(*polygons, srid=WGS84)
            change = abs(shape.area - before) / before if before else 0
            draft.warn(
                "outline-repaired",
                f"The outline was not valid ({reason[:60]}); repairing it changed its area by {change:.1%}.",
                "geometry",
                fix="Check it on the map.",
            )
    except GEOSException as error:
        draft.error("geometry-form", f"The outline cannot be read: {error}.", "geometry")
        return None
    polygons = _polygons(shape)
    if not polygons:
        draft.warn("geometry-form", "The outline is empty.", "geometry")
        return None
    outline = MultiPolygon(*polygons, srid=WGS84)
    if begin := half_turn(outline):
        draft.error("half-turn", f"From {plain(begin[1])}, {plain(begin[0])} {HALF_TURN}", "geometry")
        return None
    return outline.hexewkb.decode()


def _polygons(shape: Any) -> list[Polygon]:
    """Take the polygons out of whatever a repaired outline has become."""
    if isinstance(shape, Polygon):
        return [] if shape.empty else [shape]
    if shape.geom_type not in ("MultiPolygon", "GeometryCollection"):
        return []
    return [polygon for part in shape for polygon in _polygons(part)]
