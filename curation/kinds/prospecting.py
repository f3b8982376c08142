"""The pages of prospecting objects."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.inlines import CitationsInline, CommoditiesInline, ExternalIdsInline, NamesInline
from curation.kinds.estimated import EstimatedPage, EstimatesInline
from curation.kinds.location import PLACE_FIELDSET
from curation.lists import ChooseFilter, ChooseRecordFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import ProspectingCommodity, ProspectingObject


class ProspectingForm(SluggedForm):
    """One prospecting object, or a counted group of them."""

    def slug_text(self) -> str:
        """Call a group by its country and its count."""
        if name := self.cleaned_data.get("name"):
            return str(name)
        country, count = self.cleaned_data.get("country"), self.cleaned_data.get("count")
        return f"{country} {count or 'some'} objects" if country else ""


class ProspectingCommoditiesInline(CommoditiesInline):
    """The commodities searched for or found."""

    model = ProspectingCommodity
    fields = ("commodity", "role")


@page_of(ProspectingObject)
class ProspectingAdmin(EstimatedPage, RecordAdmin):
    """Places where somebody looks for ore."""

    form = ProspectingForm
    list_shows = ("country", "count", "stage", "funding", "start")
    list_select_related = ("country",)
    list_narrows = (
        ("country", ChooseRecordFilter),
        ("stage", ChooseFilter),
        ("funding", ChooseFilter),
        ("location_kind", ChooseFilter),
    )
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (("name", "count"), "slug", "description"),
                "description": gettext_lazy(
                    "One object, or several that a source counts without naming them: such a group "
                    "is one record, without a name or location."
                ),
            },
        ),
        (gettext_lazy("Where, as stated"), {"fields": (("country", "admin_area"), "location_words")}),
        PLACE_FIELDSET,
        (
            gettext_lazy("The work"),
            {
                "fields": (
                    ("stage", "funding"),
                    ("operator", "client"),
                    ("start", "end", "declared_area_km2"),
                    "result",
                    ("member_of", "became_deposit"),
                )
            },
        ),
    )
    inlines = (CitationsInline, NamesInline, ProspectingCommoditiesInline, EstimatesInline, ExternalIdsInline)
