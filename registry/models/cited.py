"""Queries that readers cite: what was asked, when, and the bytes of the answer, which never change."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from registry.constraints import SQLCheck


class CitedBody(models.Model):
    """The bytes of an answer, compressed, once for all citations that have it."""

    sha256 = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the bytes.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    packed = models.BinaryField(help_text="The bytes, compressed with gzip.")

    class Meta:
        verbose_name = "cited answer"
        verbose_name_plural = "cited answers"

    def __str__(self) -> str:
        """Name it by its hash."""
        return self.sha256


class CitedQuery(models.Model):
    """A query with its answer of a moment; an owner of the database may take the answer away, not change it."""

    key = models.CharField(max_length=16, unique=True, help_text="Its address below /cite/.")
    query = models.TextField(help_text="Address in the API, with its parameters in the order of their names.")
    as_of = models.DateTimeField(help_text="Moment of the answer.")
    position = models.CharField(max_length=40, help_text="Position of the feed of changes at that moment.")
    records = models.PositiveIntegerField(help_text="Number of records.")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the answer.")
    body = models.ForeignKey(CitedBody, null=True, on_delete=models.PROTECT, help_text="The answer; null if it was taken away.")
    sender = models.CharField(max_length=32, help_text="Digest of the sender's address.")
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When it was cited first.")

    class Meta:
        verbose_name = "cited query"
        verbose_name_plural = "cited queries"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            SQLCheck(
                name="citedquery_key",
                sql="key ~ '^[0-9a-z]{16}$'",
                field="key",
                violation_error_message="The key has 16 digits or letters.",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sender", "created_at"], name="citedquery_sender"),
            models.Index(fields=["created_at"], name="citedquery_created"),
        ]

    def __str__(self) -> str:
        """Return its key."""
        return self.key
