"""The pages of findings and disagreements."""

from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.forms.records import RowForm
from curation.inlines import CitationsInline, ExternalIdsInline, RowsInline
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.kinds import SIDES, SUBJECTS
from registry.models import Disagreement, DisagreementMember, Finding, FindingLink, FindingSubject
from registry.words import called_lazy


class FindingForm(SluggedForm):
    """One finding; its slug is made from its first words."""

    slug_from = ("text",)

    def slug_text(self) -> str:
        """Take the first words of the statement."""
        return " ".join(super().slug_text().split()[:8])


class SubjectForm(RowForm):
    """One subject of a finding."""

    record = AnyRecordField(FindingSubject, tuple(SUBJECTS), label=gettext_lazy("Subject"))


class SubjectsInline(RowsInline):
    """What a finding is about."""

    model = FindingSubject
    form = SubjectForm
    fields = ("record",)
    chooses = tuple(SUBJECTS)
    verbose_name = called_lazy("subject")
    verbose_name_plural = called_lazy("subjects")


class LinksInline(RowsInline):
    """Findings that this one contradicts or updates."""

    model = FindingLink
    fk_name = "finding"
    fields = ("kind", "other")
    verbose_name = called_lazy("link to another finding")
    verbose_name_plural = called_lazy("contradicts or updates")


@page_of(Finding)
class FindingAdmin(RecordAdmin):
    """Statements by somebody in a source."""

    form = FindingForm
    date_hierarchy = "updated_at"
    list_shows = ("topic", "modality", "speaker", "as_of")
    list_narrows = (("topic", ChooseFilter), ("modality", ChooseFilter), ("confidence", ChooseFilter))
    fieldsets = (
        (None, {"fields": ("text", "slug", ("topic", "modality"))}),
        (
            gettext_lazy("Source"),
            {
                "fields": (("source", "locator"), "confidence"),
                "description": gettext_lazy("The source of a finding is its citation."),
            },
        ),
        (gettext_lazy("Speaker"), {"fields": (("speaker", "speaker_organization"), "speaker_source")}),
        (
            gettext_lazy("Value"),
            {
                "fields": (("value_low", "value", "value_high"), ("unit", "comparator", "rank"), ("measure", "as_of"), "note"),
                "description": gettext_lazy("The value of a finding is never added up."),
            },
        ),
    )
    inlines = (SubjectsInline, LinksInline, CitationsInline, ExternalIdsInline)


class MemberForm(RowForm):
    """One side of a disagreement."""

    record = AnyRecordField(DisagreementMember, tuple(SIDES), label=gettext_lazy("Side"))


class MembersInline(RowsInline):
    """The sides of a disagreement; a side may be a record, a citation, an estimate, an event or a finding."""

    model = DisagreementMember
    form = MemberForm
    fields = ("record",)
    chooses = tuple(SIDES)
    verbose_name = called_lazy("side")
    verbose_name_plural = called_lazy("sides")


@page_of(Disagreement)
class DisagreementAdmin(RecordAdmin):
    """Queries on which sources differ, with both sides in view."""

    date_hierarchy = "updated_at"
    list_shows = ("about",)
    fieldsets = ((None, {"fields": ("title", "slug", "about", "note")}),)
    inlines = (MembersInline, ExternalIdsInline)
