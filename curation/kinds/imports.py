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

from curation.declared import page_of
from curation.imports.differences import keep_selected, propose_selected, undecided
from curation.imports.pages import LoadPages
from curation.imports.receive import their_own
from curation.lists import ChooseFilter, ChooseValueFilter
from curation.unknown import TellsUnknownFilters
from imports.report.rules import title
from imports.results import rows_to_fix
from registry.models import ImportProblem, ImportRun

#: A report holds its own style and no script, and asks for nothing.
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class RuleFilter(ChooseValueFilter):
    """A filter by rule, called as reports call it."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """List the rules that rows broke."""
        everything, *rules = super().choices(changelist)
        yield everything
        yield from sorted(({**rule, "display": title(str(rule["display"]))} for rule in rules), key=itemgetter("display"))


class WeightFilter(admin.SimpleListFilter):
    """A filter by what a problem does to its row."""

    title = "what it does"
    parameter_name = "weight"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Distinguish errors from warnings."""
        return [("error", "Rejects the row"), ("warning", "Only a warning")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep one of them."""
        return queryset.filter(is_error=self.value() == "error") if self.value() else queryset


class UndecidedFilter(admin.SimpleListFilter):
    """A filter by what waits for a decision."""

    title = "decision"
    parameter_name = "decision"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the differences that wait."""
        return [("waits", "Differences that wait")]

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
        ("The file", {"fields": ("file_sha256", "file_bytes", "source", "options")}),
        (
            "Who and when",
            {"fields": (("user", "actor", "created_at"), ("loaded_by", "loaded_at"), ("undone_by", "undone_at"))},
        ),
    )
    readonly_fields = ("said", "links")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ImportRun]":
        """Show each person their own; leave the reports, which are large, in the database."""
        return their_own(super().get_queryset(request).defer("report"), request.user)

    @admin.display(description="Result")
    def said(self, run: ImportRun) -> str:
        """Return the counts as text."""
        words = {"rows": "rows", "new": "new", "changed": "changed", "unchanged": "unchanged", "left": "not changed"}
        words |= {"refused": "refused", "warned": "with a warning"}
        counted = [f"{run.counts[key]:,} {word}" for key, word in words.items() if run.counts.get(key)]
        return ", ".join(counted) or "–"

    @admin.display(description="View")
    def links(self, run: ImportRun) -> str:
        """Lead to the report, the problems and the rows to fix."""
        return format_html(
            '<a href="{}">Report</a> · <a href="{}?run__id__exact={}">Problems, row by row</a> · '
            '<a href="{}">Rejected rows as CSV</a> · <a href="{}?all=1">All rows with a problem as CSV</a>',
            reverse("admin:registry_importrun_report", args=[run.pk]),
            reverse("admin:registry_importproblem_changelist"),
            run.pk,
            reverse("admin:registry_importrun_rows", args=[run.pk]),
            reverse("admin:registry_importrun_rows", args=[run.pk]),
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
        response = HttpResponse(run.report or "<!DOCTYPE html><title>No report</title><p>This import has no report.</p>")
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
            raise Http404("There is no such import.")
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

    @admin.display(description="What", ordering="rule")
    def called(self, problem: ImportProblem) -> str:
        """Call the rule as reports do."""
        return title(problem.rule)

    @admin.display(description="Reason and likely fix")
    def explanation(self, problem: ImportProblem) -> str:
        """Describe what is wrong, and the likely fix."""
        return " ".join(filter(None, (problem.message, problem.fix)))

    @admin.display(description="Row", ordering="is_error")
    def weight(self, problem: ImportProblem) -> str:
        """Describe what it does to the row."""
        return "refused" if problem.is_error else "goes in"

    @admin.display(description="The row as in the file")
    def raw(self, problem: ImportProblem) -> str:
        """Show the row."""
        row: Any = problem.row
        return "; ".join(f"{column}: {value}" for column, value in row.raw.items() if value not in (None, ""))[:5000]
