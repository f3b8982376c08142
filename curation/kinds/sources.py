"""The pages of sources and of organizations."""

from django import forms
from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.forms.records import RowForm
from curation.inlines import (
    CitationsInline,
    CitationsOfSourceInline,
    ExternalIdsInline,
    NamesInline,
    RowsInline,
    language_input,
)
from curation.lists import ChooseFilter, ChooseRecordFilter
from curation.pages.supports import SupportsPage
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import Organization, OrganizationMember, OrganizationParent, Source, SourcePublisher
from registry.words import called_lazy


class SourceForm(SluggedForm):
    """One source."""

    slug_from = ("title", "publisher", "url")

    class Meta:
        widgets = {"language": language_input(), "title": forms.TextInput(attrs={"class": "vTextField"})}


class PublishersInline(RowsInline):
    """The organizations of this registry that published a source."""

    model = SourcePublisher
    fields = ("organization",)
    verbose_name = called_lazy("publisher")
    verbose_name_plural = called_lazy("publishers in this registry")


@page_of(Source)
class SourceAdmin(SupportsPage, RecordAdmin):
    """What bears the statements: publications, data sets, events."""

    form = SourceForm
    date_hierarchy = "updated_at"
    list_shows = ("kind", "publisher", "published", "language")
    list_narrows = (("kind", ChooseFilter),)
    fieldsets = (
        (None, {"fields": ("title", "slug", ("kind", "language"), ("publisher", "authors"))}),
        (gettext_lazy("Dates"), {"fields": (("published", "published_earliest", "retrieved"),)}),
        (
            gettext_lazy("Where to read it"),
            {"fields": ("url", "copy_url", ("rights", "attribution"), ("updates", "next_edition"))},
        ),
        (
            gettext_lazy("Derived from"),
            {
                "fields": ("derived_from", "note"),
                "description": gettext_lazy(
                    "Reprints, translations and paraphrases of one original count as one independent source."
                ),
            },
        ),
    )
    inlines = (PublishersInline, CitationsOfSourceInline, ExternalIdsInline)


class ParentsInline(RowsInline):
    """The organizations that own or host an organization."""

    model = OrganizationParent
    fk_name = "organization"
    fields = ("parent", "share_pct", "start", "end", "as_of")
    verbose_name = called_lazy("owner or host")
    verbose_name_plural = called_lazy("owners and hosts")


class MemberForm(RowForm):
    """One member of an organization."""

    record = AnyRecordField(OrganizationMember, ("country", "organization"), label=gettext_lazy("Country or organization"))


class MembersInline(RowsInline):
    """The countries and organizations that are members of an organization."""

    model = OrganizationMember
    form = MemberForm
    fk_name = "group"
    fields = ("record", "start", "end", "as_of")
    chooses = ("country", "organization")
    verbose_name = called_lazy("member")
    verbose_name_plural = called_lazy("members, if this is a union, partnership or association")


@page_of(Organization)
class OrganizationAdmin(RecordAdmin):
    """Companies, authorities, institutes."""

    list_shows = ("kind", "country")
    list_select_related = ("country",)
    list_narrows = (("kind", ChooseFilter), ("country", ChooseRecordFilter))
    fieldsets = ((None, {"fields": ("name", "slug", ("kind", "country"), "url", "description")}),)
    inlines = (CitationsInline, ParentsInline, MembersInline, NamesInline, ExternalIdsInline)
