"""Sources: who published what, when, and which of them are copies of one another."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from registry.constraints import SQLCheck, one_of, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.kinds import MUST_BE_CITED, tables
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.organizations import Organization
from registry.models.search import Joined, folded_index, folded_of
from registry.triggers import KeepSeen, NoCycle, TouchParent, kept
from registry.vocabularies import SourceKind

#: The rights of a source of which no statement was read.
NOT_STATED = "not stated"


@kept_in_history
class Source(CitedRecord):
    """A publication, dataset, event or other bearer of statements."""

    unstated = frozenset(("note",))

    label_field = "title"
    history_by: ClassVar[tuple[str, ...]] = ("derived_from", "updates")

    kind = models.CharField(
        max_length=24, choices=SourceKind.choices, null=True, blank=True, help_text="Kind of source; null if unknown."
    )
    title = models.CharField(max_length=500, null=True, blank=True, help_text="Title; null if unknown.")
    authors = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Authors in the order of the source."
    )
    publisher = models.CharField(max_length=300, null=True, blank=True, help_text="Publisher as printed.")
    published = PartialDateField(help_text="Date of publication, as precisely as known.")
    published_earliest = PartialDateField(help_text="Earliest possible date, if the source has no date.")
    language = models.CharField(max_length=20, null=True, blank=True, help_text="BCP 47 language tag.")
    url = models.URLField(max_length=1000, null=True, blank=True, help_text="URL of the original; null if unknown.")
    copy_url = models.URLField(
        max_length=1000,
        null=True,
        blank=True,
        help_text="URL of the copy that was read, if it was not the original.",
    )
    retrieved = PartialDateField(help_text="Date of access.")
    rights = models.CharField(
        max_length=300,
        default=NOT_STATED,
        db_default=NOT_STATED,
        help_text="Licence: an SPDX identifier where one fits, else the words of the publisher; `not stated` if none was read.",
    )
    attribution = models.CharField(
        max_length=500, null=True, blank=True, help_text="Attribution that its licence requires or its publisher asks for."
    )
    derived_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="derivatives",
        help_text="The source that it reprints, translates or paraphrases; copies of one original count as one"
        " independent source.",
    )
    updates = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="updated_by",
        help_text="The earlier edition of the same series.",
    )
    next_edition = PartialDateField(help_text="Expected date of the next edition, of a source that appears in editions.")
    note = models.TextField(blank=True, default="", help_text="Note for readers.")
    folded = folded_of("title", Joined("authors"), "publisher")

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("source"),
            one_of("source_kind", "kind", SourceKind, null=True),
            partial_dates("source_dates", "published", "published_earliest", "retrieved", "next_edition"),
            SQLCheck(
                name="source_rights_stated",
                sql="rights <> ''",
                field="rights",
                violation_error_message="State the rights, or “not stated”.",
            ),
        ]
        indexes = [
            *listed_by(
                "source",
                "title",
                "kind",
                "published",
                "language",
                "rights",
                "derived_from",
                "updates",
                "next_edition",
                "updated_at",
            ),
            *supported_by("source"),
            folded_index("source"),
        ]

    triggers = [
        *record_triggers(None),
        KeepSeen(**tables(MUST_BE_CITED)),
        NoCycle("derived_from", "a source cannot derive from itself"),
        NoCycle("updates", "a source cannot update itself"),
    ]


@kept_in_history
class SourcePublisher(models.Model):
    """An organization of this registry that published a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="publisher_links", db_index=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="published_sources")

    row_key = RowKey(columns=("organization",), of="source")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["source", "organization"], name="sourcepublisher_once")]

    triggers = [TouchParent(source="registry_source"), *kept()]

    def __str__(self) -> str:
        """Name the publisher."""
        return str(self.organization)
