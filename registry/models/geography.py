"""Countries and regions."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from registry.constraints import SQLCheck, one_of, partial_dates, sound_geometry
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.triggers import CutBoundary, NoCycle, PreferredName, TouchParent, UniteRegions, kept
from registry.vocabularies import RegionScheme


@kept_in_history
class Region(CitedRecord):
    """A group of countries: a UN M49 region, or one that this registry defines."""

    large = ("boundary",)
    codes = ("m49",)
    history_by: ClassVar[tuple[str, ...]] = ("parent",)

    name = models.CharField(max_length=200, help_text="English name.")
    scheme = models.CharField(max_length=16, choices=RegionScheme.choices, help_text="Who defines the region.")
    m49 = models.CharField(max_length=3, null=True, blank=True, unique=True, help_text="UN M49 code, three digits.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", help_text="The wider region."
    )
    boundary = models.MultiPolygonField(
        srid=4326,
        null=True,
        editable=False,
        spatial_index=False,
        help_text="Union of its members, computed by the database.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("region"),
            one_of("region_scheme", "scheme", RegionScheme),
            SQLCheck(
                name="region_m49",
                sql=r"m49 ~ '^\d{3}$'",
                field="m49",
                violation_error_message="An M49 code must have three digits.",
            ),
        ]
        indexes = [
            GistIndex(fields=["boundary"], name="region_boundary"),
            *listed_by("region", "name", "scheme", "updated_at"),
            *supported_by("region"),
        ]

    triggers = [*record_triggers(None), PreferredName("region", "name"), NoCycle("parent")]


@kept_in_history
class Country(CitedRecord):
    """A country or territory of ISO 3166-1; its slug is the alpha-2 code."""

    large = ("boundary",)
    codes = ("iso3", "m49")

    name = models.CharField(max_length=200, help_text="English name.")
    iso3 = models.CharField(max_length=3, unique=True, help_text="ISO 3166-1 alpha-3 code.")
    m49 = models.CharField(max_length=3, unique=True, help_text="UN M49 code, three digits.")
    boundary = models.MultiPolygonField(
        srid=4326, null=True, blank=True, spatial_index=False, help_text="Shape in WGS 84 degrees; null if unknown."
    )
    boundary_source = models.CharField(max_length=200, null=True, blank=True, help_text="Source of this view of the borders.")
    boundary_date = PartialDateField(help_text="Date of the borders.")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "countries"
        constraints = [
            *record_constraints("country"),
            SQLCheck(
                name="country_iso2",
                sql="slug ~ '^[A-Z]{2}$'",
                field="slug",
                violation_error_message="The slug of a country must be its ISO 3166-1 alpha-2 code, two capital letters.",
            ),
            SQLCheck(
                name="country_iso3",
                sql="iso3 ~ '^[A-Z]{3}$'",
                field="iso3",
                violation_error_message="An alpha-3 code must have three capital letters.",
            ),
            SQLCheck(
                name="country_m49",
                sql=r"m49 ~ '^\d{3}$'",
                field="m49",
                violation_error_message="An M49 code must have three digits.",
            ),
            sound_geometry("country_boundary_sound", "boundary"),
            partial_dates("country_dates", "boundary_date"),
        ]
        indexes = [
            GistIndex(fields=["boundary"], name="country_boundary"),
            *listed_by("country", "name", "updated_at"),
            *supported_by("country"),
        ]

    triggers = [
        *record_triggers(None),
        PreferredName("country", "name"),
        CutBoundary(),
        UniteRegions(),
    ]


@kept_in_history
class RegionMember(models.Model):
    """A country's membership of a region."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="memberships")

    row_key = RowKey(columns=("country",), of="region")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "country"], name="regionmember_once")]

    triggers = [
        TouchParent(region="registry_region", country="registry_country"),
        UniteRegions("region_id"),
        *kept(),
    ]

    def __str__(self) -> str:
        """Name both."""
        return f"{self.country} in {self.region}"


class CountryPiece(models.Model):
    """A small piece of a country's shape; the database cuts them, so that asking for the country of a place is fast."""

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="+")
    shape = models.GeometryField(srid=4326)

    def __str__(self) -> str:
        """Name the country."""
        return f"piece of {self.country}"
