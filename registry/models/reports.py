"""Errors that readers report, and what curators answer."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registry.constraints import Check, SQLCheck, one_of
from registry.vocabularies import ReportState

#: A report is a few sentences.
SHORTEST, LONGEST = 10, 4_000


class Report(models.Model):
    """What a reader found wrong in a public record, with evidence; only the state and the answer are public.

    The sender is known by a digest of the address alone, which limits how many reports one sends.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Address of its public status.")
    kind = models.CharField(max_length=40, help_text="Resource of the record.")
    record = models.UUIDField(help_text="Permanent identifier of the record.")
    slug = models.CharField(max_length=120, help_text="Slug of the record when it was reported.")
    field = models.CharField(
        max_length=60, blank=True, default="", help_text="Field that is wrong; empty for the whole record."
    )
    text = models.TextField(help_text="What is wrong, and what would be right.")
    evidence = models.URLField(max_length=1000, blank=True, default="", help_text="Where the right value is published.")
    contact = models.EmailField(max_length=254, blank=True, default="", help_text="How to reach the sender; never public.")
    sender = models.CharField(max_length=32, help_text="Digest of the sender's address.")
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When it was sent.")
    state = models.CharField(
        max_length=16, choices=ReportState.choices, default=ReportState.WAITING, help_text="What became of it; public."
    )
    answer = models.TextField(blank=True, default="", help_text="Answer to the sender; public.")
    answered_at = models.DateTimeField(null=True, editable=False, help_text="When it was answered.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, help_text="Who answered it."
    )

    class Meta:
        verbose_name = "error report"
        ordering = ["id"]
        constraints = [
            one_of("report_state", "state", ReportState),
            SQLCheck(
                name="report_text",
                sql=f"length(text) BETWEEN {SHORTEST} AND {LONGEST}",
                field="text",
                violation_error_message=f"Describe the error in {SHORTEST} to {LONGEST:,} characters.",
            ),
            Check(
                name="report_answered",
                condition=Q(state=ReportState.WAITING) | Q(answered_at__isnull=False),
                violation_error_message="A report that does not wait was answered at some time.",
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "created_at"], name="report_sender"),
            models.Index(fields=["created_at"], name="report_created"),
            models.Index(fields=["id"], name="report_waiting", condition=Q(state=ReportState.WAITING)),
        ]

    def __str__(self) -> str:
        """Name the record."""
        return f"{self.kind}/{self.slug}"
