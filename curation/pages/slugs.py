"""Suggests a slug while a name is typed."""

from typing import Any

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse

from curation.pages.find import int_or
from curation.slugs import suggest_slug
from registry.models.base import Record


def suggest(request: HttpRequest, site: AdminSite) -> JsonResponse:
    """Answer with a free slug for `?model=deposit&text=Кутессай`."""
    wanted = request.GET.get("model", "")
    model: Any = next((m for m in site._registry if m._meta.model_name == wanted and issubclass(m, Record)), None)
    if model is None or not site._registry[model].has_view_permission(request):
        raise PermissionDenied
    but = int_or(request.GET.get("but"), 0) or None
    return JsonResponse({"slug": suggest_slug(model, request.GET.get("text", ""), but=but)})
