"""What published records state without a source: the database lets nobody add to it (`registry.coverage`)."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField


class Uncovered(models.Model):
    """The values and rows of a published record that no citation covers; derived."""

    kind = models.CharField(max_length=24, help_text="Kind of record.")
    record = models.BigIntegerField(help_text="Key of the record.")
    entries = ArrayField(models.TextField(), help_text="Its entries, as citations name them.")

    class Meta:
        verbose_name_plural = "uncovered"
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="uncovered_once")]

    def __str__(self) -> str:
        """List the entries."""
        return f"{self.kind} {self.record}: {', '.join(self.entries)}"
