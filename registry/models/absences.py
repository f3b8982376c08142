"""What records lack that a complete one would have: derived, so that lists find them however few they are."""

from django.contrib.gis.db import models


class Lacking(models.Model):
    """One thing that a record lacks (`registry.absences`); derived."""

    pk = models.CompositePrimaryKey("kind", "lacks", "record")
    kind = models.CharField(max_length=24, help_text="Kind of record.")
    lacks = models.CharField(max_length=24, help_text="Name of the check.")
    record = models.BigIntegerField(help_text="Key of the record.")

    class Meta:
        verbose_name_plural = "lacking"

    def __str__(self) -> str:
        """Name the record and what it lacks."""
        return f"{self.kind} {self.record}: {self.lacks}"
