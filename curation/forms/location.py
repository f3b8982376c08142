"""The form field of a place: text in any common notation, beside a map."""

import json
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.forms import Script
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from registry.geo.coordinates import CoordinatesError
from registry.geo.shapes import Shape, read_outline, read_point
from registry.geo.systems import SAME
from registry.geo.written import plain

#: Outlines of more vertices are not written out as text: they stay as they are until something else is pasted.
MOST_VERTICES_AS_TEXT = 500
#: The map shows larger outlines simplified.
MOST_VERTICES_ON_MAP = 3_000
_POINT_EXAMPLES = gettext_lazy("42°40′ с.ш. 76°10′ в.д. · 43N 478123 4732123 · 13478123 4732123 · a link of a map")
_OUTLINE_EXAMPLES = gettext_lazy("1   42°40′12″ с.ш.   76°10′30″ в.д.\n2   … a table of corners, WKT (POLYGON …) or GeoJSON")
#: What a text calls the datum of its coordinates, and what a curator chooses it by.
DATUMS = (("Pulkovo 1942", "Pulkovo 1942 (СК-42)"), ("Pulkovo 1995", "Pulkovo 1995 (СК-95)"), ("WGS 84", "WGS 84"))


class PlaceWidget(forms.Textarea):
    """A text box that understands coordinates, and a map on which a point is set or an outline edited."""

    template_name = "curation/place.html"
    shape: dict[str, Any] | None = None
    kind = "point"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the template the shape, as GeoJSON, and where to ask what a text means."""
        context = super().get_context(name, value, {**(attrs or {}), "spellcheck": "false", "autocomplete": "off"})
        context["widget"] |= {
            "kind": self.kind,
            "shape": self.shape,
            "shape_id": f"{context['widget']['attrs'].get('id', name)}_shape",
            "read_url": reverse("admin:read_place"),
            "file_url": reverse("admin:read_shape_file"),
            "datums": DATUMS,
        }
        return context

    @property
    def media(self) -> forms.Media:
        """Load the script of the map; MapLibre itself is loaded when a map comes into view."""
        return forms.Media(
            css={"all": ("curation/place.css",)},
            js=(Script("curation/place.js", type="module"),),  # type: ignore[arg-type]
        )


class PlaceField(forms.Field):
    """A point or an outline, written as coordinates in any common notation, as WKT or as GeoJSON."""

    widget: PlaceWidget

    def __init__(self, *, geom_type: str = "POINT", **kwargs: Any) -> None:
        """Take the type of the column; all shapes are in WGS 84."""
        for settled in ("srid", "max_geom_collections"):
            kwargs.pop(settled, None)
        self.kind = "point" if geom_type.upper() == "POINT" else "outline"
        self.current: GEOSGeometry | None = None
        #: The system in which the source states its coordinates, and the one in which the current ones were stated.
        self.srid: int | None = None
        self.shown_srid: int | None = None
        point = self.kind == "point"
        attributes = {"rows": 1 if point else 3, "placeholder": _POINT_EXAMPLES if point else _OUTLINE_EXAMPLES}
        super().__init__(**{**kwargs, "widget": PlaceWidget(attrs=attributes)})
        self.widget.kind = self.kind

    def show(self, geometry: GEOSGeometry | None, srid: int | None = None) -> None:
        """Take the shape that is kept now, and the system in which its source states it."""
        self.current = geometry
        self.shown_srid = self.srid = srid
        self.widget.shape = on_map(geometry) if geometry else None

    def prepare_value(self, value: Any) -> Any:
        """Write a shape as text that reads back to the same shape, to the last digit."""
        return as_text(value, self.shown_srid) if isinstance(value, GEOSGeometry) else value

    def is_kept(self, text: str) -> bool:
        """Return whether a text is what the form shows of the shape that is kept."""
        return self.current is not None and text == as_text(self.current, self.shown_srid)

    def read(self, text: str) -> Shape:
        """Read a text as saving does; raises CoordinatesError."""
        return read_point(text, self.srid) if self.kind == "point" else read_outline(text, self.srid)

    def to_python(self, value: Any) -> GEOSGeometry | None:
        """Read the text; a text that was not touched leaves the shape untouched."""
        text = str(value or "").strip()
        if not text:
            return None
        if self.is_kept(text):
            return self.current
        try:
            return self.read(text).geometry
        except CoordinatesError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the shapes themselves."""
        try:
            new = self.to_python(data)
        except ValidationError:
            return True
        if new is None or self.current is None:
            return new is not self.current
        return not new.equals_exact(self.current)


def as_text(geometry: GEOSGeometry, srid: int | None = None) -> str:
    """Write a point as latitude and longitude, an outline as WKT, or as a note that it stays, where it is large.

    Where the source states its coordinates in another system, the text says that these are not in it.
    """
    if isinstance(geometry, Point):
        named = "" if srid is None or srid in SAME else " WGS 84"
        return f"{plain(geometry.y)}, {plain(geometry.x)}{named}"
    if geometry.num_points > MOST_VERTICES_AS_TEXT:
        return gettext("(not changed: an outline of %(num_points)s vertices)") % {"num_points": f"{geometry.num_points:,}"}
    outline: Any = geometry
    polygons = ("(" + ", ".join(f"({_positions(ring)})" for ring in polygon) + ")" for polygon in outline)
    return f"MULTIPOLYGON ({', '.join(polygons)})"


def from_file(geometry: Any, name: str) -> str:
    """Write a shape of a file as a GeoJSON feature that names its file."""
    shape = {"type": geometry.geom_type, "coordinates": _rounded(geometry.coords)}
    return json.dumps({"type": "Feature", "properties": {"entered": "from_file", "file": name}, "geometry": shape})


def _rounded(coordinates: Any) -> Any:
    """Keep a tenth of a millimetre: what is beyond comes from arithmetic."""
    if isinstance(coordinates, float):
        return round(coordinates, 9)
    return [_rounded(part) for part in coordinates]


def _positions(ring: Any) -> str:
    return ", ".join(f"{plain(longitude)} {plain(latitude)}" for longitude, latitude in ring.coords)


def on_map(geometry: GEOSGeometry) -> dict[str, Any]:
    """Return a shape as GeoJSON for the map, simplified where it is large."""
    tolerance = 0.001
    shown: Any = geometry
    while shown.num_points > MOST_VERTICES_ON_MAP and tolerance < 1:
        shown = geometry.simplify(tolerance, preserve_topology=True)
        tolerance *= 3
    return {"type": shown.geom_type, "coordinates": shown.coords}
