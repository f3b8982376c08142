"""Findings: statements made by somebody about something, kept as statements."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F

from registry.constraints import SQLCheck, finite, one_of, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.kinds import SUBJECTS
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.organizations import Organization
from registry.models.search import folded_index, folded_of
from registry.models.sources import Source
from registry.targets import belongs_to_one, one_record
from registry.triggers import SourceSeen, TouchParent, kept
from registry.vocabularies import Comparator, Confidence, FindingLinkKind, Modality, Topic

#: Unit of mass → tonnes.
TONNES = {"t": 1.0, "kt": 1e3, "Mt": 1e6}


@kept_in_history
class Finding(CitedRecord):
    """A statement by a speaker in a source; its source is its citation. Findings never feed a numeric roll-up."""

    #: Its source, and what we say of it.
    unstated = frozenset(("source", "speaker_source", "locator", "confidence", "note"))

    label_field: ClassVar[str] = "text"
    history_by: ClassVar[tuple[str, ...]] = ("source",)
    history_found_by_writer: ClassVar[bool] = True

    text = models.TextField(help_text="The statement, in our own words.")
    topic = models.CharField(max_length=16, choices=Topic.choices, help_text="Its topic.")
    measure = models.CharField(max_length=200, null=True, blank=True, help_text="The quantity that the value measures.")
    modality = models.CharField(max_length=16, choices=Modality.choices, help_text="Modality of the statement.")
    speaker = models.CharField(max_length=300, null=True, blank=True, help_text="The speaker; null if the source names nobody.")
    speaker_organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="spoken_findings",
        help_text="The organization that speaks, or that the speaker represents.",
    )
    speaker_source = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="spoken_findings",
        help_text="The publication that the source speaks for.",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="findings", help_text="The source of the statement."
    )
    locator = models.CharField(max_length=300, blank=True, default="", help_text="Location in the source.")
    confidence = models.CharField(
        max_length=8,
        choices=Confidence.choices,
        null=True,
        blank=True,
        help_text="Reliability of the source for this statement.",
    )
    value_low = models.FloatField(null=True, blank=True, help_text="Lower bound of the value.")
    value = models.FloatField(null=True, blank=True, help_text="Value, in the unit.")
    value_high = models.FloatField(null=True, blank=True, help_text="Upper bound of the value.")
    unit = models.CharField(max_length=60, null=True, blank=True, help_text="Unit of the value.")
    tonnes = models.GeneratedField(
        expression=models.Case(
            *(models.When(unit=unit, then=F("value") * factor) for unit, factor in TONNES.items()),
            output_field=models.FloatField(),
        ),
        output_field=models.FloatField(null=True),
        db_persist=True,
        help_text="The value in tonnes, to compare and sort by; null if its unit is no unit of mass.",
    )
    comparator = models.CharField(
        max_length=8, choices=Comparator.choices, null=True, blank=True, help_text="Qualifier of the value in the source."
    )
    rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Rank in the statement, 1 = first.")
    as_of = PartialDateField(help_text="Date for which the statement holds.")
    note = models.TextField(blank=True, default="", help_text="Note for readers.")
    folded = folded_of("text", "measure", "speaker")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("finding"),
            one_of("finding_topic", "topic", Topic),
            one_of("finding_modality", "modality", Modality),
            one_of("finding_confidence", "confidence", Confidence, null=True),
            one_of("finding_comparator", "comparator", Comparator, null=True),
            finite("finding_finite", "value_low", "value", "value_high"),
            SQLCheck(
                name="finding_values",
                sql="value_low <= value_high AND value_low <= value AND value <= value_high",
                field="value",
                violation_error_message="Bounds and value must be in order: low ≤ value ≤ high.",
            ),
            SQLCheck(
                name="finding_unit",
                sql="num_nonnulls(value_low, value, value_high) = 0 OR unit IS NOT NULL",
                violation_error_message="A value requires a unit.",
                field="unit",
            ),
            partial_dates("finding_dates", "as_of"),
        ]
        indexes = [
            *listed_by(
                "finding",
                "topic",
                "modality",
                "source",
                "speaker",
                "speaker_organization",
                "as_of",
                "value",
                "tonnes",
                "confidence",
                "updated_at",
            ),
            *supported_by("finding"),
            folded_index("finding"),
        ]

    triggers = [*record_triggers(None), SourceSeen()]

    def __str__(self) -> str:
        """Return the beginning of the text."""
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


@kept_in_history
@belongs_to_one(SUBJECTS, "finding_links")
class FindingSubject(models.Model):
    """What a finding is about."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="subjects")

    row_key = RowKey(columns=tuple(sorted(SUBJECTS)), of="finding")

    class Meta:
        ordering = ["id"]
        constraints = one_record("findingsubject", SUBJECTS, "finding")

    triggers = [TouchParent(finding="registry_finding"), *kept()]

    def __str__(self) -> str:
        """Name the subject."""
        return str(next((s for s in (getattr(self, name) for name in SUBJECTS) if s), "nothing"))


@kept_in_history
class FindingLink(models.Model):
    """One finding contradicts or updates another."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=16, choices=FindingLinkKind.choices, help_text="Relation to the other finding.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "other", "kind"], name="findinglink_once"),
            one_of("findinglink_kind", "kind", FindingLinkKind),
            SQLCheck(
                name="findinglink_other",
                sql="finding_id <> other_id",
                violation_error_message="A finding cannot contradict or update itself.",
            ),
        ]

    triggers = [TouchParent(finding="registry_finding", other="registry_finding"), *kept()]

    def __str__(self) -> str:
        """Say how."""
        return f"{self.finding_id} {self.kind} {self.other_id}"
