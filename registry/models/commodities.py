"""Commodities, the groups they belong to, and the schemes that call a rare earth light or heavy."""

from typing import ClassVar

from django.contrib.gis.db import models

from registry.constraints import SQLCheck, one_of
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.triggers import NoCycle, PreferredName, TouchParent, kept
from registry.vocabularies import CommodityKind, ReeClass


@kept_in_history
class Commodity(CitedRecord):
    """An element, oxide, group, mineral or other commodity; its slug is the symbol."""

    history_by: ClassVar[tuple[str, ...]] = ("element",)

    name = models.CharField(max_length=120, help_text="English name.")
    kind = models.CharField(max_length=16, choices=CommodityKind.choices, help_text="Its kind.")
    atomic_number = models.PositiveSmallIntegerField(null=True, blank=True, unique=True, help_text="Of an element.")
    ree = models.BooleanField(
        default=False,
        help_text="One of the 17 rare-earth elements (IUPAC: Sc, Y, La–Lu), their oxide, or a group of them.",
    )
    element = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="oxides", help_text="For an oxide, its element."
    )
    oxide_factor = models.DecimalField(
        max_digits=7,
        decimal_places=5,
        null=True,
        blank=True,
        help_text="Mass of oxide per mass of element, (n·M + m·15.999)/(n·M).",
    )
    cgi_uri = models.URLField(max_length=300, null=True, blank=True, help_text="Concept in the CGI commodity codes.")
    inspire_uri = models.URLField(max_length=300, null=True, blank=True, help_text="Concept in the INSPIRE code list.")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "commodities"
        constraints = [
            *record_constraints("commodity"),
            one_of("commodity_kind", "kind", CommodityKind),
            SQLCheck(
                name="commodity_atomic_number",
                sql="(kind = 'element') = (atomic_number IS NOT NULL)",
                field="atomic_number",
                violation_error_message="An element must have an atomic number; other commodities must not.",
            ),
            SQLCheck(
                name="commodity_oxide",
                sql="(element_id IS NULL) = (oxide_factor IS NULL) AND (element_id IS NULL OR kind = 'oxide')"
                " AND oxide_factor > 1",
                field="oxide_factor",
                violation_error_message="An oxide must have an element and a factor above 1; other commodities must not.",
            ),
        ]
        indexes = [*listed_by("commodity", "name", "kind", "ree", "updated_at"), *supported_by("commodity")]

    triggers = [
        *record_triggers(None),
        PreferredName("commodity", "name"),
        NoCycle("element", "an oxide cannot be its own element"),
    ]


@kept_in_history
class CommodityMember(models.Model):
    """A commodity's place in a group, e.g. Nd in LREE, LREE in REE."""

    group = models.ForeignKey(Commodity, on_delete=models.CASCADE, related_name="members", db_index=False)
    member = models.ForeignKey(Commodity, on_delete=models.CASCADE, related_name="groups")

    row_key = RowKey(columns=("member",), of="group")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "member"], name="commoditymember_once"),
            SQLCheck(
                name="commoditymember_other",
                sql="group_id <> member_id",
                violation_error_message="A commodity cannot be a member of itself.",
            ),
        ]

    triggers = [TouchParent(group="registry_commodity", member="registry_commodity"), *kept()]

    def __str__(self) -> str:
        """Name both."""
        return f"{self.member} in {self.group}"


@kept_in_history
class ReeScheme(CitedRecord):
    """An authority's division of the rare earths into light, middle and heavy; authorities disagree, so it is data."""

    name = models.CharField(max_length=120, help_text="Name of the scheme.")
    note = models.TextField(blank=True, default="", help_text="Where the scheme is used or defined.")

    class Meta:
        ordering = ["id"]
        verbose_name = "REE scheme"
        constraints = record_constraints("reescheme")
        indexes = [*listed_by("reescheme", "name", "updated_at"), *supported_by("reescheme")]

    triggers = record_triggers("ree_scheme")


@kept_in_history
class ReeSchemeClass(models.Model):
    """The class that a scheme gives to one element."""

    scheme = models.ForeignKey(ReeScheme, on_delete=models.CASCADE, related_name="classes", db_index=False)
    element = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="scheme_classes")
    ree_class = models.CharField(max_length=8, choices=ReeClass.choices, help_text="Light, middle, heavy or neither.")

    row_key = RowKey(columns=("element",), of="scheme")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "REE scheme classes"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "element"], name="reeschemeclass_once"),
            one_of("reeschemeclass_class", "ree_class", ReeClass),
        ]

    triggers = [TouchParent(scheme="registry_reescheme", element="registry_commodity"), *kept()]

    def __str__(self) -> str:
        """Describe which class."""
        return f"{self.element}: {self.ree_class}"
