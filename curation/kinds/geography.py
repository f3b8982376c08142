"""The pages of countries and regions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.inlines import CitationsInline, ExternalIdsInline, NamesInline, RowsInline
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import Country, DisputedArea, DisputedAreaParty, Region, RegionMember
from registry.words import called_lazy


class CountryForm(SluggedForm):
    """One country; its slug is its ISO code and is never made up."""

    slug_from = ()


@page_of(Country)
class CountryAdmin(RecordAdmin):
    """Countries and territories of ISO 3166-1."""

    form = CountryForm
    list_shows = ("slug", "iso3", "m49", "bounded")
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", ("slug", "iso3", "m49"))}),
        (
            gettext_lazy("Boundary"),
            {
                "fields": ("boundary", ("boundary_source", "boundary_date")),
                "description": gettext_lazy(
                    "Borders are disputed: state the source and the date of this view. Records are "
                    "found in a country by its boundary, and keep the country that their sources "
                    "state."
                ),
            },
        ),
    )
    inlines = (NamesInline, CitationsInline, ExternalIdsInline)

    @admin.display(description=called_lazy("border of"))
    def bounded(self, country: Country) -> str:
        """Describe as of when its boundary is drawn."""
        return country.boundary_date or "–"


class MembersInline(RowsInline):
    """The countries of a region."""

    model = RegionMember
    fields = ("country",)
    verbose_name = called_lazy("member")
    verbose_name_plural = called_lazy("members")


@page_of(Region)
class RegionAdmin(RecordAdmin):
    """Groups of countries; their shape is the union of their members'."""

    list_shows = ("scheme", "m49", "parent")
    list_select_related = ("parent",)
    list_narrows = (("scheme", ChooseFilter),)
    ordering = ("name",)
    fieldsets = ((None, {"fields": ("name", "slug", ("scheme", "m49"), "parent")}),)
    inlines = (MembersInline, NamesInline, CitationsInline, ExternalIdsInline)


class DisputePartiesInline(RowsInline):
    """Who claims or administers a disputed area."""

    model = DisputedAreaParty
    fields = ("role", "country", "name")
    verbose_name = called_lazy("party")
    verbose_name_plural = called_lazy("parties")


@page_of(DisputedArea)
class DisputedAreaAdmin(RecordAdmin):
    """Areas that several parties claim."""

    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "note")}),
        (
            gettext_lazy("Boundary"),
            {
                "fields": ("boundary", ("boundary_source", "boundary_date")),
                "description": gettext_lazy("Records in it are in no country where a query takes the view of the UN."),
            },
        ),
    )
    inlines = (DisputePartiesInline, NamesInline, CitationsInline, ExternalIdsInline)
