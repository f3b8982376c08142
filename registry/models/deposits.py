"""Deposits: occurrences, prospects, deposits, fields and provinces."""

from typing import ClassVar

from django.contrib.gis.db import models

from registry.constraints import Range, SQLCheck, one_of, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.commodities import Commodity
from registry.models.dated import Dated, Shared, dated_constraints, once_at_a_time, share_constraint
from registry.models.doubts import OUTSIDE, doubted, elsewhere_index
from registry.models.geography import Country
from registry.models.location import Placed, placed_constraints, placed_indexes
from registry.models.organizations import Organization
from registry.models.search import words_indexes
from registry.triggers import Locate, NoCycle, NoteUnstatedUncertainty, PreferredName, SharesWithinWhole, TouchParent, kept
from registry.vocabularies import CommodityRole, DepositType, DevelopmentStatus, OccurrenceType
from registry.vocabularies import DepositParty as Role

DISCOVERED = Range("A year of discovery must be between 1500 and 2200.", least=1500, most=2200)


@kept_in_history
class Deposit(Placed, CitedRecord):
    """A place where something of worth lies in the ground, from a single occurrence to a province."""

    coded_from = {
        **Placed.coded_from,
        "admin_code": "admin_area",
        "deposit_type": "type_as_stated",
        "development_status": "status_as_stated",
    }
    unstated = Placed.unstated
    history_by: ClassVar[tuple[str, ...]] = ("parent",)

    name = models.CharField(max_length=200, help_text="Preferred name; other names and scripts are in `names`.")
    country = models.ForeignKey(
        Country,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deposits",
        help_text="As stated by the sources.",
    )
    admin_area = models.CharField(max_length=200, null=True, blank=True, help_text="Region, district or locality, as stated.")
    admin_code = models.CharField(max_length=6, null=True, blank=True, help_text="ISO 3166-2 code of the admin area.")
    locality = models.CharField(max_length=300, null=True, blank=True, help_text="Description of the location.")
    occurrence_type = models.CharField(
        max_length=16,
        choices=OccurrenceType.choices,
        default=OccurrenceType.DEPOSIT,
        help_text="Occurrence, prospect, deposit, field or province.",
    )
    deposit_type = models.CharField(
        max_length=24, choices=DepositType.choices, default=DepositType.UNKNOWN, help_text="Genetic type."
    )
    development_status = models.CharField(
        max_length=24,
        choices=DevelopmentStatus.choices,
        default=DevelopmentStatus.UNKNOWN,
        help_text="Development status.",
    )
    type_as_stated = models.CharField(max_length=300, null=True, blank=True, help_text="The type as stated by the sources.")
    status_as_stated = models.CharField(max_length=300, null=True, blank=True, help_text="The status as stated by the sources.")
    status_as_of = PartialDateField(help_text="Date for which the source states the development status.")
    discovery_year = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=DISCOVERED.validators,
        help_text="Year of discovery.",
    )
    host_rock = models.CharField(max_length=500, null=True, blank=True, help_text="Host rock.")
    age = models.CharField(max_length=200, null=True, blank=True, help_text="Geological age.")
    ore_minerals = models.CharField(max_length=500, null=True, blank=True, help_text="Ore minerals.")
    description = models.TextField(blank=True, default="", help_text="Other information, in our own words.")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The deposit, field or province that it is part of.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("deposit"),
            *placed_constraints("deposit"),
            one_of("deposit_occurrence_type", "occurrence_type", OccurrenceType),
            one_of("deposit_deposit_type", "deposit_type", DepositType),
            one_of("deposit_development_status", "development_status", DevelopmentStatus),
            DISCOVERED.check("deposit_discovery_year", "discovery_year"),
            partial_dates("deposit_dates", "status_as_of"),
            SQLCheck(
                name="deposit_admin_code",
                sql="admin_code ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$'",
                field="admin_code",
                violation_error_message="An ISO 3166-2 code must have the form KZ-KAR.",
            ),
            SQLCheck(
                name="deposit_named", sql="name <> ''", field="name", violation_error_message="A deposit must have a name."
            ),
        ]
        indexes = [
            *placed_indexes("deposit"),
            doubted("deposit_outside", OUTSIDE),
            elsewhere_index("deposit", "geometry"),
            *words_indexes("deposit", "admin_area"),
            *listed_by(
                "deposit",
                "name",
                "country",
                "admin_code",
                "occurrence_type",
                "deposit_type",
                "development_status",
                "discovery_year",
                "location_kind",
                "location_uncertainty_m",
                "parent",
                "updated_at",
            ),
            *supported_by("deposit"),
        ]

    triggers = [
        *record_triggers("deposit"),
        PreferredName("deposit", "name"),
        Locate("footprint", "location"),
        NoteUnstatedUncertainty(),
        NoCycle("parent"),
    ]


@kept_in_history
class DepositCommodity(models.Model):
    """What a deposit holds, and in which role."""

    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="commodities", db_index=False)
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(
        max_length=16,
        choices=CommodityRole.choices,
        default=CommodityRole.UNKNOWN,
        help_text="Role of the commodity in the deposit.",
    )

    row_key = RowKey(columns=("commodity",), of="deposit")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "commodities"
        constraints = [
            models.UniqueConstraint(
                fields=["deposit", "commodity"],
                name="depositcommodity_once",
                violation_error_message="This commodity is listed already.",
            ),
            one_of("depositcommodity_role", "role", CommodityRole),
        ]
        indexes = [models.Index(fields=["commodity", "deposit"], name="depositcommodity_commodity")]

    triggers = [TouchParent(deposit="registry_deposit"), *kept()]

    def __str__(self) -> str:
        """Name the commodity."""
        return str(self.commodity)


@kept_in_history
class DepositParty(Shared, Dated):
    """An organization that operates or owns a deposit, as a source states it."""

    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="parties", db_index=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="deposit_roles")
    role = models.CharField(
        max_length=16, choices=Role.choices, default=Role.OPERATOR, help_text="Role of the organization at the deposit."
    )

    row_key = RowKey(columns=("organization",), of="deposit")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "parties"
        constraints = [
            one_of("depositparty_role", "role", Role),
            share_constraint("depositparty"),
            *dated_constraints("depositparty"),
            once_at_a_time(
                "depositparty_one_role_at_a_time",
                "deposit",
                "organization",
                "role",
                message="This organization already has this role at that time.",
            ),
        ]
        indexes = [models.Index(fields=["deposit"], name="depositparty_deposit")]

    triggers = [SharesWithinWhole("deposit", "owner"), TouchParent(deposit="registry_deposit"), *kept()]

    def __str__(self) -> str:
        """Name organization and role."""
        return f"{self.organization} ({self.role})"
