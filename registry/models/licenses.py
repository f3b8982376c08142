"""Licences: rights to study, explore or mine, their parties and what happened to them."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import F, Func
from django.db.models.functions import Upper
from django.utils.translation import gettext

from registry.constraints import SQLCheck, Unique, counted, finite, one_of, partial_dates, positive, sound_geometry
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import COVERS, RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.dated import Dated, LastDay, Shared, dated_constraints, once_at_a_time, share_constraint
from registry.models.doubts import AREA_DIFFERS, OUTSIDE, doubted, elsewhere_index
from registry.models.frameworks import PolicyFramework
from registry.models.geography import Country
from registry.models.location import LocatedIn, placed_indexes
from registry.models.organizations import Organization
from registry.models.search import folded_index, folded_of
from registry.triggers import Locate, PreferredName, SharesWithinWhole, TouchParent, kept
from registry.vocabularies import LicenseEventKind, LicenseKind, LicenseRole, LicenseStatus


class SquareKilometres(Func):
    """Area of a shape on the ellipsoid; sides are cut short first, for borders follow the graticule, not great circles."""

    template = "(ST_Area(geography(ST_Segmentize(%(expressions)s, 0.1)), true) / 1000000)"
    output_field = models.FloatField()


@kept_in_history
class License(LocatedIn, CitedRecord):
    """A licence, concession, claim or contract, or a number of them that a source counts without naming."""

    coded_from = {"kind": "kind_as_stated", "status": "status_as_stated"}
    history_by: ClassVar[tuple[str, ...]] = ("legal_basis",)

    name = models.CharField(max_length=300, null=True, blank=True, help_text="Name; most have no published number.")
    number = models.CharField(max_length=100, null=True, blank=True, help_text="Number, unique within its country.")
    count = models.PositiveIntegerField(
        null=True, blank=True, default=1, help_text="Number of licences that the record represents; null if not stated."
    )
    description = models.TextField(blank=True, default="", help_text="What is licensed, in our own words.")
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="licenses", help_text="As stated."
    )
    kind = models.CharField(
        max_length=24, choices=LicenseKind.choices, default=LicenseKind.OTHER, help_text="The permitted activity."
    )
    kind_as_stated = models.CharField(max_length=300, null=True, blank=True, help_text="Its kind as stated by the source.")
    status = models.CharField(
        max_length=16, choices=LicenseStatus.choices, default=LicenseStatus.UNKNOWN, help_text="Status as stated."
    )
    status_as_stated = models.CharField(max_length=300, null=True, blank=True, help_text="Its status as stated by the source.")
    status_as_of = PartialDateField(help_text="Date for which the source states the status.")
    applied = PartialDateField(help_text="Date of application.")
    granted = PartialDateField(help_text="Date of grant.")
    expires = PartialDateField(help_text="Date of expiry, as stated.")
    ended = PartialDateField(help_text="Date on which it ended.")
    area = models.MultiPolygonField(
        srid=4326, null=True, blank=True, spatial_index=False, help_text="Outline in WGS 84 degrees; null if unknown."
    )
    declared_area_km2 = models.FloatField(null=True, blank=True, help_text="Area in square kilometres, as stated.")
    computed_area_km2 = models.GeneratedField(
        expression=SquareKilometres("area"),
        output_field=models.FloatField(null=True),
        db_persist=True,
        help_text="Area of the outline in square kilometres, on the ellipsoid.",
    )
    block_codes = models.CharField(max_length=500, null=True, blank=True, help_text="Block codes, as printed.")
    authority = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_licenses",
        help_text="Who issued it.",
    )
    legal_basis = models.ForeignKey(
        PolicyFramework,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="licenses",
        help_text="The law it was issued under.",
    )

    folded = folded_of("number", "description")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("license"),
            Unique(
                field="number",
                fields=["country", "number"],
                # A merged licence keeps the number that is now its survivor's.
                condition=~models.Q(record_status="merged"),
                name="license_number",
                violation_error_message="This country already has a licence with this number.",
            ),
            one_of("license_kind", "kind", LicenseKind),
            one_of("license_status", "status", LicenseStatus),
            partial_dates("license_dates", "status_as_of", "applied", "granted", "expires", "ended"),
            sound_geometry("license_area_sound", "area"),
            finite("license_finite", "declared_area_km2"),
            positive("license_declared_area", "declared_area_km2"),
            counted("license_count_positive", "count"),
            SQLCheck(
                name="license_group_unnamed",
                sql="(count IS NOT NULL AND count = 1) OR (name IS NULL AND number IS NULL AND area IS NULL)",
                field="count",
                violation_error_message=(
                    "A group that is only counted must not have a name, number or area; use the description."
                ),
            ),
            SQLCheck(
                name="license_application_not_granted",
                sql="status NOT IN ('applied', 'refused') OR granted IS NULL",
                violation_error_message="An application is not a licence granted.",
                field="granted",
            ),
        ]
        indexes = [
            *placed_indexes("license", "area"),
            doubted("license_outside", OUTSIDE),
            elsewhere_index("license", "area"),
            doubted("license_area_differs", AREA_DIFFERS),
            folded_index("license"),
            models.Index(LastDay("expires"), F("id"), name="license_last_day"),
            models.Index(Upper("number"), name="license_number_upper"),
            *listed_by(
                "license",
                "name",
                "number",
                "country",
                "count",
                "kind",
                "status",
                "applied",
                "granted",
                "expires",
                "ended",
                "declared_area_km2",
                "computed_area_km2",
                "authority",
                "legal_basis",
                "updated_at",
            ),
            *supported_by("license"),
        ]

    triggers = [*record_triggers("license"), PreferredName("license", "name"), Locate("area")]

    def __str__(self) -> str:
        """Return name or number, or say how many licences of which country these are."""
        if self.name or self.number:
            return str(self.name or self.number)
        number = f"{self.count} licences" if self.count and self.count > 1 else "Licence"
        return f"{number} ({self.country or 'country unstated'})"

    def clean(self) -> None:
        """Explain the rule of counted groups."""
        super().clean()
        if self.count != 1 and (self.name or self.number or self.area):
            raise ValidationError(
                {"count": gettext("A group that is only counted must not have a name, number or area; use the description.")}
            )


@kept_in_history
class LicenseParty(Shared, Dated):
    """Who holds, operates, owns or applied for a licence; natural persons are recorded as "private holder"."""

    license = models.ForeignKey(License, on_delete=models.CASCADE, related_name="parties")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="license_roles"
    )
    private_holder = models.BooleanField(default=False, help_text="A natural person, who is not named.")
    role = models.CharField(
        max_length=24, choices=LicenseRole.choices, default=LicenseRole.HOLDER, help_text="Its role on the licence."
    )

    row_key = RowKey(columns=("organization",), of="license", otherwise="private-holder")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "license parties"
        constraints = [
            SQLCheck(
                name="licenseparty_who",
                sql="(organization_id IS NULL) = private_holder",
                violation_error_message="A party must be either an organization or a private holder.",
            ),
            one_of("licenseparty_role", "role", LicenseRole),
            share_constraint("licenseparty"),
            *dated_constraints("licenseparty"),
            once_at_a_time(
                "licenseparty_one_role_at_a_time",
                "license",
                "organization",
                "role",
                message="This organization already has this role at that time.",
            ),
        ]

    triggers = [SharesWithinWhole("license", "holder"), TouchParent(license="registry_license"), *kept()]

    def __str__(self) -> str:
        """Name who and what."""
        return f"{self.organization or 'private holder'} ({self.role})"


@kept_in_history
class LicenseEvent(models.Model):
    """Something that happened to a licence, as a source tells it."""

    unstated = frozenset(("license",))

    license = models.ForeignKey(License, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(
        max_length=24, choices=LicenseEventKind.choices, default=LicenseEventKind.OTHER, help_text="What happened."
    )
    date = PartialDateField(help_text="When.")
    text = models.TextField(blank=True, default="", help_text="Description of the event, in our own words.")

    row_key = RowKey(
        columns=("date", "kind"),
        of="license",
        where=f"NOT EXISTS (SELECT FROM registry_citation c WHERE c.license_event_id = x.id AND {COVERS})",
    )

    class Meta:
        ordering = ["date", "id"]
        constraints = [
            one_of("licenseevent_kind", "kind", LicenseEventKind),
            partial_dates("licenseevent_dates", "date"),
        ]

    triggers = [TouchParent(license="registry_license"), *kept()]

    def __str__(self) -> str:
        """Return date and kind."""
        return f"{self.date or 'undated'}: {self.kind}"
