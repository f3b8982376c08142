"""Policy frameworks: laws, plans, lists, controls, agreements, dialogues."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from registry.constraints import SQLCheck, exactly_one, one_of, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import COVERS, RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.commodities import Commodity
from registry.models.geography import Country, Region
from registry.models.organizations import Organization
from registry.models.search import folded_index, folded_of
from registry.triggers import NoCycle, PreferredName, TouchParent, kept
from registry.vocabularies import FrameworkKind, FrameworkRole, FrameworkStatus, Jurisdiction, LicenseKind


@kept_in_history
class PolicyFramework(CitedRecord):
    """A rule, plan or format by which states deal with minerals. It has no rating: praise is a finding by a speaker."""

    coded_from = {"kind": "kind_as_stated", "status": "status_as_stated"}
    #: The address of its text.
    unstated = frozenset(("url",))

    label_field: ClassVar[str] = "title"
    history_by: ClassVar[tuple[str, ...]] = ("parent", "supersedes")

    title = models.CharField(max_length=300, help_text="Title, or a description if it has none.")
    kind = models.CharField(max_length=24, choices=FrameworkKind.choices, default=FrameworkKind.OTHER, help_text="Its kind.")
    kind_as_stated = models.CharField(max_length=200, null=True, blank=True, help_text="Its kind as stated by the source.")
    jurisdiction = models.CharField(
        max_length=16, choices=Jurisdiction.choices, null=True, blank=True, help_text="Jurisdiction."
    )
    issuer = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_frameworks",
        help_text="Who issued it.",
    )
    status = models.CharField(
        max_length=16, choices=FrameworkStatus.choices, null=True, blank=True, help_text="Status as stated."
    )
    status_as_stated = models.CharField(max_length=200, null=True, blank=True, help_text="Its status as stated by the source.")
    status_as_of = PartialDateField(help_text="Date for which the source states the status.")
    announced = PartialDateField(help_text="Date of announcement.")
    adopted = PartialDateField(help_text="Date of adoption or signature.")
    in_force = PartialDateField(help_text="Date from which it is in force.")
    ended = PartialDateField(help_text="Date on which it ended.")
    topics = ArrayField(models.CharField(max_length=100), default=list, blank=True, help_text="Subject matter.")
    license_kinds = ArrayField(
        models.CharField(max_length=24, choices=LicenseKind.choices),
        default=list,
        blank=True,
        help_text="Kinds of licence that it applies to.",
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The framework that it belongs to.",
    )
    supersedes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        help_text="The earlier framework that it replaces.",
    )
    url = models.URLField(max_length=500, null=True, blank=True, help_text="URL of its text.")
    summary = models.TextField(blank=True, default="", help_text="Summary of its provisions, in our own words.")

    folded = folded_of("summary")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("framework"),
            one_of("framework_kind", "kind", FrameworkKind),
            one_of("framework_jurisdiction", "jurisdiction", Jurisdiction, null=True),
            one_of("framework_status", "status", FrameworkStatus, null=True),
            partial_dates("framework_dates", "status_as_of", "announced", "adopted", "in_force", "ended"),
            SQLCheck(
                name="framework_license_kinds",
                sql=f"license_kinds <@ ARRAY[{', '.join(repr(str(k)) for k in LicenseKind.values)}]::varchar[]",
                field="license_kinds",
                violation_error_message="One of these kinds of licence is unknown.",
            ),
        ]
        indexes = [
            folded_index("framework"),
            *listed_by(
                "framework",
                "title",
                "kind",
                "jurisdiction",
                "status",
                "announced",
                "adopted",
                "in_force",
                "ended",
                "issuer",
                "parent",
                "updated_at",
            ),
            *supported_by("framework"),
        ]

    triggers = [
        *record_triggers("policy_framework"),
        PreferredName("policy_framework", "title"),
        NoCycle("parent"),
        NoCycle("supersedes", "a record cannot replace itself"),
    ]


@kept_in_history
class FrameworkParty(models.Model):
    """A country or organization that takes part in a framework."""

    framework = models.ForeignKey(PolicyFramework, on_delete=models.CASCADE, related_name="parties", db_index=False)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="framework_roles")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="framework_roles"
    )
    role = models.CharField(
        max_length=16,
        choices=FrameworkRole.choices,
        default=FrameworkRole.PARTY,
        help_text="Its role in the framework.",
    )

    row_key = RowKey(columns=("country", "organization"), of="framework")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "framework parties"
        constraints = [
            exactly_one("frameworkparty_one", "country", "organization"),
            one_of("frameworkparty_role", "role", FrameworkRole),
            models.UniqueConstraint(
                fields=["framework", "country", "organization", "role"],
                nulls_distinct=False,
                name="frameworkparty_once",
            ),
        ]

    triggers = [TouchParent(framework="registry_policyframework"), *kept()]

    def __str__(self) -> str:
        """Name the party and its role."""
        return f"{self.country or self.organization} ({self.role})"


@kept_in_history
class FrameworkApplication(models.Model):
    """Where a framework applies: in a country, or in all countries that are members of an organization on the date."""

    framework = models.ForeignKey(PolicyFramework, on_delete=models.CASCADE, related_name="applies_to", db_index=False)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="applied_frameworks")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="applied_frameworks"
    )

    row_key = RowKey(columns=("country", "organization"), of="framework")

    class Meta:
        ordering = ["id"]
        constraints = [
            exactly_one("frameworkapplication_one", "country", "organization"),
            models.UniqueConstraint(
                fields=["framework", "country", "organization"], nulls_distinct=False, name="frameworkapplication_once"
            ),
        ]

    triggers = [TouchParent(framework="registry_policyframework"), *kept()]

    def __str__(self) -> str:
        """Name where it applies."""
        return str(self.country or self.organization)


@kept_in_history
class FrameworkRegion(models.Model):
    """A region that a framework is about."""

    framework = models.ForeignKey(PolicyFramework, on_delete=models.CASCADE, related_name="regions", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")

    row_key = RowKey(columns=("region",), of="framework")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["framework", "region"], name="frameworkregion_once")]

    triggers = [TouchParent(framework="registry_policyframework"), *kept()]

    def __str__(self) -> str:
        """Name the region."""
        return str(self.region)


@kept_in_history
class FrameworkCommodity(models.Model):
    """A commodity that a framework applies to."""

    framework = models.ForeignKey(PolicyFramework, on_delete=models.CASCADE, related_name="commodities", db_index=False)
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+")

    row_key = RowKey(columns=("commodity",), of="framework")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "commodities"
        constraints = [models.UniqueConstraint(fields=["framework", "commodity"], name="frameworkcommodity_once")]

    triggers = [TouchParent(framework="registry_policyframework"), *kept()]

    def __str__(self) -> str:
        """Name the commodity."""
        return str(self.commodity)


@kept_in_history
class FrameworkEvent(models.Model):
    """A step in the life of a framework, as a source tells it."""

    unstated = frozenset(("framework",))

    framework = models.ForeignKey(PolicyFramework, on_delete=models.CASCADE, related_name="events")
    status = models.CharField(
        max_length=16,
        choices=FrameworkStatus.choices,
        null=True,
        blank=True,
        help_text="The status that resulted; null if the event did not change it.",
    )
    date = PartialDateField(help_text="When.")
    until = PartialDateField(help_text="Last date of the resulting status, if the event gives it a term.")
    text = models.CharField(max_length=500, blank=True, default="", help_text="Description of the event, in our own words.")

    row_key = RowKey(
        columns=("date", "status"),
        of="framework",
        otherwise="undated",
        where=f"NOT EXISTS (SELECT FROM registry_citation c WHERE c.framework_event_id = x.id AND {COVERS})",
    )

    class Meta:
        ordering = ["date", "id"]
        constraints = [
            one_of("frameworkevent_status", "status", FrameworkStatus, null=True),
            partial_dates("frameworkevent_dates", "date", "until"),
            SQLCheck(
                name="frameworkevent_order",
                sql="registry_first_day(date) <= registry_last_day(until)",
                field="until",
                violation_error_message="The last date of a status must not be before the event.",
            ),
        ]

    triggers = [TouchParent(framework="registry_policyframework"), *kept()]

    def __str__(self) -> str:
        """Return date and status."""
        return f"{self.date or 'undated'}: {self.status or self.text}"
