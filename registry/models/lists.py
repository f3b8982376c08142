"""Lists of curators that are kept, and steps that were taken with many records at once."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registry.constraints import one_of
from registry.kinds import RECORD_KINDS
from registry.models.proposals import Proposal
from registry.vocabularies import BulkOutcome

_BY: Any = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}
_KIND = models.CharField(
    max_length=24,
    choices=[(name, name) for name in sorted(kind.name for kind in RECORD_KINDS)],
    help_text="Kind of record.",
)


class SavedList(models.Model):
    """The filters, the order and the columns of a list, under a name; a shared one is offered to every curator."""

    kind = _KIND.clone()
    name = models.CharField(max_length=80, help_text="What the list is called.")
    query = models.CharField(max_length=2_000, blank=True, default="", help_text="The query of its URL.")
    is_shared = models.BooleanField(default=False, help_text="Whether every curator sees it.")
    # The constraint below has the index.
    by = models.ForeignKey(help_text="Who saved it.", db_index=False, **_BY)
    at = models.DateTimeField(db_default=Now(), editable=False, help_text="When.")

    class Meta:
        ordering = ["name", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by", "kind", "name"],
                name="savedlist_once",
                violation_error_message="You have saved a list of this name already.",
            )
        ]
        indexes = [models.Index(fields=["kind", "name"], name="savedlist_shared", condition=Q(is_shared=True))]

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class BulkChange(models.Model):
    """One step that somebody took with many records at once, for one reason; it can be undone as one."""

    kind = _KIND.clone()
    act = models.CharField(max_length=80, help_text="The step that was taken, or `edit` with the field that was written.")
    said = models.CharField(max_length=200, help_text="What was done, in words.")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="Reason of the change.")
    by = models.ForeignKey(help_text="Who.", **_BY)
    at = models.DateTimeField(db_default=Now(), editable=False, help_text="When.")
    undoes = models.OneToOneField(
        "self", null=True, editable=False, related_name="undone_by", on_delete=models.PROTECT, help_text="What it undoes."
    )

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        """Say what was done."""
        return self.said


class BulkItem(models.Model):
    """What became of one record of a bulk change."""

    bulk = models.ForeignKey(BulkChange, related_name="items", on_delete=models.CASCADE, db_index=False)
    record_id = models.BigIntegerField(help_text="Key of the record.")
    label = models.CharField(max_length=200, help_text="Name of the record at that time.")
    outcome = models.CharField(max_length=16, choices=BulkOutcome.choices, help_text="What became of it.")
    transaction = models.BigIntegerField(null=True, help_text="The transaction that wrote it, as the history names it.")
    before = models.CharField(max_length=16, blank=True, default="", help_text="State of the record before a step.")
    proposal = models.ForeignKey(
        Proposal, null=True, related_name="+", on_delete=models.SET_NULL, help_text="The proposal that was made of it."
    )
    message = models.CharField(max_length=500, blank=True, default="", help_text="Why it was refused.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            one_of("bulkitem_outcome", "outcome", BulkOutcome),
            models.UniqueConstraint(fields=["bulk", "record_id"], name="bulkitem_once"),
        ]

    def __str__(self) -> str:
        """Name the record."""
        return self.label
