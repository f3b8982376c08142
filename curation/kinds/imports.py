"""The pages of imports: what was uploaded, by whom, what became of it, and the rows to fix."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from curation.declared import page_of
from curation.imports.differences import keep_selected, propose_selected, undecided
from curation.imports.pages import LoadPages
from curation.imports.receive import their_own
from curation.lists import ChooseFilter, ChooseValueFilter
from curation.unknown import TellsUnknownFilters
from imports.report.rules import title
from imports.report.sentences import in_language
from imports.results import rows_to_fix
from registry.models import ImportProblem, ImportRun
from registry.words import called_lazy

#: A report holds its own style and no script, and asks for nothing.
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class RuleFilter(ChooseValueFilter):
    """A filter by rule, called as reports call it."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """List the rules that rows broke."""
        everything, *rules = super().choices(changelist)
        yield everything
        yield from sorted(
            ({**rule, "display": gettext(title(str(rule["display"])))} for rule in rules), key=itemgetter("display")
        )


class WeightFilter(admin.SimpleListFilter):
    """A filter by what a problem does to its row."""

    title = called_lazy("what it does")
    parameter_name = "weight"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Distinguish errors from warnings."""
        return [("error", gettext("Rejects the row")), ("warning", gettext("Only a warning"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep one of them."""
        return queryset.filter(is_error=self.value() == "error") if self.value() else queryset


class UndecidedFilter(admin.SimpleListFilter):
    """A filter by what waits for a decision."""

    title = called_lazy("decision")  # type: ignore[assignment]
    parameter_name = "decision"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the differences that wait."""
        return [("waits", gettext("Differences that wait"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those that wait."""
        return undecided(queryset) if self.value() else queryset


class ReadOnlyAdmin(TellsUnknownFilters):
    """A page on which nothing can be added, changed or deleted."""

    actions: Any = None
    change_list_template = "admin/registry/record_list.html"
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@page_of(ImportRun, heading="Imports")
class ImportRunAdmin(LoadPages, ReadOnlyAdmin):
    """Imports, the latest first."""

    change_list_template = "admin/registry/importrun/change_list.html"
    list_display = ("file_name", "kind", "state", "said", "created_at", "user")
    list_filter = (("state", ChooseFilter), ("kind", ChooseValueFilter))
    search_fields = ("file_name", "file_sha256")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ("file_name", ("kind", "target"), ("state", "record_status"), "said", "links", "message")}),
        (gettext_lazy("The file"), {"fields": ("file_sha256", "file_bytes", "source", "options")}),
        (
            gettext_lazy("Who and when"),
            {"fields": (("user", "actor", "created_at"), ("loaded_by", "loaded_at"), ("undone_by", "undone_at"))},
        ),
    )
    readonly_fields = ("said", "links")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ImportRun]":
        """Show each person their own; leave the reports, which are large, in the database."""
        return their_own(super().get_queryset(request).defer("report"), request.user)

    @admin.display(description=gettext_lazy("Result"))
    def said(self, run: ImportRun) -> str:
        """Return the counts as text."""
        words = {
            "rows": gettext("rows"),
            "new": gettext("new"),
            "changed": gettext("changed"),
            "unchanged": gettext("unchanged"),
            "left": gettext("not changed"),
        }
        words |= {"refused": gettext("refused"), "warned": gettext("with a warning")}
        counted = [f"{run.counts[key]:,} {word}" for key, word in words.items() if run.counts.get(key)]
        return ", ".join(counted) or "–"

    @admin.display(description=gettext_lazy("View"))
    def links(self, run: ImportRun) -> str:
        """Lead to the report, the problems and the rows to fix."""
        return format_html(
            '<a href="{}">{}</a> · <a href="{}?run__id__exact={}">{}</a> · <a href="{}">{}</a> · <a href="{}?all=1">{}</a>',
            reverse("admin:registry_importrun_report", args=[run.pk]),
            gettext("Report"),
            reverse("admin:registry_importproblem_changelist"),
            run.pk,
            gettext("Problems, row by row"),
            reverse("admin:registry_importrun_rows", args=[run.pk]),
            gettext("Rejected rows as CSV"),
            reverse("admin:registry_importrun_rows", args=[run.pk]),
            gettext("All rows with a problem as CSV"),
        )

    def get_urls(self) -> list[Any]:
        """Add the report and the rows to fix."""
        site = self.admin_site
        return [
            path("<int:pk>/report/", site.admin_view(self.report), name="registry_importrun_report"),
            path("<int:pk>/rows.csv", site.admin_view(self.rows), name="registry_importrun_rows"),
            *super().get_urls(),
        ]

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the report as it was written."""
        run = self._run(request, pk)
        response = HttpResponse(
            run.report or format_html("<!DOCTYPE html><title>{0}</title><p>{0}</p>", gettext("This import has no report."))
        )
        response["Content-Security-Policy"] = _REPORT_POLICY
        return response

    def rows(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Return the rows with errors, or with any problem, as CSV."""
        run = self._run(request, pk)
        lines = (line.encode() for line in rows_to_fix(run, errors_only="all" not in request.GET))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-rows.csv"'
        return response

    def _run(self, request: HttpRequest, pk: int) -> ImportRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = their_own(ImportRun.objects.filter(pk=pk), request.user).first() if pk < 2**63 else None
        if run is None:
            raise Http404(gettext("There is no such import."))
        return run


@page_of(ImportProblem, heading="Imports")
class ImportProblemAdmin(ReadOnlyAdmin):
    """What is odd about rows of imports."""

    actions = (propose_selected, keep_selected)
    list_display = ("line", "called", "weight", "column", "value", "explanation", "run")
    list_filter = (WeightFilter, ("rule", RuleFilter), ("run__kind", ChooseValueFilter), UndecidedFilter)
    list_select_related = ("run",)
    search_fields = ("value", "message")
    ordering = ("-run_id", "line", "id")
    fields = ("run", "line", "called", "weight", "column", "value", "message", "fix", "raw")
    readonly_fields = ("called", "weight", "raw")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ImportProblem]":
        """Show each person those of their own imports; leave the reports in the database."""
        return their_own(super().get_queryset(request).defer("run__report"), request.user, "run__user")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the problems of one run."""
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[call-arg,arg-type]

    @admin.display(description=gettext_lazy("What"), ordering="rule")
    def called(self, problem: ImportProblem) -> str:
        """Call the rule as reports do."""
        return gettext(title(problem.rule))

    @admin.display(description=gettext_lazy("Reason and likely fix"))
    def explanation(self, problem: ImportProblem) -> str:
        """Describe what is wrong, and the likely fix."""
        return " ".join(filter(None, map(in_language, (problem.message, problem.fix))))

    @admin.display(description=gettext_lazy("Row"), ordering="is_error")
    def weight(self, problem: ImportProblem) -> str:
        """Describe what it does to the row."""
        return gettext("refused") if problem.is_error else gettext("goes in")

    @admin.display(description=gettext_lazy("The row as in the file"))
    def raw(self, problem: ImportProblem) -> str:
        """Show the row."""
        row: Any = problem.row
        return "; ".join(f"{column}: {value}" for column, value in row.raw.items() if value not in (None, ""))[:5000]
