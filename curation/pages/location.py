"""Says how typed coordinates are understood, and where they lie; reads the shapes of a file that is added to a form."""

from typing import Any
from urllib.parse import unquote

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from curation.forms.entered import stated_srid
from curation.forms.location import as_text, from_file, on_map
from curation.quality import countries_at
from imports.shape_file import ShapeFileError, read_shape_file
from registry.geo.coordinates import CoordinatesError, Entered
from registry.geo.kinds import KIND_OF
from registry.geo.shapes import Shape, outline_in_words, read_outline, read_point
from registry.geo.systems import SAME
from registry.geo.written import sexagesimal
from registry.models import Country
from registry.vocabularies import PLACED, LocationKind

#: Vertices of all shapes of a file that is added to a form.
MOST_VERTICES = 20_000


@require_POST
def read_place(request: HttpRequest) -> JsonResponse:
    """Read the text of a place field as saving would, and answer for the map and for the curator's eyes."""
    text = request.POST.get("text", "").strip()
    kind = request.POST.get("kind")
    if not text:
        return JsonResponse({"empty": True})
    try:
        srid = stated_srid(request.POST.get("srid"))
        shape = read_point(text, srid) if kind == "point" else read_outline(text, srid)
    except CoordinatesError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse(_answer(shape, request.POST.get("country", ""), request.POST.get("declared", "")))


def _answer(shape: Shape, stated: str, declared: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"understood": shape.understood, "shape": on_map(shape.geometry), "text": as_text(shape.geometry)}
    answer |= {"kind": KIND_OF[shape.entered], "instead_of": [kind for kind in LocationKind.values if kind not in PLACED]}
    if found := shape.coordinates:
        answer |= {"printed": found.entered is Entered.PRINTED, "srid": found.srid if found.srid not in SAME else None}
        answer |= {"uncertainty_m": found.uncertainty_m, "basis": "printed_precision" if found.precision else "curator"}
    if isinstance(shape.geometry, Point):
        return answer | _where(shape.geometry, stated)
    return answer | _areas(shape, declared)


def _compared(difference: float) -> str:
    """Return the words for how an area compares with the declared one."""
    if abs(difference) < 0.0005:
        return gettext("as the declared %(stated)s km²")
    if difference > 0:
        return gettext("%(share)s more than the declared %(stated)s km²")
    return gettext("%(share)s less than the declared %(stated)s km²")


def _areas(shape: Shape, declared: str) -> dict[str, Any]:
    """Return the area of an outline on the ellipsoid, as the database computes it, beside the declared one."""
    area = area_km2(shape.geometry)
    words = (
        gettext("%(area)s km² on the ellipsoid") % {"area": f"{area:,.4g}"}
        if area < 1000
        else gettext("%(area)s km² on the ellipsoid") % {"area": f"{area:,.0f}"}
    )
    stated = _number(declared) or shape.declared_area_km2
    if stated:
        difference = (area - stated) / stated
        words = ", ".join((words, _compared(difference) % {"share": f"{abs(difference):.1%}", "stated": f"{stated:,.10g}"}))
        return {"areas": words, "areas_differ": abs(difference) > 0.2, "declared_area_km2": shape.declared_area_km2}
    return {"areas": words, "declared_area_km2": shape.declared_area_km2}


def area_km2(outline: GEOSGeometry) -> float:
    """Measure an outline on the ellipsoid."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(%s::geography) / 1e6", [outline.hexewkb.decode()])
        (area,) = cursor.fetchone()
    return float(area)


def _number(text: str) -> float | None:
    try:
        value = float(text[:40])
    except ValueError:
        return None
    return value if 0 < value < 1e12 else None


@require_POST
def read_file(request: HttpRequest) -> JsonResponse:
    """Read the shapes of a file, which is the body of the request, as texts for a place field."""
    try:
        content = request.body
    except RequestDataTooBig:
        return JsonResponse(
            {"error": gettext("The file is larger than 2.5 MB. Load it as an import, or save one outline alone.")}
        )
    name = unquote(request.headers.get("X-File-Name", "file"))[:120]
    wanted = (Point,) if request.GET.get("kind") == "point" else (Polygon, MultiPolygon)
    try:
        file = read_shape_file(content, name)
    except ShapeFileError as error:
        return JsonResponse({"error": f"“{name}”: {error}"})
    shapes = [(one.label, GEOSGeometry(one.ewkb)) for one in file.shapes]
    usable = [(label, shape) for label, shape in shapes if isinstance(shape, wanted)]
    if not usable:
        what = "point" if Point in wanted else "outline"
        kinds = " and ".join(sorted({shape.geom_type for _, shape in shapes}))
        return JsonResponse(
            {"error": gettext("“%(name)s” has no %(what)s; it has %(kinds)s.") % {"name": name, "what": what, "kinds": kinds}}
        )
    if sum(shape.num_points for _, shape in usable) > MOST_VERTICES:
        message = gettext("The shapes of “%(name)s” have more than %(most_vertices)s vertices. Load the file as an import.") % {
            "name": name,
            "most_vertices": f"{MOST_VERTICES:,}",
        }
        return JsonResponse({"error": message})
    return JsonResponse({"shapes": [_choice(label, shape, name) for label, shape in usable]})


def _choice(label: str, shape: Any, name: str) -> dict[str, str]:
    """Return a shape as the text of a field, and in words to choose it by."""
    if isinstance(shape, Point):
        return {"label": label, "text": from_file(shape, name), "words": f"{shape.y:.5f}, {shape.x:.5f}"}
    outline = shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)
    return {"label": label, "text": from_file(outline, name), "words": outline_in_words(outline)}


def _where(point: Point, stated: str) -> dict[str, Any]:
    """Name the countries there, and compare them with the stated one."""
    keys = countries_at(point.x, point.y)
    names = list(Country.objects.filter(pk__in=keys).order_by("name").values_list("name", flat=True))
    lies = (
        gettext("In %(names)s.") % {"names": gettext(" and ").join(names)}
        if names
        else gettext("In no country with a boundary in the registry.")
    )
    country = int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 19 else None
    if country is None or country in keys:
        return {"lies": lies, "outside": False}
    if abs(point.x) <= 90 and country in countries_at(point.y, point.x):
        exchanged = f"{sexagesimal(point.x, 'N', 'S')}, {sexagesimal(point.y, 'E', 'W')}"
        return {
            "lies": gettext(
                "%(lies)s That is outside the stated country; with latitude and longitude "
                "exchanged (%(exchanged)s) it would be inside."
            )
            % {"lies": lies, "exchanged": exchanged},
            "outside": True,
        }
    return {"lies": gettext("%(lies)s That is outside the stated country.") % {"lies": lies}, "outside": True}
