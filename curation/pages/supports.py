"""The page of all that a source supports, and of what readers would lose if it were withdrawn."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from curation.labels import label
from curation.light import light
from curation.linked import change_url
from curation.losses import in_words
from curation.paging import EstimatingPaginator
from registry.kinds import CITED
from registry.losses import MOST_COMPARED, losses
from registry.models import Citation, Finding, Source
from registry.vocabularies import RecordStatus

_PER_PAGE, _MOST_FINDINGS = 100, 100


class SupportsPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page to those of sources."""

    def get_urls(self) -> list[Any]:
        """Put it before Django's own, which take any text for a key."""
        name = f"registry_{self.opts.model_name}_supports"
        return [path("<int:pk>/supports/", self.admin_site.admin_view(self.supports_view), name=name), *super().get_urls()]

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
            "losses": in_words(losses(Source, [pk]), self.admin_site) if _is_public(source) else [],
            "is_public": _is_public(source),
            "most": MOST_COMPARED,
        }
        return TemplateResponse(request, "admin/registry/supports.html", context)


def _is_public(source: Any) -> bool:
    return bool(source.record_status == RecordStatus.PUBLISHED)


def _citation(row: Citation, site: AdminSite) -> tuple[Citation, str, str, str]:
    record = next(one for one in (getattr(row, name) for name in CITED) if one is not None)
    return row, str(record._meta.verbose_name), label(record), change_url(record, site)
