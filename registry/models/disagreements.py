"""Disagreements: what sources say differently, with both sides kept in view."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F
from django.db.models.functions import Concat

from registry.history import kept_in_history
from registry.kinds import SIDES
from registry.models.base import Record, listed_by, record_constraints, record_triggers
from registry.models.search import Folded
from registry.targets import belongs_to_one, one_record
from registry.triggers import AtLeast, KeepAtLeast, TouchParent, kept
from registry.triggers.sides import SIDES_SEEN

TWO_SIDES = (
    "a disagreement has two or more sides that readers see; revisions of one series (linked by “updates”) and copies of one"
    " original are one side"
)


@kept_in_history
class Disagreement(Record):
    """A question on which two or more records, citations or statements differ. Its members carry the sources."""

    label_field: ClassVar[str] = "title"

    title = models.CharField(max_length=200, help_text="Title of the disagreement.")
    about = models.CharField(max_length=300, help_text="The field or question in dispute.")
    note = models.TextField(blank=True, default="", help_text="How the sides differ, in our own words.")
    folded = models.GeneratedField(
        expression=Folded(
            Concat("title", models.Value(" "), "about", models.Value(" "), "note", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["id"]
        constraints = record_constraints("disagreement")
        indexes = [
            *listed_by("disagreement", "title", "updated_at"),
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="disagreement_folded"),
        ]

    triggers = [*record_triggers(None), AtLeast(2, "registry_disagreementmember", "disagreement", TWO_SIDES, SIDES_SEEN)]


@kept_in_history
@belongs_to_one(SIDES, "disagreement_links")
class DisagreementMember(models.Model):
    """One side of a disagreement."""

    disagreement = models.ForeignKey(Disagreement, on_delete=models.CASCADE, related_name="members")

    class Meta:
        ordering = ["id"]
        constraints = one_record("disagreementmember", SIDES, "disagreement")

    triggers = [
        TouchParent(disagreement="registry_disagreement"),
        KeepAtLeast(2, "registry_disagreement", "disagreement", TWO_SIDES, SIDES_SEEN),
        *kept(),
    ]

    def __str__(self) -> str:
        """Name the side."""
        return str(next((m for m in (getattr(self, name) for name in SIDES) if m), "nothing"))
