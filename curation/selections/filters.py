"""Filters by who changed a record, since when, by which import, and by possible duplicates."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from curation.imports.receive import their_own
from registry.history import history_of
from registry.kinds import kind_of_model
from registry.matching.kinds import is_matched
from registry.matching.newest import NEWEST, newest_duplicates
from registry.models import ImportOutcome, ImportRun, Proposal
from registry.vocabularies import ImportState, ProposalState, RecordStatus
from registry.words import called_lazy

_DAYS = (1, 7, 30, 90, 365)
#: So many people and imports are offered.
_MOST_PEOPLE, _MOST_RUNS = 200, 50


class _Chosen(admin.SimpleListFilter):
    """A filter that is a drop-down list of whole numbers."""

    template = "curation/filter_select.html"

    def number(self) -> int | None:
        """Return the number that was chosen; None if nothing, or something else, was."""
        value = self.value()
        return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 19 else None


class ChangedSinceFilter(_Chosen):
    """A filter by the time of the last change."""

    title = called_lazy("last change")  # type: ignore[assignment]
    parameter_name = "changed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """Offer some spans of time."""
        for days in _DAYS:
            yield str(days), ngettext("Within %(days)s day", "Within %(days)s days", days) % {"days": days}

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what was changed within it; what is public and what is not have an index each."""
        days = self.number()
        if days not in _DAYS:
            return queryset
        since = Q(updated_at__gte=Now() - timedelta(days=days))
        public = Q(record_status=RecordStatus.PUBLISHED)
        return queryset.filter(public & since | ~public & since)


class ChangedByFilter(_Chosen):
    """A filter by who changed a record, at any time; a proposal counts for its author."""

    title = called_lazy("changed by")  # type: ignore[assignment]
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """Offer oneself, then the others."""
        me = request.user.pk or 0
        yield str(me), gettext("Me (%(name)s)") % {"name": request.user.get_username()}
        others = get_user_model()._default_manager.filter(is_staff=True).exclude(pk=me)
        for key, name in others.order_by("username").values_list("pk", "username")[:_MOST_PEOPLE]:
            yield str(key), name

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what they changed."""
        person = self.number()
        return queryset if person is None else queryset.filter(pk__in=changed_by(queryset.model, person))


def changed_by(model: Any, person: int) -> Any:
    """Return the keys of the records that somebody has written, or of which a proposal of theirs was published."""
    history: Any = history_of(model)._base_manager
    written = history.filter(pgh_context__has_key="user", pgh_context__user=person).order_by()
    kind = kind_of_model(model)
    proposed = Proposal.objects.filter(author=person, kind=kind and kind.name, state=ProposalState.PUBLISHED).order_by()
    return written.values_list("pgh_obj_id").union(proposed.values_list("record_id"))


class ImportedByFilter(_Chosen):
    """A filter by the import that made or changed a record."""

    title = called_lazy("import")  # type: ignore[assignment]
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """Offer the latest imports of this kind of record."""
        kind = kind_of_model(model_admin.model)
        if ImportRun not in model_admin.admin_site._registry or not request.user.has_perm("registry.view_importrun"):
            return
        runs = their_own(ImportRun.objects.filter(target=kind and kind.name, state=ImportState.LOADED), request.user)
        for key, name in runs.order_by("-pk").values_list("pk", "file_name")[:_MOST_RUNS]:
            yield str(key), f"{key}: {name}"

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what it wrote."""
        run = self.number()
        if run is None:
            return queryset
        wrote = ImportOutcome.objects.filter(run=run, taken_back=False).order_by()
        return queryset.filter(pk__in=wrote.values("record_id"))


class DuplicateFilter(admin.SimpleListFilter):
    """A filter by possible duplicates, among the newest records: comparing all of a large table takes hours."""

    title = called_lazy("possible duplicate")  # type: ignore[assignment]
    parameter_name = "duplicate"
    template = "curation/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """Offer it where records are compared."""
        if is_matched(model_admin.model):
            yield "new", gettext("Among the newest %(number)s, compared once a minute") % {"number": NEWEST}

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the newest records that may be the same as another, and those others."""
        return queryset.filter(pk__in=newest_duplicates(queryset.model)) if self.value() == "new" else queryset
