"""Prospecting objects: places or areas where somebody looks for ore, named or only counted."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from registry.constraints import SQLCheck, counted, finite, one_of, partial_dates, positive
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.commodities import Commodity
from registry.models.deposits import Deposit
from registry.models.doubts import OUTSIDE, doubted, elsewhere_index
from registry.models.geography import Country
from registry.models.location import Placed, placed_constraints, placed_indexes
from registry.models.organizations import Organization
from registry.models.search import folded_index, folded_of, words_indexes
from registry.triggers import Locate, MembersWithinCount, NoCycle, NoteUnstatedUncertainty, PreferredName, TouchParent, kept
from registry.vocabularies import CommodityRole, Funding, ProspectingStage


@kept_in_history
class ProspectingObject(Placed, CitedRecord):
    """One object of prospecting works, or a number of them that a source counts without naming.

    "12 objects located in various cities" is one record of count 12: no invented names, no points, no dummy rows.
    """

    coded_from = Placed.coded_from
    unstated = Placed.unstated
    history_by: ClassVar[tuple[str, ...]] = ("member_of", "became_deposit")

    name = models.CharField(
        max_length=300,
        null=True,
        blank=True,
        help_text="Name of a single object; null for a group that is only counted.",
    )
    count = models.PositiveIntegerField(
        null=True, blank=True, default=1, help_text="Number of objects that the record represents; null if not stated."
    )
    description = models.TextField(blank=True, default="", help_text="What is prospected, in our own words.")
    country = models.ForeignKey(
        Country,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="prospecting_objects",
        help_text="As stated by the sources.",
    )
    admin_area = models.CharField(max_length=200, null=True, blank=True, help_text="Region or district, as stated.")
    location_words = models.CharField(
        max_length=300, null=True, blank=True, help_text="The location as described by the source."
    )
    stage = models.CharField(
        max_length=24,
        choices=ProspectingStage.choices,
        default=ProspectingStage.UNKNOWN,
        help_text="Stage of the work.",
    )
    result = models.TextField(blank=True, default="", help_text="Results of the work, in our own words.")
    funding = models.CharField(max_length=16, choices=Funding.choices, default=Funding.UNKNOWN, help_text="Source of funding.")
    operator = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="operated_objects",
        help_text="The contractor.",
    )
    client = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commissioned_objects",
        help_text="The client of the work.",
    )
    start = PartialDateField(help_text="Start of the work.")
    end = PartialDateField(help_text="End of the work.")
    declared_area_km2 = models.FloatField(null=True, blank=True, help_text="Area in square kilometres, as stated.")
    member_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
        help_text="The counted group to which this named object belongs.",
    )
    became_deposit = models.ForeignKey(
        Deposit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="prospected_as",
        help_text="The deposit that the work led to.",
    )

    folded = folded_of("description", "location_words")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("prospecting"),
            *placed_constraints("prospecting"),
            one_of("prospecting_stage", "stage", ProspectingStage),
            one_of("prospecting_funding", "funding", Funding),
            partial_dates("prospecting_dates", "start", '"end"'),
            counted("prospecting_count_positive", "count"),
            finite("prospecting_finite", "declared_area_km2"),
            positive("prospecting_area_positive", "declared_area_km2"),
            SQLCheck(
                name="prospecting_group_unnamed",
                sql="(count IS NOT NULL AND count = 1) OR (name IS NULL AND location IS NULL AND footprint IS NULL)",
                field="count",
                violation_error_message="A group that is only counted must not have a name or location; use the description.",
            ),
        ]
        indexes = [
            *placed_indexes("prospecting"),
            doubted("prospecting_outside", OUTSIDE),
            elsewhere_index("prospecting", "geometry"),
            *words_indexes("prospecting", "admin_area"),
            folded_index("prospecting"),
            *listed_by(
                "prospecting",
                "name",
                "country",
                "count",
                "stage",
                "funding",
                "location_kind",
                "location_uncertainty_m",
                "start",
                "end",
                "operator",
                "client",
                "member_of",
                "became_deposit",
                "updated_at",
            ),
            *supported_by("prospecting"),
        ]

    triggers = [
        *record_triggers("prospecting_object"),
        PreferredName("prospecting_object", "name"),
        Locate("footprint", "location"),
        NoteUnstatedUncertainty(),
        NoCycle("member_of", "a group cannot be a member of itself"),
        MembersWithinCount(),
    ]

    def __str__(self) -> str:
        """Return the name, or say how many objects of which country these are."""
        if self.name:
            return self.name
        number = f"{self.count} prospecting objects" if self.count else "Prospecting objects, number unstated"
        return f"{number} ({self.country or 'country unstated'})"

    def clean(self) -> None:
        """Explain the rule of counted groups."""
        super().clean()
        if self.count != 1 and (self.name or self.location or self.footprint):
            raise ValidationError(
                {"count": gettext("A group that is only counted must not have a name or location; use the description.")}
            )


@kept_in_history
class ProspectingCommodity(models.Model):
    """The commodities searched for or found."""

    prospecting_object = models.ForeignKey(
        ProspectingObject, on_delete=models.CASCADE, related_name="commodities", db_index=False
    )
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(
        max_length=16,
        choices=CommodityRole.choices,
        default=CommodityRole.UNKNOWN,
        help_text="Role of the commodity in the object.",
    )

    row_key = RowKey(columns=("commodity",), of="prospecting_object")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "commodities"
        constraints = [
            models.UniqueConstraint(fields=["prospecting_object", "commodity"], name="prospectingcommodity_once"),
            one_of("prospectingcommodity_role", "role", CommodityRole),
        ]
        indexes = [models.Index(fields=["commodity", "prospecting_object"], name="prospectingcommodity_of")]

    triggers = [TouchParent(prospecting_object="registry_prospectingobject"), *kept()]

    def __str__(self) -> str:
        """Name the commodity."""
        return str(self.commodity)
