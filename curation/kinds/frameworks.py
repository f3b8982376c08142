"""The pages of policy frameworks."""

from django import forms

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.forms.records import RowForm
from curation.inlines import CitationsInline, ExternalIdsInline, NamesInline, RowsInline
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import FrameworkCommodity, FrameworkEvent, FrameworkParty, FrameworkRegion, PolicyFramework
from registry.vocabularies import LicenseKind


class FrameworkForm(SluggedForm):
    """One framework."""

    license_kinds = forms.MultipleChoiceField(
        choices=LicenseKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=PolicyFramework._meta.get_field("license_kinds").help_text,
    )


class PartyForm(RowForm):
    """One party of a framework."""

    record = AnyRecordField(FrameworkParty, ("country", "organization"), label="Country or organization")


class PartiesInline(RowsInline):
    """The countries and organizations that take part."""

    model = FrameworkParty
    form = PartyForm
    fields = ("record", "role")
    chooses = ("country", "organization")
    verbose_name = "party"
    verbose_name_plural = "parties"


class RegionsInline(RowsInline):
    """The regions that a framework is about."""

    model = FrameworkRegion
    fields = ("region",)
    chooses = ("region",)
    verbose_name = "region"
    verbose_name_plural = "regions"


class CommoditiesInline(RowsInline):
    """The commodities that a framework applies to."""

    model = FrameworkCommodity
    fields = ("commodity",)
    chooses = ("commodity",)
    verbose_name = "commodity"
    verbose_name_plural = "commodities"


class EventsInline(RowsInline):
    """The steps in the life of a framework."""

    model = FrameworkEvent
    fields = ("date", "status", "text")
    verbose_name = "event"
    verbose_name_plural = "events"


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
                "description": "A framework has no rating; record praise or criticism as a finding with a speaker.",
            },
        ),
        (
            "Status and dates",
            {"fields": (("status", "status_as_stated"), ("announced", "adopted", "in_force", "ended"))},
        ),
        ("What it applies to", {"fields": ("topics", "license_kinds", ("parent", "supersedes"))}),
    )
    inlines = (
        CitationsInline,
        PartiesInline,
        RegionsInline,
        CommoditiesInline,
        EventsInline,
        NamesInline,
        ExternalIdsInline,
    )
