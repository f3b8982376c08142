"""Notes of curators on records, a thread for each, and whom they mention; never public."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registry.constraints import SQLCheck
from registry.kinds import RECORD_KINDS

LONGEST_NOTE = 4_000
_USER: Any = {"to": settings.AUTH_USER_MODEL, "related_name": "+"}


class RecordNote(models.Model):
    """A note on a record; the key is a plain number, so that it outlives a draft that is deleted."""

    kind = models.CharField(
        max_length=24,
        choices=[(name, name) for name in sorted(kind.name for kind in RECORD_KINDS)],
        help_text="Kind of record.",
    )
    record_id = models.BigIntegerField(help_text="Key of the record.")
    text = models.TextField(help_text="The note; @name mentions somebody.")
    by = models.ForeignKey(on_delete=models.PROTECT, help_text="Who wrote it.", **_USER)
    at = models.DateTimeField(db_default=Now(), editable=False, help_text="When.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            SQLCheck(
                name="recordnote_text",
                sql=f"length(text) BETWEEN 1 AND {LONGEST_NOTE}",
                field="text",
                violation_error_message=f"Write 1 to {LONGEST_NOTE:,} characters.",
            )
        ]
        indexes = [models.Index(fields=["kind", "record_id", "id"], name="recordnote_record")]

    def __str__(self) -> str:
        """Return its beginning."""
        return self.text[:80]


class NoteMention(models.Model):
    """Somebody who is mentioned in a note."""

    note = models.ForeignKey(RecordNote, related_name="mentions", on_delete=models.CASCADE, db_index=False)
    user = models.ForeignKey(on_delete=models.CASCADE, help_text="Who is mentioned.", **_USER)
    seen_at = models.DateTimeField(null=True, help_text="When they opened the record.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="notemention_once")]
        indexes = [models.Index(fields=["user", "id"], name="notemention_unseen", condition=Q(seen_at__isnull=True))]

    def __str__(self) -> str:
        """Name the person."""
        return f"@{self.user}"
