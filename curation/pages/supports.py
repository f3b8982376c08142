"""The page of all that a source supports, and of what would be left without a citation if readers did not see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from curation.attempt import attempt_of
from curation.labels import label
from curation.light import light
from curation.linked import change_url
from curation.paging import EstimatingPaginator
from registry.curation import WITHDRAW
from registry.entries import uncovered_sql
from registry.kinds import CITED, MUST_BE_CITED, PARTS_OF_RECORDS
from registry.models import Citation, Finding, Source
from registry.sql import compiled, identifier, joined, sql
from registry.trial import trial
from registry.vocabularies import RecordStatus

_PER_PAGE, _MOST_FINDINGS = 100, 100
#: So many records that cite a source are looked at.
_MOST_COMPARED = 500


@dataclass(frozen=True)
class Left:
    """A record with the values and rows that no other citation covers."""

    kind: str
    name: str
    address: str
    entries: tuple[str, ...]


class SupportsPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page to those of sources."""

    def get_urls(self) -> list[Any]:
        """Put it before Django's own, which take any text for a key."""
        name = f"registry_{self.opts.model_name}_supports"
        return [path("<int:pk>/supports/", self.admin_site.admin_view(self.supports_view), name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """List what would be left without a citation where a withdrawal was refused."""
        source, attempt = context.get("original"), attempt_of(request)
        if attempt.step is WITHDRAW and attempt.refusals and source is not None and _is_public(source):
            context["left"] = left_without(source, request.user, self.admin_site)
        return super().render_change_form(request, context, *args, **kwargs)

    def supports_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the citations of a source, with field and locator, and the findings that it states."""
        source = self.get_object(request, str(pk)) if pk < 2**63 else None
        if source is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_or_change_permission(request, source):
            raise PermissionDenied
        rows = light(Citation.objects.filter(source=pk), *CITED).order_by("-pk")
        page: Paginator = EstimatingPaginator(rows, _PER_PAGE)  # type: ignore[type-arg]
        shown = page.get_page(request.GET.get("p"))
        findings = light(Finding.objects.filter(source=pk)).order_by("-pk")[: _MOST_FINDINGS + 1]
        context = {
            **self.admin_site.each_context(request),
            "title": _("What “%(source)s” supports") % {"source": source},
            "opts": self.opts,
            "record": source,
            "page": shown,
            "citations": [_citation(one, self.admin_site) for one in shown],
            "findings": [(label(one), change_url(one, self.admin_site), one.locator) for one in findings[:_MOST_FINDINGS]],
            "left": left_without(source, request.user, self.admin_site) if _is_public(source) else [],
            "is_public": _is_public(source),
            "most": _MOST_COMPARED,
        }
        return TemplateResponse(request, "admin/registry/supports.html", context)


def _is_public(source: Any) -> bool:
    return bool(source.record_status == RecordStatus.PUBLISHED)


def _citation(row: Citation, site: AdminSite) -> tuple[Citation, str, str, str]:
    record = next(one for one in (getattr(row, name) for name in CITED) if one is not None)
    return row, str(record._meta.verbose_name), label(record), change_url(record, site)


def left_without(source: Any, user: Any, site: AdminSite) -> list[Left]:
    """List what published records would state without a citation if the source were withdrawn; nothing is written."""
    found: list[Left] = []
    with trial(user):
        before = dict(_uncovered(source.pk))
        Source.objects.filter(pk=source.pk).update(record_status=RecordStatus.WITHDRAWN)
        for key, entries in _uncovered(source.pk):
            if new := tuple(one for one in entries if one not in before.get(key, ())):
                found += _named(*key, new, site)
    return found


def _uncovered(source: int) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    """Go through the published records that cite a source, themselves or a part of them, and state what nothing covers."""
    for kind in MUST_BE_CITED.values():
        own = identifier(f"{kind.cited_as}_id")
        citing = [sql("SELECT c.{own} FROM registry_citation c WHERE c.source_id = {source}", own=own, source=source)]
        citing += [
            sql(
                "SELECT e.{holder} FROM {part} e JOIN registry_citation c ON c.{column} = e.id AND c.source_id = {source}",
                holder=identifier(f"{part.holder}_id"),
                part=identifier(part.table),
                column=identifier(f"{column}_id"),
                source=source,
            )
            for column, part in PARTS_OF_RECORDS.items()
            if part.part_of == kind.name and part.cited_as
        ]
        query = sql(
            "SELECT id, entries FROM (SELECT r.id, {entries} AS entries FROM {table} r WHERE r.record_status = 'published'"
            " AND r.id IN ({citing}) ORDER BY r.id LIMIT {most}) u WHERE entries <> '{{}}'",
            entries=compiled(uncovered_sql(kind.model, "r")),
            table=identifier(kind.table),
            citing=joined(" UNION ", citing),
            most=_MOST_COMPARED,
        )
        with connection.cursor() as cursor:
            cursor.execute(query.text, query.values)
            yield from (((kind.name, key), tuple(entries)) for key, entries in cursor.fetchall())


def _named(kind: str, key: int, entries: tuple[str, ...], site: AdminSite) -> Iterator[Left]:
    model = MUST_BE_CITED[kind].model
    for record in light(model._base_manager.filter(pk=key)):
        yield Left(str(model._meta.verbose_name), label(record), change_url(record, site), entries)
