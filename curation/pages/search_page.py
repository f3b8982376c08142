"""One search over all kinds of record, by names in any script, texts, slugs, external ids, uids and licence numbers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.labels import described
from curation.linked import change_url
from curation.pages.find import with_country
from curation.search import search
from registry.kinds import RECORD_KINDS

#: So many of each kind are shown; the list of the kind has all.
_EACH = 8


@dataclass(frozen=True)
class KindResult:
    """What was found of one kind."""

    kind: str
    records: tuple[tuple[str, str], ...]
    #: The list of all of them, if there are more.
    more: str


def search_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the first few records of each kind that this person may see."""
    term = request.GET.get("q", "").replace("\x00", "").strip()[:300]
    found = list(filter(None, (_of_kind(kind.model, term, request, site) for kind in RECORD_KINDS))) if term else []
    context = {**site.each_context(request), "title": _("Search"), "term": term, "found": found}
    return TemplateResponse(request, "admin/registry/search_all.html", context)


def _of_kind(model: Any, term: str, request: HttpRequest, site: AdminSite) -> KindResult | None:
    page = site._registry.get(model)
    if page is None or not page.has_view_or_change_permission(request):
        return None
    rows = list(with_country(search(model._base_manager.order_by("-pk"), term))[: _EACH + 1])
    if not rows:
        return None
    address = f"{reverse(f'admin:registry_{model._meta.model_name}_changelist')}?{urlencode({'q': term})}"
    records = tuple((described(row), change_url(row, site)) for row in rows[:_EACH])
    return KindResult(str(model._meta.verbose_name_plural), records, address if len(rows) > _EACH else "")
