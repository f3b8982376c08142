"""Where a record lies, and how surely that is known."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce

from registry.constraints import SQLCheck, finite, one_of, sound_geometry
from registry.geo.functions import Geography
from registry.geo.uncertainty import DERIVED, NOT_STATED, printed_uncertainty
from registry.vocabularies import PLACED, LocationKind, RecordStatus, UncertaintyBasis


class LocatedIn(models.Model):
    """The countries and disputed areas in whose shape a record's geometry lies; derived, never a stated fact."""

    located_in = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.BigIntegerField())),
        editable=False,
    )

    disputed_in = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.BigIntegerField())),
        editable=False,
    )
    undisputed_in = ArrayField(models.BigIntegerField(), null=True, editable=False)

    class Meta:
        abstract = True


class Placed(LocatedIn):
    """A place as a source states it: a point, an outline, both, or neither."""

    #: How the registry came to know the place is its own to say.
    unstated: ClassVar[frozenset[str]] = frozenset(("location_kind", "uncertainty_basis"))
    #: What is printed of the location, and what follows from the print, is covered with it.
    coded_from: ClassVar[dict[str, str]] = {
        "coordinates_as_printed": "location",
        "location_uncertainty_m": "location",
        "source_srid": "location",
    }

    location = models.PointField(
        srid=4326,
        null=True,
        blank=True,
        spatial_index=False,
        help_text="Point in WGS 84 degrees; null if no source states one.",
    )
    footprint = models.MultiPolygonField(
        srid=4326, null=True, blank=True, spatial_index=False, help_text="Outline in WGS 84 degrees; null if unknown."
    )
    geometry = models.GeneratedField(
        expression=Coalesce("footprint", "location", output_field=models.GeometryField(srid=4326)),
        output_field=models.GeometryField(srid=4326, spatial_index=False, null=True),
        db_persist=True,
    )
    location_kind = models.CharField(
        max_length=24,
        choices=LocationKind.choices,
        default=LocationKind.UNKNOWN,
        help_text="Origin of the coordinates, or the reason that there are none.",
    )
    location_uncertainty_m = models.FloatField(
        null=True, blank=True, help_text="Uncertainty radius in metres; null if neither stated nor shown by the print."
    )
    uncertainty_basis = models.CharField(
        max_length=24,
        choices=UncertaintyBasis.choices,
        null=True,
        blank=True,
        help_text="Basis of the uncertainty; `not_stated` if no source states one and the print shows none.",
    )
    coordinates_as_printed = models.CharField(
        max_length=200, null=True, blank=True, help_text="The coordinates as printed in the source."
    )
    source_srid = models.PositiveIntegerField(
        null=True, blank=True, help_text="EPSG number of the source's coordinates, e.g. 4284 for Pulkovo 1942."
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Explain as text what the database would refuse, and note the uncertainty that the printed coordinates show."""
        super().clean()
        has_place = self.location is not None or self.footprint is not None
        if has_place and self.location_kind not in PLACED:
            raise ValidationError({"location_kind": "A record with coordinates must state their origin (location kind)."})
        if not has_place and self.location_kind in PLACED:
            raise ValidationError({"location_kind": "This location kind requires a point or an outline."})
        if has_place:
            self._note_printed_uncertainty()
        if (self.location_uncertainty_m is None) != (self.uncertainty_basis in (None, "", UncertaintyBasis.NOT_STATED)):
            raise ValidationError({"uncertainty_basis": "An uncertainty requires a basis, and a basis an uncertainty."})

    def _note_printed_uncertainty(self) -> None:
        """Follow the print, unless somebody states the uncertainty."""
        typed = self.location_uncertainty_m is not None and not self.uncertainty_basis
        shown = printed_uncertainty(self.coordinates_as_printed, self.location_kind, self.source_srid)
        if self.uncertainty_basis in DERIVED and not typed and shown != NOT_STATED:
            self.location_uncertainty_m = shown.location_uncertainty_m
            self.uncertainty_basis = shown.uncertainty_basis


def placed_constraints(table: str) -> list[models.BaseConstraint]:
    """Return the constraints of every table with a stated place."""
    placed = "(" + ", ".join(f"'{kind}'" for kind in PLACED) + ")"
    return [
        sound_geometry(f"{table}_location_sound", "location"),
        sound_geometry(f"{table}_footprint_sound", "footprint"),
        one_of(f"{table}_location_kind", "location_kind", LocationKind),
        SQLCheck(
            name=f"{table}_location_kind_place",
            sql=f"(location_kind IN {placed}) = (location IS NOT NULL OR footprint IS NOT NULL)",
            field="location_kind",
            violation_error_message=(
                "A record with coordinates says how they came about; the kinds without coordinates have"
                " neither point nor outline."
            ),
        ),
        finite(
            f"{table}_place_finite",
            "location_uncertainty_m",
            field="location_uncertainty_m",
            says="An uncertainty must be a finite number of metres.",
        ),
        one_of(f"{table}_uncertainty_basis", "uncertainty_basis", UncertaintyBasis, null=True),
        SQLCheck(
            name=f"{table}_uncertainty",
            sql="(location_uncertainty_m IS NULL) = (uncertainty_basis IS NULL OR uncertainty_basis = 'not_stated')"
            " AND (location_uncertainty_m IS NULL OR location_uncertainty_m > 0)"
            " AND (uncertainty_basis IS NULL OR location IS NOT NULL OR footprint IS NOT NULL)",
            violation_error_message="An uncertainty must be above zero metres, and requires a basis and a location.",
            field="location_uncertainty_m",
        ),
    ]


def placed_indexes(table: str, geometry: str = "geometry") -> list[models.Index]:
    """Return the indexes for queries by location: boxes and shapes, distance, country, and records without a location."""
    return [
        GistIndex(fields=[geometry], name=f"{table}_{geometry}"),
        GistIndex(Geography(geometry), name=f"{table}_geography"),
        GinIndex(fields=["located_in"], name=f"{table}_located_in"),
        GinIndex(fields=["disputed_in"], name=f"{table}_disputed_in", condition=~models.Q(disputed_in=[])),
        models.Index(
            fields=["country"],
            name=f"{table}_unlocated",
            condition=models.Q(record_status=RecordStatus.PUBLISHED, **{f"{geometry}__isnull": True}),
        ),
    ]
