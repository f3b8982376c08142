"""The pages of policy frameworks."""

from django import forms
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
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import (
    FrameworkApplication,
    FrameworkCommodity,
    FrameworkEvent,
    FrameworkParty,
    FrameworkRegion,
    PolicyFramework,
)
from registry.vocabularies import LicenseKind
from registry.words import called_lazy


class FrameworkForm(SluggedForm):
    """One framework."""

    license_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Licence kinds"),
        choices=LicenseKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=PolicyFramework._meta.get_field("license_kinds").help_text,
    )


class PartyForm(RowForm):
    """One party of a framework."""

    record = AnyRecordField(FrameworkParty, ("country", "organization"), label=gettext_lazy("Country or organization"))


class FrameworkPartiesInline(PartiesInline):
    """The countries and organizations that take part."""

    model = FrameworkParty
    form = PartyForm
    fields = ("record", "role")
    chooses = ("country", "organization")


class ApplicationForm(RowForm):
    """One place where a framework applies."""

    record = AnyRecordField(FrameworkApplication, ("country", "organization"), label=gettext_lazy("Country or organization"))


class ApplicationsInline(RowsInline):
    """Where a framework applies: countries, and organizations with all their members on a date."""

    model = FrameworkApplication
    form = ApplicationForm
    fields = ("record",)
    chooses = ("country", "organization")
    verbose_name = called_lazy("country or organization")
    verbose_name_plural = called_lazy("applies to")


class RegionsInline(RowsInline):
    """The regions that a framework is about."""

    model = FrameworkRegion
    fields = ("region",)
    verbose_name = called_lazy("region")
    verbose_name_plural = called_lazy("regions")


class FrameworkCommoditiesInline(CommoditiesInline):
    """The commodities that a framework applies to."""

    model = FrameworkCommodity


class FrameworkEventsInline(EventsInline):
    """The steps in the life of a framework; an event's citations stand on its own page."""

    model = FrameworkEvent
    fields = ("date", "status", "until", "text")


@page_of(PolicyFramework)
class FrameworkAdmin(RecordAdmin):
    """Laws, plans, lists, controls, agreements, dialogues."""

    form = FrameworkForm
    date_hierarchy = "updated_at"
    list_shows = ("kind", "jurisdiction", "status", "in_force")
    list_narrows = (("kind", ChooseFilter), ("jurisdiction", ChooseFilter), ("status", ChooseFilter))
    fieldsets = (
        (
            None,
            {
                "fields": ("title", "slug", ("kind", "kind_as_stated"), ("jurisdiction", "issuer"), "summary", "url"),
                "description": gettext_lazy(
                    "A framework has no rating; record praise or criticism as a finding with a speaker."
                ),
            },
        ),
        (
            gettext_lazy("Status and dates"),
            {"fields": (("status", "status_as_stated", "status_as_of"), ("announced", "adopted", "in_force", "ended"))},
        ),
        (gettext_lazy("What it applies to"), {"fields": ("topics", "license_kinds", ("parent", "supersedes"))}),
    )
    inlines = (
        CitationsInline,
        FrameworkPartiesInline,
        ApplicationsInline,
        RegionsInline,
        FrameworkCommoditiesInline,
        FrameworkEventsInline,
        NamesInline,
        ExternalIdsInline,
    )


@page_of(FrameworkEvent)
class FrameworkEventAdmin(PartAdmin):
    """One event of a framework with its citations; reached from the framework."""

    fieldsets = ((None, {"fields": (("date", "status", "until"), "text")}),)
    inlines = (CitationsInline, ExternalIdsInline)
    list_display = ("__str__", "framework", "status", "date")
    list_select_related = ("framework",)
