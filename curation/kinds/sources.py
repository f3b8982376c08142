"""The pages of sources and of organizations."""

from django import forms

from curation.declared import page_of
from curation.inlines import (
    CitationsInline,
    CitationsOfSourceInline,
    ExternalIdsInline,
    NamesInline,
    RowsInline,
    language_input,
)
from curation.lists import ChooseFilter, ChooseRecordFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import Organization, Source, SourcePublisher


class SourceForm(SluggedForm):
    """One source."""

    slug_from = ("title", "publisher", "url")

    class Meta:
        widgets = {"language": language_input(), "title": forms.TextInput(attrs={"class": "vTextField"})}


class PublishersInline(RowsInline):
    """The organizations of this registry that published a source."""

    model = SourcePublisher
    fields = ("organization",)
    chooses = ("organization",)
    verbose_name = "publisher"
    verbose_name_plural = "publishers in this registry"


@page_of(Source)
class SourceAdmin(RecordAdmin):
    """What bears the statements: publications, data sets, events."""

    form = SourceForm
    date_hierarchy = "updated_at"
    list_shows = ("kind", "publisher", "published", "language")
    list_narrows = (("kind", ChooseFilter),)
    fieldsets = (
        (None, {"fields": ("title", "slug", ("kind", "language"), ("publisher", "authors"))}),
        ("Dates", {"fields": (("published", "published_earliest", "retrieved"),)}),
        ("Where to read it", {"fields": ("url", "copy_url", ("rights", "attribution"))}),
        (
            "Derived from",
            {
                "fields": ("derived_from", "note"),
                "description": "Reprints, translations and paraphrases of one original count as one independent source.",
            },
        ),
    )
    inlines = (PublishersInline, CitationsOfSourceInline, ExternalIdsInline)


@page_of(Organization)
class OrganizationAdmin(RecordAdmin):
    """Companies, authorities, institutes."""

    list_shows = ("kind", "country", "parent")
    list_select_related = ("country", "parent")
    list_narrows = (("kind", ChooseFilter), ("country", ChooseRecordFilter))
    fieldsets = ((None, {"fields": ("name", "slug", ("kind", "country"), ("parent", "url"), "description")}),)
    inlines = (CitationsInline, NamesInline, ExternalIdsInline)
