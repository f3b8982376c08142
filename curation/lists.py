"""The lists of records: columns, filters and their queries."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, ForeignKey, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from curation.labels import label
from curation.light import light
from curation.quality import gaps_of, warnings_expression, warnings_of, with_gap, with_warning
from curation.selections.columns import COLUMNS, chosen_names, related
from curation.soon import ENDS_WITHIN, ending
from curation.unknown import ReportingList, UnknownFilters
from registry.kinds import kind_of_model
from registry.models import Citation, Source
from registry.models.base import Record
from registry.vocabularies import RecordStatus
from registry.words import called, called_lazy

#: Kind of record → the column by which citations point at it.
CITED_BY: dict[Any, str] = {
    field.related_model: field.name
    for field in Citation._meta.fields
    if isinstance(field, ForeignKey) and field.name not in ("source", "cited_source")
} | {Source: "source"}


class RecordList(ReportingList):
    """A list whose counts are columns of its own query, and whose rows leave their shapes in the database."""

    def get_filters_params(self, params: Any = None) -> Any:
        """Leave out the choice of columns, which is no filter."""
        found = super().get_filters_params(params)
        found.pop(COLUMNS, None)
        return found

    def get_filters(self, request: HttpRequest) -> Any:
        """Find the filters; raises UnknownFilters for columns that the list does not have, too."""
        unknown = [name for name in chosen_names(request) if name not in self.list_display]
        if unknown:
            said = gettext("The list has no column “%(name)s”; the usual columns are shown.")
            raise UnknownFilters({COLUMNS: said % {"name": unknown[0][:40]}})
        return super().get_filters(request)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "QuerySet[Any]":
        """Add the counts that the columns show."""
        rows = super().get_queryset(request, exclude_parameters)
        usual = self.list_select_related if isinstance(self.list_select_related, tuple | list) else ()
        rows = light(rows, *dict.fromkeys((*usual, *related(self.model, map(str, self.list_display)))))
        if "citations" in self.list_display:
            rows = rows.annotate(citations_counted=citation_count(self.model))
        if "warnings" in self.list_display and (expression := warnings_expression(self.model)) is not None:
            rows = rows.annotate(warnings_counted=expression)
        return rows


def citation_count(model: type[Any]) -> Any:
    """Return the number of citations of a record as a part of its row."""
    column = CITED_BY[model]
    of_record = Citation.objects.filter(**{column: OuterRef("pk")}).order_by()
    counted = of_record.values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


class Columns:
    """The columns that the lists of records share."""

    @admin.display(description=called_lazy("record"))
    def called(self, record: Any) -> str:
        """Call the record by its name."""
        return label(record)

    @admin.display(description=called_lazy("state"), ordering="record_status")
    def state(self, record: Record) -> SafeString:
        """Show where the record stands."""
        return state_badge(record.record_status)

    @admin.display(description=called_lazy("citations"))
    def citations(self, record: Any) -> SafeString:
        """Show how many citations it has."""
        number = record.citations_counted
        style = "figure" if number else "figure figure-none"
        return format_html('<span class="{}" data-called="{}">{}</span>', style, called("citations"), number)

    @admin.display(description=called_lazy("warnings"))
    def warnings(self, record: Any) -> SafeString | str:
        """Show how many warnings it has."""
        number = record.warnings_counted
        if not number:
            return "–"
        shown = '<span class="warned" title="{}" data-called="{}">{}</span>'
        return format_html(shown, gettext("See the record"), called("warnings"), number)

    @admin.display(description=called_lazy("updated"), ordering="updated_at")
    def updated(self, record: Record) -> SafeString:
        """Show the day of the last change, and the time on hovering."""
        moment = record.updated_at
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            moment.isoformat(),
            date_format(moment, "j F Y, H:i e"),
            date_format(moment, "j M Y"),
        )


def state_badge(status: str) -> SafeString:
    """Show a state as a coloured word."""
    return format_html('<span class="state state-{}">{}</span>', status, RecordStatus(status).label)


class ChooseFilter(admin.ChoicesFieldListFilter):
    """A filter by codes, as a drop-down list."""

    template = "curation/filter_select.html"

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Name the codes: kinds of record have no words of their own."""
        for choice in super().choices(changelist):
            yield {**choice, "display": called(str(choice["display"]).replace("_", " "))}


class ChooseValueFilter(admin.AllValuesFieldListFilter):
    """A filter by the values that there are, as a drop-down list."""

    template = "curation/filter_select.html"


class ChooseRecordFilter(admin.RelatedFieldListFilter):
    """A filter by a record of a small table, as a drop-down list."""

    template = "curation/filter_select.html"

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """List the records by name, without their shapes."""
        return list(light(field.related_model._base_manager.all()).order_by("name").values_list("pk", "name"))


class StateFilter(ChooseFilter):
    """A filter by state, always in sight: there are few, and curators use them all day."""

    template = "curation/filter_pills.html"


class EndsFilter(admin.SimpleListFilter):
    """A filter by how soon a licence ends."""

    title = called_lazy("end")  # type: ignore[assignment]
    parameter_name = "ends"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer some spans of time."""
        return [(str(days), gettext("Within %(days)s days") % {"days": days}) for days in ENDS_WITHIN]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the valid licences that end within it."""
        chosen = self.value()
        return ending(int(chosen), queryset) if chosen and chosen in map(str, ENDS_WITHIN) else queryset


class MissingFilter(admin.SimpleListFilter):
    """A filter by what a complete record would have."""

    title = called_lazy("missing")  # type: ignore[assignment]
    parameter_name = "missing"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """List what records of this kind can lack."""
        kind = kind_of_model(model_admin.model)
        if kind and kind.must_be_cited:
            yield "uncovered", gettext("A visible citation of each value")
            yield "one_source", gettext("A second independent source")
        for check in gaps_of(model_admin.model):
            yield check.name, check.title

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the records that lack it."""
        name = self.value()
        return with_gap(queryset, name) if name else queryset


class WarningFilter(admin.SimpleListFilter):
    """A filter by warnings."""

    title = called_lazy("warnings")  # type: ignore[assignment]
    parameter_name = "warning"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """List the warnings that this kind of record knows."""
        warnings = warnings_of(model_admin.model)
        if warnings:
            yield "any", gettext("Any warning")
        for check in warnings:
            yield check.name, check.title

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the records of a warning."""
        name = self.value()
        return with_warning(queryset, name) if name else queryset
