"""The page of gaps."""

from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.forms.records import RowForm
from curation.inlines import ExternalIdsInline, RowsInline
from curation.record_admin import RecordAdmin, SluggedForm
from registry.kinds import SUBJECTS
from registry.models import Gap, GapSearch, GapSubject
from registry.words import called_lazy


class GapForm(SluggedForm):
    """One gap; its slug is made from its first words."""

    slug_from = ("looked_for",)

    def slug_text(self) -> str:
        """Take the first words of what was looked for."""
        return " ".join(super().slug_text().split()[:8])


class SearchesInline(RowsInline):
    """Where it was looked for."""

    model = GapSearch
    fields = ("source", "place", "note")
    chooses = ("source",)
    verbose_name = called_lazy("source or place that was searched")
    verbose_name_plural = called_lazy("sources and places that were searched")


class SubjectForm(RowForm):
    """One subject of a gap."""

    record = AnyRecordField(GapSubject, tuple(SUBJECTS), label=gettext_lazy("Subject"))


class SubjectsInline(RowsInline):
    """What a gap is about."""

    model = GapSubject
    form = SubjectForm
    fields = ("record",)
    chooses = tuple(SUBJECTS)
    verbose_name = called_lazy("subject")
    verbose_name_plural = called_lazy("subjects")


@page_of(Gap)
class GapAdmin(RecordAdmin):
    """What was looked for and not found."""

    form = GapForm
    date_hierarchy = "updated_at"
    list_shows = ("as_of",)
    fieldsets = (
        (
            None,
            {
                "fields": ("looked_for", "slug", "found_instead", "as_of"),
                "description": gettext_lazy("A gap is no statement about the world: what a source states is a finding."),
            },
        ),
    )
    inlines = (SearchesInline, SubjectsInline, ExternalIdsInline)
