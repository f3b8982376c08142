"""What every curated record has: an identity, a life, a version, a history."""

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Now

from registry.constraints import Check, SQLCheck, Unique, one_of
from registry.fields import DocumentField
from registry.querysets import RecordManager
from registry.triggers import Cited, KeepPublished, KeepRecord, Trigger, kept
from registry.vocabularies import RecordStatus

SLUG = r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"


class Record(models.Model):
    """A curated record: only `published` ones are public.

    The database keeps `version` (+1 per change of the record or of its children), the two dates, `published_at` (the first
    time) and the two documents; nobody writes these by hand.
    """

    #: The field that a reader would call the record by.
    label_field: ClassVar[str] = "name"
    #: Columns of other codes, beside the slug and the uid, under which a record is found.
    codes: ClassVar[tuple[str, ...]] = ()
    #: Columns that need no source: the registry's own.
    unstated: ClassVar[frozenset[str]] = frozenset()
    #: Code → the column of the words from which it was coded, with which it is covered.
    coded_from: ClassVar[dict[str, str]] = {}
    #: Columns that are read only when they are asked for.
    large: ClassVar[tuple[str, ...]] = ()
    #: Its keys by which details of other records list it: its history is indexed by them.
    history_by: ClassVar[tuple[str, ...]] = ()

    slug = models.CharField(
        max_length=120,
        validators=[RegexValidator(SLUG, "Use letters, digits and single hyphens.")],
        help_text="Stable identifier in URLs; unique, never reused, and unchangeable once published.",
    )
    uid = models.UUIDField(
        default=uuid.uuid4,
        db_default=RawSQL("gen_random_uuid()", ()),
        unique=True,
        editable=False,
        help_text="Permanent identifier; it never changes.",
    )
    record_status = models.CharField(
        max_length=16,
        choices=RecordStatus.choices,
        default=RecordStatus.DRAFT,
        db_default=RecordStatus.DRAFT,
        help_text="Status in curation; only published records are public.",
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged_from"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="Time of creation.")
    updated_at = models.DateTimeField(db_default=Now(), editable=False, help_text="Time of the last change.")
    published_at = models.DateTimeField(null=True, editable=False, help_text="Time of the first publication.")
    version = models.PositiveIntegerField(db_default=1, editable=False, help_text="Incremented with each change.")
    document = DocumentField()
    geometry_document = DocumentField()

    objects = RecordManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the name a reader would use, or the slug."""
        return str(getattr(self, self.label_field) or self.slug)


class CitedRecord(Record):
    """A record that sources are cited for; the database counts those that support it (`registry.support`)."""

    independent_sources = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Published sources that support the record; copies of one original count once.",
    )
    source_kinds = ArrayField(
        models.CharField(max_length=24),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.CharField(max_length=24))),
        editable=False,
        help_text="Kinds of the published sources that support the record; `unknown` for a source without a kind.",
    )
    newest_source_year = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text="Year of the newest dated source that supports the record.",
    )

    class Meta:
        abstract = True


def record_constraints(table: str) -> list[models.BaseConstraint]:
    """Return the constraints of every table of records; `table` is the name without the app's."""
    return [
        Unique(
            Lower("slug"),
            field="slug",
            name=f"{table}_slug",
            violation_error_message="This slug is already in use (slugs are case-insensitive).",
        ),
        SQLCheck(
            name=f"{table}_slug_form",
            sql=f"slug ~ '{SLUG}'",
            field="slug",
            violation_error_message="A slug can contain only letters, digits and single hyphens.",
        ),
        one_of(f"{table}_record_status", "record_status", RecordStatus),
        Check(
            name=f"{table}_merged_into",
            condition=Q(record_status=RecordStatus.MERGED, merged_into__isnull=False)
            | (~Q(record_status=RecordStatus.MERGED) & Q(merged_into__isnull=True)),
            violation_error_message="A merged record, and only a merged one, names the record it was merged into.",
        ),
    ]


def record_triggers(citation_column: str | None) -> list[Trigger]:
    """Return the triggers of every table of records; `citation_column` is None for what needs no citation."""
    cited = [Cited(citation_column)] if citation_column else []
    return [KeepRecord(), KeepPublished(), *cited, *kept()]


PUBLISHED = Q(record_status=RecordStatus.PUBLISHED)


def listed_by(table: str, *columns: str) -> list[models.Index]:
    """Return one index per column that is filtered or sorted by: the column, then the key, over what is published.

    A page of any filter is then a walk along an index in the order of the key, whatever share of the table it selects.
    The few records that are not published have an index of their own, by state.
    """
    hidden = models.Index(fields=["record_status", "id"], name=f"{table}_not_public"[:30], condition=~PUBLISHED)
    return [hidden, *_by(table, *columns)]


def _by(table: str, *columns: str) -> list[models.Index]:
    return [models.Index(fields=[column, "id"], name=f"{table}_by_{column}"[:30], condition=PUBLISHED) for column in columns]


def supported_by(table: str) -> list[models.Index]:
    """Return the indexes of the sources that support a record: their number, their kinds, and the year of the newest."""
    kinds = GinIndex(fields=["source_kinds"], name=f"{table}_source_kinds", condition=PUBLISHED)
    years = models.Index(fields=["newest_source_year", "id"], name=f"{table}_newest_source", condition=PUBLISHED)
    return [*_by(table, "independent_sources"), kinds, years]
