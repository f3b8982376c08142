"""Disputed areas: the places of which more than one party says that they are its own."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q

from registry.constraints import Check, one_of, partial_dates, sound_geometry
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.geography import Country
from registry.triggers import LocateAgain, LocatePartiesAgain, PreferredName, TouchParent, kept
from registry.vocabularies import DisputeRole


@kept_in_history
class DisputedArea(CitedRecord):
    """An area that several parties claim; it belongs to no country in the view `worldview=un`."""

    large = ("boundary",)

    name = models.CharField(max_length=200, help_text="English name.")
    boundary = models.MultiPolygonField(
        srid=4326, null=True, blank=True, spatial_index=False, help_text="Shape in WGS 84 degrees; null if unknown."
    )
    boundary_source = models.CharField(max_length=200, null=True, blank=True, help_text="Source of the shape.")
    boundary_date = PartialDateField(help_text="Date of the shape.")
    note = models.TextField(blank=True, default="", help_text="Note for readers.")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("disputedarea"),
            sound_geometry("disputedarea_boundary_sound", "boundary"),
            partial_dates("disputedarea_dates", "boundary_date"),
        ]
        indexes = [
            GistIndex(fields=["boundary"], name="disputedarea_boundary"),
            *listed_by("disputedarea", "name", "updated_at"),
            *supported_by("disputedarea"),
        ]

    triggers = [*record_triggers(None), PreferredName("disputed_area", "name"), LocateAgain()]


@kept_in_history
class DisputedAreaParty(models.Model):
    """Who claims or administers a disputed area: a country of the registry, or a party that is none."""

    row_key = RowKey(columns=("country", "name"), of="area")

    area = models.ForeignKey(DisputedArea, on_delete=models.CASCADE, related_name="parties", db_index=False)
    role = models.CharField(max_length=16, choices=DisputeRole.choices, help_text="What the party does.")
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="The country."
    )
    name = models.CharField(
        max_length=200, null=True, blank=True, help_text="Name of a party that is not a country of this registry."
    )

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "role", "country", "name"], nulls_distinct=False, name="disputedareaparty_once"
            ),
            one_of("disputedareaparty_role", "role", DisputeRole),
            Check(
                name="disputedareaparty_one_party",
                condition=Q(country__isnull=False, name__isnull=True) | Q(country__isnull=True, name__isnull=False),
                violation_error_message="Choose a country, or name the party.",
            ),
        ]

    triggers = [TouchParent(area="registry_disputedarea"), LocatePartiesAgain(), *kept()]

    def __str__(self) -> str:
        """Name the party and its role."""
        return f"{self.country or self.name} ({self.role})"
