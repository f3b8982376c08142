"""Organizations."""

from typing import ClassVar

from django.contrib.gis.db import models

from registry.constraints import one_of
from registry.history import kept_in_history
from registry.models.base import Record, listed_by, record_constraints, record_triggers
from registry.models.geography import Country
from registry.triggers import NoCycle, PreferredName
from registry.vocabularies import OrganizationKind


@kept_in_history
class Organization(Record):
    """A company, authority, institute or other body."""

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
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", help_text="Owner or host."
    )
    url = models.URLField(max_length=500, null=True, blank=True, help_text="Its own web site.")
    description = models.TextField(blank=True, default="", help_text="Activities according to the sources, in our own words.")

    class Meta:
        ordering = ["id"]
        constraints = [*record_constraints("organization"), one_of("organization_kind", "kind", OrganizationKind)]
        indexes = listed_by("organization", "name", "kind", "country", "parent", "updated_at")

    triggers = [*record_triggers("organization"), PreferredName("organization", "name"), NoCycle("parent")]
