"""Finds records while a curator types: of one kind, or of several at once."""

from typing import Any

from django.apps import apps
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.utils.text import capfirst

from curation.forms.choices import AnyRecordField
from curation.labels import described
from curation.light import light
from curation.search import search
from registry.kinds import SIDES, SUBJECTS
from registry.models import DisagreementMember, FindingSubject, FrameworkParty, LicenseSite, ResourceEstimate
from registry.models.base import Record

_EACH = 8
#: Model whose rows point at records of several kinds → the columns, of which exactly one is set.
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    FindingSubject: tuple(SUBJECTS),
    DisagreementMember: tuple(SIDES),
    LicenseSite: ("deposit", "prospecting_object"),
    FrameworkParty: ("country", "organization"),
    ResourceEstimate: ("deposit", "prospecting_object"),
}


def choosable(rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """Leave out what was merged: its survivor is chosen instead."""
    return rows.exclude(record_status="merged") if issubclass(rows.model, Record) else rows


def with_country(rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """Load what tells records of one name apart."""
    has_country = any(field.name == "country" for field in rows.model._meta.fields)
    return light(rows, *(("country",) if has_country else ()))


class FindOneKind(AutocompleteJsonView):
    """Django's autocomplete, with what tells records of one name apart and without pages beyond reason."""

    def get_queryset(self) -> "models.QuerySet[Any]":
        """Find, without the heavy columns."""
        return with_country(choosable(super().get_queryset()))

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Describe one record."""
        return {"id": str(getattr(obj, to_field_name)), "text": described(obj)}

    def get_paginator(self, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Any:
        """Look one row further than the page instead of counting."""
        return Ahead(queryset, per_page, int_or(self.request.GET.get("page"), 1))


class Ahead:
    """A paginator that knows only whether there is more."""

    def __init__(self, rows: Any, per_page: int, number: int) -> None:
        """Read the page asked for and one row more."""
        begin = (max(number, 1) - 1) * per_page
        self.number, self._rows = max(number, 1), list(rows[begin : begin + per_page + 1])
        self.object_list, self._more = self._rows[:per_page], len(self._rows) > per_page
        self.num_pages = self.number + self._more

    def page(self, number: Any) -> "Ahead":
        """Return the page that was read."""
        return self

    def has_next(self) -> bool:
        """Return whether there is more."""
        return self._more

    def has_other_pages(self) -> bool:
        """Return whether there are other pages."""
        return self._more or self.number > 1


def int_or(text: str | None, otherwise: int) -> int:
    """Read a small whole number, or take the other."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else otherwise


def find_any(request: HttpRequest, site: AdminSite) -> JsonResponse:
    """Respond to the search of `AnyRecordField`: the first few records of each kind."""
    try:
        model = apps.get_model(request.GET["app_label"], request.GET["model_name"])
        columns = COLUMNS[model]
    except (LookupError, ValueError) as error:
        raise PermissionDenied from error
    term = request.GET.get("term", "").replace("\x00", "")
    groups = []
    for column, target in AnyRecordField(model, columns).targets.items():
        page = site._registry.get(target)
        if page is not None and not page.has_view_permission(request):
            continue
        rows = with_country(choosable(search(target._base_manager.order_by("-pk"), term)))[:_EACH]
        found = [{"id": f"{column}:{row.pk}", "text": described(row)} for row in rows]
        if found:
            groups.append({"text": capfirst(str(target._meta.verbose_name_plural)), "children": found})
    return JsonResponse({"results": groups, "pagination": {"more": False}})
