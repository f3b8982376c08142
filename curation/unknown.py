"""Addresses of lists that ask for what there is not: said, and led on to the list without it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import prepare_lookup_value
from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import FieldError, ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext, gettext_lazy

#: What the different kinds of columns raise for a look-up that they do not know, or a value that none of theirs can be.
_NO_LOOKUP = (FieldError, ValidationError, ValueError, TypeError, OverflowError, AttributeError)
_NOT_THERE = gettext_lazy("The URL contains an unknown value; the complete list is shown.")


class UnknownFilters(Exception):
    """Parameters that a list cannot follow, each with the sentence to tell."""

    def __init__(self, unknown: dict[str, str]) -> None:
        """Keep parameter → sentence."""
        super().__init__(", ".join(unknown))
        self.unknown = unknown


class ReportingList(ChangeList):
    """A list that refuses what it cannot follow, where Django's shows everything or nothing instead."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Find the filters, and the parameters that are none; raises UnknownFilters."""
        given = self.get_filters_params()
        unknown = {name: _no_filter(name) for name in given if not self._is_column(name, given[name], request)}
        if unknown:
            raise UnknownFilters(unknown)
        found = super().get_filters(request)
        specs, remaining = found[0], found[2]
        expected = [(spec, [str(name) for name in spec.expected_parameters()]) for spec in specs]
        known = {*remaining, *self._dates()}.union(*(names for _, names in expected))
        unknown |= {
            name: gettext("The filter “%(name)s” has no values here and was ignored.") % {"name": name}
            for name in given
            if name not in known
        }
        for spec, names in expected:
            mine = [name for name in names if any(given.get(name, ()))]
            if mine and not any(choice["selected"] for choice in spec.choices(self)):
                value = ", ".join(given[mine[0]])[:80]
                unknown |= dict.fromkeys(
                    mine,
                    gettext("“%(value)s” is not a value of the filter “%(title)s”, which was ignored.")
                    % {"value": value, "title": spec.title},
                )
        if unknown:
            raise UnknownFilters(unknown)
        return found

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        """Find the order; raises UnknownFilters for columns that the list does not have."""
        numbers = [part.removeprefix("-") for part in str(self.params.get(ORDER_VAR, "")).split(".")]
        if self.params.get(ORDER_VAR) and not all(n.isdecimal() and int(n[:9]) < len(self.list_display) for n in numbers):
            raise UnknownFilters({ORDER_VAR: gettext("The list cannot be sorted by that column; the default order is used.")})
        return super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of a page; raises UnknownFilters for a page that there is not."""
        super().get_results(request)
        page = request.GET.get(PAGE_VAR, "1")
        if not (page.isdecimal() and 1 <= int(page[:9]) <= self.paginator.num_pages):
            raise UnknownFilters(
                {PAGE_VAR: gettext("The list has no page “%(page)s”; the first page is shown.") % {"page": page[:20]}}
            )

    def _is_column(self, name: str, values: list[str], request: HttpRequest) -> bool:
        """Return whether a parameter is one of a filter or can be looked up in the table."""
        if name in self._filter_names(request) or name in self._dates():
            return True
        try:
            if not all(self.model_admin.lookup_allowed(name, value, request) for value in values):
                return False
            self.root_queryset.filter(**{name: prepare_lookup_value(name, values[-1])})
        except _NO_LOOKUP:
            return False
        return True

    def _dates(self) -> set[str]:
        return {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")} if self.date_hierarchy else set()

    def _filter_names(self, request: HttpRequest) -> set[str]:
        return {f.parameter_name for f in self.list_filter if isinstance(f, type) and hasattr(f, "parameter_name")}


def _no_filter(name: str) -> str:
    return gettext("“%(name)s” is not a filter of this list and was ignored.") % {"name": name[:80]}


class TellsUnknownFilters(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page whose list says which parameters it does not know."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list that reports."""
        return ReportingList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the list, or lead to it without what it does not know."""
        query = request.GET.copy()
        try:
            response = super().changelist_view(request, extra_context)
        except UnknownFilters as error:
            unknown = error.unknown
        except (DisallowedModelAdminLookup, IncorrectLookupParameters):
            unknown = {name: _no_filter(name) for name in query}
        else:
            if not (isinstance(response, HttpResponseRedirect) and response.url == f"{request.path}?{ERROR_FLAG}=1"):
                return response
            unknown = dict.fromkeys(query, str(_NOT_THERE))
        for sentence in dict.fromkeys(unknown.values()):
            self.message_user(request, sentence, messages.WARNING)
        for name in unknown:
            query.pop(name, None)
        return HttpResponseRedirect(f"{request.path}{'?' if query else ''}{query.urlencode()}")
