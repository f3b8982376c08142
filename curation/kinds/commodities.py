"""The pages of commodities and of the schemes that class them."""

from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.inlines import CitationsInline, ExternalIdsInline, NamesInline, RowsInline
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import Commodity, CommodityMember, ReeScheme, ReeSchemeClass
from registry.words import called_lazy


class CommodityForm(SluggedForm):
    """One commodity; its slug is its symbol and is never made up."""

    slug_from = ()


class MembersInline(RowsInline):
    """What belongs to a group."""

    model = CommodityMember
    fk_name = "group"
    fields = ("member",)
    verbose_name = called_lazy("member")
    verbose_name_plural = called_lazy("members, if this is a group")


@page_of(Commodity)
class CommodityAdmin(RecordAdmin):
    """Elements, oxides, groups, minerals."""

    form = CommodityForm
    list_shows = ("slug", "kind", "atomic_number", "ree")
    list_narrows = (("kind", ChooseFilter), "ree")
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("kind", "ree"), "atomic_number")}),
        (
            gettext_lazy("Oxide"),
            {
                "fields": (("element", "oxide_factor"),),
                "description": gettext_lazy("Only an oxide has an element and a factor."),
            },
        ),
        (gettext_lazy("Vocabularies"), {"fields": ("cgi_uri", "inspire_uri")}),
    )
    inlines = (MembersInline, NamesInline, CitationsInline, ExternalIdsInline)


class ClassesInline(RowsInline):
    """The class of each element."""

    model = ReeSchemeClass
    fields = ("element", "ree_class")
    verbose_name = called_lazy("class")
    verbose_name_plural = called_lazy("classes")


@page_of(ReeScheme)
class ReeSchemeAdmin(RecordAdmin):
    """Who calls which rare earth light, middle or heavy."""

    list_shows = ("slug",)
    fieldsets = ((None, {"fields": ("name", "slug", "note")}),)
    inlines = (ClassesInline, CitationsInline, ExternalIdsInline)
