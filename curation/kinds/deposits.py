"""The pages of deposits."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.inlines import CitationsInline, CommoditiesInline, ExternalIdsInline, NamesInline, PartiesInline
from curation.kinds.estimated import EstimatedPage, EstimatesInline
from curation.kinds.location import PLACE_FIELDSET
from curation.lists import ChooseFilter, ChooseRecordFilter
from curation.record_admin import RecordAdmin
from registry.models import Deposit, DepositCommodity, DepositParty


class DepositCommoditiesInline(CommoditiesInline):
    """What a deposit holds."""

    model = DepositCommodity
    fields = ("commodity", "role")


class DepositPartiesInline(PartiesInline):
    """Who operates or owns a deposit."""

    model = DepositParty
    fields = ("organization", "role", "share_pct", "start", "end", "as_of")


@page_of(Deposit)
class DepositAdmin(EstimatedPage, RecordAdmin):
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
        (gettext_lazy("Where, as stated"), {"fields": (("country", "admin_area"), ("admin_code", "locality"))}),
        PLACE_FIELDSET,
        (
            gettext_lazy("Geology and development"),
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
