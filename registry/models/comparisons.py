"""Which of the newest records of a kind may be there twice: derived, and kept because comparing takes seconds."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models.functions import Now


class Comparison(models.Model):
    """The last comparison of the newest records of a kind (`registry.matching.newest`); derived."""

    kind = models.CharField(max_length=24, primary_key=True, help_text="Kind of record.")
    records = ArrayField(models.BigIntegerField(), default=list, help_text="Keys of records that may be the same as another.")
    writes = models.BigIntegerField(help_text="Writes that the tables had seen by then.")
    compared_at = models.DateTimeField(db_default=Now(), help_text="Time of the comparison.")

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        """Name the kind."""
        return self.kind
