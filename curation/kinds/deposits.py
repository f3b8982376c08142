"""The pages of deposits."""

from typing import Any, ClassVar

from django.contrib import admin

from curation.declared import page_of
from curation.inlines import CitationsInline, CommoditiesInline, ExternalIdsInline, LinksInline, NamesInline, PartiesInline
from curation.kinds.location import PLACE_FIELDSET
from curation.lists import ChooseFilter, ChooseRecordFilter
from curation.record_admin import RecordAdmin
from registry.models import Deposit, DepositCommodity, DepositParty, ResourceEstimate


class DepositCommoditiesInline(CommoditiesInline):
    """What a deposit holds."""

    model = DepositCommodity
    fields = ("commodity", "role")


class DepositPartiesInline(PartiesInline):
    """Who operates or owns a deposit."""

    model = DepositParty
    fields = ("organization", "role", "share_pct", "start", "end", "as_of")


class EstimatesInline(LinksInline):
    """The estimates of a deposit or prospecting object."""

    model = ResourceEstimate
    fields = readonly_fields = ("figures", "reporting_code", "category", "effective", "stands")
    chooses = ("commodity",)
    verbose_name_plural = "estimates"

    @admin.display(description="figures")
    def figures(self, estimate: ResourceEstimate) -> str:
        """Return the tonnages in one line."""
        return figures(estimate)

    @admin.display(description="state")
    def stands(self, estimate: ResourceEstimate) -> str:
        """Describe where it stands in curation."""
        return estimate.get_record_status_display()


def figures(estimate: ResourceEstimate) -> str:
    """Return ore and contained tonnes of an estimate in one line."""
    parts = []
    for name, what in (("ore", "ore"), ("contained", estimate.get_contained_basis_display() or "contained")):
        low, value, high = (getattr(estimate, f"{name}_tonnes{end}") for end in ("_low", "", "_high"))
        if value is not None:
            parts.append(f"{value:,.0f} t {what}")
        elif low is not None or high is not None:
            parts.append(f"{'' if low is None else f'{low:,.0f}'}–{'' if high is None else f'{high:,.0f}'} t {what}")
    return ", ".join(parts) or "no tonnage"


@page_of(Deposit)
class DepositAdmin(RecordAdmin):
    """Occurrences, prospects, deposits, fields and provinces."""

    list_shows = ("country", "deposit_type", "development_status")
    list_select_related = ("country",)
    list_narrows = (
        ("country", ChooseRecordFilter),
        ("occurrence_type", ChooseFilter),
        ("deposit_type", ChooseFilter),
        ("development_status", ChooseFilter),
        ("location_kind", ChooseFilter),
    )
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", ("occurrence_type", "parent"), "description")}),
        ("Where, as stated", {"fields": (("country", "admin_area"), ("admin_code", "locality"))}),
        PLACE_FIELDSET,
        (
            "Geology and development",
            {
                "fields": (
                    ("deposit_type", "type_as_stated"),
                    ("development_status", "status_as_stated", "status_as_of"),
                    ("discovery_year", "age"),
                    ("host_rock", "ore_minerals"),
                )
            },
        ),
    )
    inlines = (CitationsInline, NamesInline, DepositCommoditiesInline, DepositPartiesInline, EstimatesInline, ExternalIdsInline)
