"""Pairs of records that look alike and are not the same, as a person has found."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from registry.constraints import Check
from registry.history import kept_in_history
from registry.kinds import NAMED
from registry.triggers import kept


@kept_in_history
class Distinction(models.Model):
    """Two records of one kind that somebody has compared and found to be two things; they are not proposed again.

    The keys are plain numbers: a pair outlives a draft that is deleted, and does no harm then.
    """

    kind = models.CharField(max_length=24, choices=[(kind, kind) for kind in sorted(NAMED)], help_text="Kind of both records.")
    one_id = models.BigIntegerField(help_text="Key of the record with the lower key.")
    other_id = models.BigIntegerField(help_text="Key of the other.")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="Reason that they are different.")
    decided_at = models.DateTimeField(db_default=Now(), editable=False, help_text="Time of the decision.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "one_id", "other_id"], name="distinction_once"),
            Check(
                name="distinction_in_order",
                condition=Q(one_id__lt=F("other_id")),
                violation_error_message="Of two distinct records, the one with the lower key must come first.",
            ),
        ]

    triggers = kept()

    def __str__(self) -> str:
        """Name the pair."""
        return f"{self.kind} {self.one_id} is not {self.other_id}"
