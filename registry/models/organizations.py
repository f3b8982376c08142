"""Organizations, whom they belong to, and who is a member of them."""

from typing import ClassVar

from django.contrib.gis.db import models

from registry.constraints import SQLCheck, exactly_one, one_of
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.dated import Dated, Shared, dated_constraints, once_at_a_time, share_constraint
from registry.models.geography import Country
from registry.triggers import NoCycleOfRows, PreferredName, SharesWithinWhole, TouchParent, kept
from registry.vocabularies import OrganizationKind


@kept_in_history
class Organization(CitedRecord):
    """A company, authority, institute, union of states or other body."""

    #: Its address in the web shows itself.
    unstated = frozenset(("url",))
    history_by: ClassVar[tuple[str, ...]] = ("parent",)

    name = models.CharField(max_length=200, help_text="Name, in English if the source states one.")
    kind = models.CharField(
        max_length=24,
        choices=OrganizationKind.choices,
        default=OrganizationKind.UNKNOWN,
        help_text="Kind of organization.",
    )
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="organizations", help_text="As stated."
    )
    url = models.URLField(max_length=500, null=True, blank=True, help_text="Its own web site.")
    description = models.TextField(blank=True, default="", help_text="Activities according to the sources, in our own words.")

    class Meta:
        ordering = ["id"]
        constraints = [*record_constraints("organization"), one_of("organization_kind", "kind", OrganizationKind)]
        indexes = [*listed_by("organization", "name", "kind", "country", "updated_at"), *supported_by("organization")]

    triggers = [*record_triggers("organization"), PreferredName("organization", "name")]


@kept_in_history
class OrganizationParent(Shared, Dated):
    """An organization that owns or hosts another, with its share and for its time."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="parents", db_index=False)
    parent = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="children")

    row_key = RowKey(columns=("parent",), of="organization")

    class Meta:
        ordering = ["id"]
        verbose_name = "parent"
        constraints = [
            SQLCheck(
                name="organizationparent_other",
                sql="organization_id <> parent_id",
                field="parent",
                violation_error_message="An organization cannot be its own parent.",
            ),
            share_constraint("organizationparent"),
            *dated_constraints("organizationparent"),
            once_at_a_time(
                "organizationparent_once_at_a_time",
                "organization",
                "parent",
                message="This organization is already its parent at that time.",
            ),
        ]
        indexes = [models.Index(fields=["organization"], name="organizationparent_of")]

    triggers = [
        NoCycleOfRows("organization", "parent"),
        SharesWithinWhole("organization"),
        TouchParent(organization="registry_organization", parent="registry_organization"),
        *kept(),
    ]

    def __str__(self) -> str:
        """Name both."""
        return f"{self.parent} of {self.organization}"


@kept_in_history
class OrganizationMember(Dated):
    """A country or organization that is a member of an organization, such as a union of states, for its time."""

    group = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="members", db_index=False)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="organization_memberships"
    )
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="organization_memberships"
    )

    row_key = RowKey(columns=("country", "organization"), of="group")

    class Meta:
        ordering = ["id"]
        verbose_name = "member"
        constraints = [
            exactly_one("organizationmember_one", "country", "organization"),
            SQLCheck(
                name="organizationmember_other",
                sql="organization_id <> group_id",
                field="organization",
                violation_error_message="An organization cannot be a member of itself.",
            ),
            *dated_constraints("organizationmember"),
            once_at_a_time(
                "organizationmember_country_once_at_a_time",
                "group",
                "country",
                message="This country is already a member at that time.",
            ),
            once_at_a_time(
                "organizationmember_organization_once_at_a_time",
                "group",
                "organization",
                message="This organization is already a member at that time.",
            ),
        ]
        indexes = [models.Index(fields=["group"], name="organizationmember_of")]

    triggers = [
        NoCycleOfRows("organization", "group"),
        TouchParent(group="registry_organization", organization="registry_organization", country="registry_country"),
        *kept(),
    ]

    def __str__(self) -> str:
        """Name both."""
        return f"{self.country or self.organization} in {self.group}"
