"""The pages of licences, and of what happened to them."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.forms.records import RowForm
from curation.guarded import PartAdmin
from curation.inlines import (
    CitationsInline,
    CommoditiesInline,
    EventsInline,
    ExternalIdsInline,
    NamesInline,
    PartiesInline,
    RowsInline,
)
from curation.lists import ChooseFilter, ChooseRecordFilter, EndsFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import License, LicenseCommodity, LicenseEvent, LicenseParty, LicenseSite
from registry.words import called_lazy


class LicenseForm(SluggedForm):
    """One licence, or a counted group of them."""

    def slug_text(self) -> str:
        """Call a licence by its name, its number or its country."""
        name, country = self.cleaned_data.get("name"), self.cleaned_data.get("country")
        if name:
            return str(name)
        number = self.cleaned_data.get("number") or self.cleaned_data.get("count") or "some"
        return f"{country} licence {number}" if country else ""


class LicensePartiesInline(PartiesInline):
    """Who holds, operates, owns or applied for a licence."""

    model = LicenseParty
    fields = ("organization", "private_holder", "role", "share_pct", "start", "end", "as_of")


class LicenseEventsInline(EventsInline):
    """What happened to a licence; an event's citations stand on its own page."""

    model = LicenseEvent
    fields = ("date", "kind", "text")


class LicenseCommoditiesInline(CommoditiesInline):
    """What a licence is for."""

    model = LicenseCommodity


class SiteForm(RowForm):
    """One site of a licence."""

    record = AnyRecordField(LicenseSite, ("deposit", "prospecting_object"), label=gettext_lazy("Deposit or prospecting object"))


class SitesInline(RowsInline):
    """The deposits and prospecting objects that a source links to a licence."""

    model = LicenseSite
    form = SiteForm
    fields = ("record",)
    chooses = ("deposit", "prospecting_object")
    verbose_name = called_lazy("site")
    verbose_name_plural = called_lazy("sites")


@page_of(License)
class LicenseAdmin(RecordAdmin):
    """Rights to study, explore or mine."""

    form = LicenseForm
    list_shows = ("country", "kind", "status", "granted", "expires")
    list_select_related = ("country",)
    list_narrows = (("country", ChooseRecordFilter), ("kind", ChooseFilter), ("status", ChooseFilter), EndsFilter)
    fieldsets = (
        (None, {"fields": ("name", ("number", "count"), "slug", "country", "description")}),
        (
            gettext_lazy("Kind and status"),
            {
                "fields": (
                    ("kind", "kind_as_stated"),
                    ("status", "status_as_stated", "status_as_of"),
                    ("applied", "granted", "expires", "ended"),
                    ("authority", "legal_basis"),
                ),
                "description": gettext_lazy("The status as a source states it; the expiry by date is computed."),
            },
        ),
        (gettext_lazy("Area"), {"fields": ("area", ("declared_area_km2", "computed_area"), "block_codes")}),
    )
    readonly_fields = ("computed_area",)
    inlines = (
        CitationsInline,
        LicensePartiesInline,
        LicenseEventsInline,
        SitesInline,
        LicenseCommoditiesInline,
        NamesInline,
        ExternalIdsInline,
    )

    @admin.display(description=called_lazy("computed area km²"))
    def computed_area(self, record: Any) -> str:
        """Show the area of the outline, measured on the ellipsoid by the database."""
        area = getattr(record, "computed_area_km2", None)
        return f"{area:,.2f}" if area is not None else "–"


@page_of(LicenseEvent)
class LicenseEventAdmin(PartAdmin):
    """One event of a licence with its citations; reached from the licence."""

    fieldsets = ((None, {"fields": (("date", "kind"), "text")}),)
    inlines = (CitationsInline, ExternalIdsInline)
    list_display = ("__str__", "license", "kind", "date")
    list_select_related = ("license", "license__country")
