"""Gaps: what was looked for and not found, where, and when. A gap is no statement about the world."""

from typing import ClassVar

from django.contrib.gis.db import models

from registry.constraints import SQLCheck, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.kinds import SUBJECTS
from registry.models.base import Record, listed_by, record_constraints, record_triggers
from registry.models.search import folded_index, folded_of
from registry.models.sources import Source
from registry.targets import belongs_to_one, one_record
from registry.triggers import AtLeast, KeepAtLeast, TouchParent, kept


@kept_in_history
class Gap(Record):
    """Something that was looked for and not found; the places where it was looked for are its searches."""

    label_field: ClassVar[str] = "looked_for"

    looked_for = models.TextField(help_text="What was looked for and not found, in our own words.")
    found_instead = models.TextField(blank=True, default="", help_text="What was found instead, or what is still missing.")
    as_of = PartialDateField(help_text="Date of the last search.")
    folded = folded_of("looked_for", "found_instead")

    class Meta:
        ordering = ["id"]
        constraints = [*record_constraints("gap"), partial_dates("gap_dates", "as_of")]
        indexes = [*listed_by("gap", "as_of", "updated_at"), folded_index("gap")]

    triggers = [
        *record_triggers(None),
        AtLeast(1, "registry_gapsearch", "gap", "a gap names one or more sources or places that were searched"),
    ]

    def __str__(self) -> str:
        """Return the beginning of the text."""
        return self.looked_for if len(self.looked_for) <= 80 else f"{self.looked_for[:79]}…"


@kept_in_history
class GapSearch(models.Model):
    """A source of the registry, or another place, that was searched."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="searches", db_index=False)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="gap_searches")
    place = models.CharField(max_length=300, null=True, blank=True, help_text="What was searched, if it is no source here.")
    note = models.CharField(max_length=500, blank=True, default="", help_text="How it was searched, and what it has.")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "gap searches"
        constraints = [
            SQLCheck(
                name="gapsearch_one",
                sql="num_nonnulls(source_id, NULLIF(place, '')) = 1",
                field="place",
                violation_error_message="Choose a source, or describe another place.",
            ),
            models.UniqueConstraint(fields=["gap", "source", "place"], nulls_distinct=False, name="gapsearch_once"),
        ]

    triggers = [
        TouchParent(gap="registry_gap"),
        KeepAtLeast(1, "registry_gap", "gap", "a gap names one or more sources or places that were searched"),
        *kept(),
    ]

    def __str__(self) -> str:
        """Name the source or place."""
        return str(self.source or self.place)


@kept_in_history
@belongs_to_one(SUBJECTS, "gap_links")
class GapSubject(models.Model):
    """What a gap is about."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="subjects")

    class Meta:
        ordering = ["id"]
        constraints = one_record("gapsubject", SUBJECTS, "gap")

    triggers = [TouchParent(gap="registry_gap"), *kept()]

    def __str__(self) -> str:
        """Name the subject."""
        return str(next((s for s in (getattr(self, name) for name in SUBJECTS) if s), "nothing"))
