"""Says how typed coordinates are understood, and where they lie."""

from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from curation.forms.entered import stated_srid
from curation.forms.location import as_text, on_map
from curation.quality import countries_at
from registry.geo.coordinates import CoordinatesError, Entered, sexagesimal
from registry.geo.kinds import KIND_OF
from registry.geo.shapes import Shape, read_outline, read_point
from registry.geo.systems import SAME
from registry.models import Country
from registry.vocabularies import PLACED, LocationKind


@require_POST
def read_place(request: HttpRequest) -> JsonResponse:
    """Read the text of a place field as saving would, and answer for the map and for the curator's eyes."""
    text = request.POST.get("text", "").strip()
    kind = request.POST.get("kind")
    if not text:
        return JsonResponse({"empty": True})
    try:
        srid = stated_srid(request.POST.get("srid"))
        shape = read_point(text, srid) if kind == "point" else read_outline(text)
    except CoordinatesError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse(_answer(shape, request.POST.get("country", "")))


def _answer(shape: Shape, stated: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"understood": shape.understood, "shape": on_map(shape.geometry), "text": as_text(shape.geometry)}
    answer |= {"kind": KIND_OF[shape.entered], "instead_of": [kind for kind in LocationKind.values if kind not in PLACED]}
    if found := shape.coordinates:
        answer |= {"printed": found.entered is Entered.PRINTED, "srid": found.srid if found.srid not in SAME else None}
        answer |= {"uncertainty_m": found.uncertainty_m, "basis": "printed_precision" if found.precision else "curator"}
    if isinstance(shape.geometry, Point):
        answer |= _where(shape.geometry, stated)
    return answer


def _where(point: Point, stated: str) -> dict[str, Any]:
    """Name the countries there, and compare them with the stated one."""
    keys = countries_at(point.x, point.y)
    names = list(Country.objects.filter(pk__in=keys).order_by("name").values_list("name", flat=True))
    lies = f"In {' and '.join(names)}." if names else "In no country with a boundary in the registry."
    country = int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 19 else None
    if country is None or country in keys:
        return {"lies": lies, "outside": False}
    if abs(point.x) <= 90 and country in countries_at(point.y, point.x):
        exchanged = f"{sexagesimal(point.x, 'N', 'S')}, {sexagesimal(point.y, 'E', 'W')}"
        return {
            "lies": f"{lies} That is outside the stated country; with latitude and longitude exchanged ({exchanged})"
            " it would be inside.",
            "outside": True,
        }
    return {"lies": f"{lies} That is outside the stated country.", "outside": True}
