"""Tallies: how many records of each kind a source supports, contradicts and mentions, kept as rows that are added up."""

from django.db import models


class Tally(models.Model):
    """A change of the number of published records that a source is cited for; derived (`api.documents.tallies`)."""

    source = models.ForeignKey(
        "registry.Source", on_delete=models.DO_NOTHING, related_name="tallies", db_constraint=False, db_index=False
    )
    relation = models.CharField(max_length=16, help_text="Relation of the source to the records.")
    kind = models.CharField(max_length=24, help_text="Kind of the records.")
    records = models.IntegerField(help_text="Change in the number of records.")

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["source", "relation", "kind"], name="tally_source", include=["records"])]

    def __str__(self) -> str:
        """Describe what is counted."""
        return f"{self.source_id} {self.relation} {self.records} {self.kind}"
