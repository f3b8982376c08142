"""Names the records that may be the same as one whose name is being typed."""

from typing import Any

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from curation.forms.entered import stated_srid
from curation.labels import described
from curation.linked import change_url
from curation.merging.display import reasons, verdict
from curation.pages.find import with_country
from registry.geo.coordinates import CoordinatesError
from registry.geo.shapes import read_point
from registry.matching import POSSIBLE, Probe, candidates_of_rows
from registry.models.base import Record

_MOST, _SHORTEST = 5, 3
#: While a name is typed nothing else may be known yet, which counts half: names that are four fifths alike are shown.
_LEAST = 0.65


@require_POST
def similar(request: HttpRequest, site: AdminSite) -> JsonResponse:
    """Compare a name, with the country and the location that are typed so far, with the records of its kind."""
    wanted = request.POST.get("model", "")
    model: Any = next((m for m in site._registry if m._meta.model_name == wanted and issubclass(m, Record)), None)
    page: Any = site._registry.get(model)
    if page is None or not getattr(page, "finds_doubles", False) or not page.has_view_permission(request):
        raise PermissionDenied
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:300]
    but, country = (_key(request.POST.get(field)) for field in ("but", "country"))
    if len(name) < _SHORTEST:
        return JsonResponse({"records": []})
    probe = Probe(0, (name,), country, _place(request))
    found = [one for one in candidates_of_rows(model, [probe], most=_MOST + 1, least=_LEAST) if one.record != but][:_MOST]
    rows: Any = model._base_manager.filter(pk__in=[one.record for one in found])
    held = {row.pk: row for row in with_country(rows)}
    return JsonResponse(
        {
            "records": [
                {
                    "name": described(held[one.record]),
                    "state": held[one.record].get_record_status_display(),
                    "verdict": (word := verdict(one.score, one.evidence) if one.score >= POSSIBLE else "similar"),
                    "said": gettext(word),
                    "reasons": [f"{reason.about}: {reason.found}" for reason in reasons(one.evidence) if reason.speaks],
                    "address": change_url(held[one.record], site),
                }
                for one in found
                if one.record in held
            ]
        }
    )


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def _place(request: HttpRequest) -> tuple[float, float] | None:
    """Return longitude and latitude, where they can be read already."""
    try:
        point: Any = read_point(request.POST.get("location", ""), stated_srid(request.POST.get("srid"))).geometry
    except CoordinatesError:
        return None
    return point.x, point.y
