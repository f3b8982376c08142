"""Citations: which source says what of which record, where in the source, and how surely."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Func, Q

from registry.constraints import Check, SQLCheck, one_of
from registry.history import kept_in_history
from registry.kinds import CITED, MUST_BE_CITED, parents, tables
from registry.models.sources import Source
from registry.targets import belongs_to_one, hash_of_list, one_record
from registry.triggers import KeepCited, TouchParent, kept
from registry.vocabularies import CitationRelation, Confidence


class Entries(Func):
    """Entries as an index has them: those of a list, and `names:` for single rows of the list `names`."""

    function = "registry_entries"
    output_field = ArrayField(models.TextField())


@kept_in_history
@belongs_to_one(CITED, "citations", cited_source="cited_by")
class Citation(models.Model):
    """One source supports, contradicts or mentions one record, as a whole or in some of its entries."""

    history_found_by_writer: ClassVar[bool] = True

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations", db_index=False)
    relation = models.CharField(
        max_length=16,
        choices=CitationRelation.choices,
        default=CitationRelation.SUPPORTS,
        help_text="Relation of the source to the record.",
    )
    fields = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Entries of the record that the citation carries: a field (`location`), a list with all its rows (`names`),"
        " or one row of it (`parties:stans-energy`); empty for the record as a whole.",
    )
    locator = models.CharField(
        max_length=300, blank=True, default="", help_text="Location in the source: page, paragraph, table row."
    )
    quote = models.CharField(max_length=500, blank=True, default="", help_text="A few words of the source.")
    confidence = models.CharField(
        max_length=8,
        choices=Confidence.choices,
        null=True,
        blank=True,
        help_text="Confidence in the statement or the match.",
    )
    stated_value = models.JSONField(
        null=True, blank=True, help_text="The different or exact value that the source states; GeoJSON for a location."
    )
    note = models.TextField(blank=True, default="", help_text="Note for readers.")

    class Meta:
        ordering = ["id"]
        indexes = [
            GinIndex(Entries("fields"), name="citation_entries"),
            models.Index(fields=["source", "id"], name="citation_source"),
            models.Index(
                fields=["relation", "id"], name="citation_otherwise", condition=~Q(relation=CitationRelation.SUPPORTS)
            ),
            models.Index(fields=["confidence", "id"], name="citation_by_confidence", condition=Q(confidence__isnull=False)),
            # Each row is in one of them: a page of the citations of a kind is a walk along its own.
            *(
                models.Index(fields=["id"], name=f"citation_of_{one}"[:30], condition=Q(**{f"{one}__isnull": False}))
                for one in CITED
            ),
        ]
        constraints = [
            *one_record("citation", CITED, "source", hash_of_list("fields"), "locator", "relation", "stated_value"),
            one_of("citation_relation", "relation", CitationRelation),
            one_of("citation_confidence", "confidence", Confidence, null=True),
            SQLCheck(
                name="citation_not_itself",
                sql="cited_source_id IS NULL OR cited_source_id <> source_id",
                violation_error_message="A source cannot cite itself.",
            ),
            Check(
                name="citation_contradicts_what",
                condition=~Q(relation=CitationRelation.CONTRADICTS) | Q(stated_value__isnull=False),
                violation_error_message="A contradiction needs the value that the source states instead (stated value).",
            ),
        ]

    triggers = [TouchParent(**parents(CITED)), KeepCited(**tables(MUST_BE_CITED)), *kept()]

    def __str__(self) -> str:
        """Name the source and the place in it."""
        return f"{self.source}{f' ({self.locator})' if self.locator else ''}"
