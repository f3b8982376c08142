"""Errors that readers reported: what they wrote, and what becomes of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext

from curation.declared import page_of
from curation.linked import change_url
from curation.lists import ChooseFilter
from curation.unknown import TellsUnknownFilters
from registry.kinds import RECORD_KINDS
from registry.limits import limits_of
from registry.models import Report
from registry.vocabularies import ReportState
from registry.words import called_lazy

_MODELS = {kind.plural: kind for kind in RECORD_KINDS}


@page_of(Report, heading="Reports of readers")
class ReportAdmin(TellsUnknownFilters, admin.ModelAdmin):  # type: ignore[type-arg]
    """Reports, the latest first; a curator sets the state and writes the answer, both public."""

    list_display = ("record_link", "field", "begin", "state", "created_at")
    list_display_links = ("begin",)
    list_filter = (("state", ChooseFilter),)
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = ("record_link", "field", "text", "evidence_link", "contact", "created_at", "corrections", "state", "answer")
    readonly_fields = ("record_link", "field", "text", "evidence_link", "contact", "created_at", "corrections")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: readers send reports from the page of a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the sender was promised an answer."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Answer only reports about records within the limits of the account."""
        allowed = super().has_change_permission(request, obj)
        record = self._record(obj) if allowed and obj is not None and limits_of(request.user) else None
        return allowed and (record is None or limits_of(request.user).holds(record))

    @admin.display(description=called_lazy("record"))
    def record_link(self, report: Report) -> str:
        """Link the page on which the record is edited, if it still exists."""
        address = self._address(report)
        return format_html('<a href="{}">{}</a>', address, str(report)) if address else str(report)

    def _record(self, report: Report) -> Any:
        kind = _MODELS.get(report.kind)
        return kind.model._base_manager.filter(uid=report.record).first() if kind else None

    def _address(self, report: Report) -> str:
        row = self._record(report)
        try:
            return change_url(row, self.admin_site) if row else ""
        except NoReverseMatch:
            return ""

    @admin.display(description=called_lazy("correction"))
    def corrections(self, report: Report) -> str:
        """Lead to the form in which the record is corrected, and to what was proposed."""
        made = format_html_join(
            "",
            '<a href="{}">{}</a> ({}) · ',
            (
                (
                    reverse("admin:registry_proposal_change", args=[one.pk]),
                    gettext("Proposal %(number)s") % {"number": one.pk},
                    one.get_state_display().lower(),
                )
                for one in report.proposals.all()
            ),
        )
        address = self._address(report)
        if not address:
            return made
        return format_html('{}<a href="{}?report={}">{}</a>', made, address, report.pk, gettext("Correct the record"))

    @admin.display(description=called_lazy("report"))
    def begin(self, report: Report) -> str:
        """Show the beginning of the text."""
        return Truncator(report.text).chars(90)

    @admin.display(description=called_lazy("evidence"))
    def evidence_link(self, report: Report) -> str:
        """Link the evidence, without telling its site where the curator comes from."""
        if not report.evidence:
            return "–"
        return format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>', report.evidence, report.evidence)

    def view_on_site(self, report: Report) -> str:
        """Lead to the public status of the report."""
        return reverse("pages:report-status", args=[report.token])

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        """Note who answered, and when."""
        if obj.state != ReportState.WAITING:
            obj.answered_at, obj.answered_by = timezone.now(), request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
