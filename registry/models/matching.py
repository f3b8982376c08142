"""What people have judged of two records: that they are the same, that they are different, or that nobody can tell."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from registry.constraints import Check, one_of
from registry.history import kept_in_history
from registry.kinds import RECORD_KINDS
from registry.triggers import kept
from registry.vocabularies import Verdict


@kept_in_history
class Judgement(models.Model):
    """A person's judgement of two records of one kind; a pair has one at most, and a pair that has one is not proposed again.

    The keys are plain numbers: a judgement outlives a draft that is deleted, and does no harm then. Taking a judgement back
    deletes it; the history keeps it.
    """

    kind = models.CharField(
        max_length=24,
        choices=[(name, name) for name in sorted(k.name for k in RECORD_KINDS)],
        help_text="Kind of both records.",
    )
    one_id = models.BigIntegerField(help_text="Key of the record with the lower key.")
    other_id = models.BigIntegerField(help_text="Key of the other.")
    verdict = models.CharField(
        max_length=16,
        choices=Verdict.choices,
        default=Verdict.DIFFERENT,
        db_default=Verdict.DIFFERENT,
        help_text="What was found.",
    )
    gone_id = models.BigIntegerField(
        null=True, help_text="Of two that are the same: key of the one that was merged into the other."
    )
    stays_version = models.PositiveIntegerField(
        null=True,
        help_text="Of two that are the same: version of the other after the merge; updated when a later merge is taken back.",
    )
    reason = models.CharField(max_length=500, blank=True, default="", help_text="Reason of the judgement.")
    decided_at = models.DateTimeField(db_default=Now(), editable=False, help_text="Time of the judgement.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The user who judged; null if a file of judgements was loaded.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "one_id", "other_id"],
                name="judgement_once",
                violation_error_message="This pair has been judged already; take that judgement back first.",
            ),
            one_of("judgement_verdict", "verdict", Verdict),
            Check(
                name="judgement_in_order",
                condition=Q(one_id__lt=F("other_id")),
                violation_error_message="Of two judged records, the one with the lower key must come first.",
            ),
            Check(
                name="judgement_gone",
                # A comparison with null is not false, so null is excluded by itself.
                condition=Q(verdict=Verdict.SAME, gone_id__isnull=False) & (Q(gone_id=F("one_id")) | Q(gone_id=F("other_id")))
                | ~Q(verdict=Verdict.SAME) & Q(gone_id__isnull=True),
                violation_error_message="Of two records that are the same, and only of those, one was merged into the other.",
            ),
            Check(
                name="judgement_reason",
                condition=Q(verdict=Verdict.DIFFERENT) | ~Q(reason=""),
                violation_error_message="State the reason of the judgement.",
            ),
        ]
        indexes = [models.Index(fields=["kind", "gone_id"], name="judgement_gone_record", condition=Q(gone_id__isnull=False))]

    triggers = kept()

    def __str__(self) -> str:
        """State the judgement."""
        return f"{self.kind} {self.one_id} and {self.other_id}: {self.verdict}"

    @property
    def stays_id(self) -> int | None:
        """Return the key of the record into which the other was merged; None if none was."""
        if self.gone_id is None:
            return None
        return self.other_id if self.gone_id == self.one_id else self.one_id


class MergedRow(models.Model):
    """What a merge did to one row: the events of the row's history before and after it.

    A row that the merge made has none before, one that it dropped none after. A table without history has neither.
    """

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=63, help_text="Table of the row.")
    row_id = models.BigIntegerField(help_text="Key of the row.")
    before = models.BigIntegerField(null=True, help_text="The last event of the row's history before the merge.")
    after = models.BigIntegerField(null=True, help_text="The last event of the row's history in the merge.")
    twin_id = models.BigIntegerField(
        null=True, help_text="The row that stayed in place of one that was dropped, if there is one."
    )

    class Meta:
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.table} {self.row_id}"
