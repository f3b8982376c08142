"""The page of the log of all changes, and its export."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.history.log import MOST_EXPORTED, PER_PAGE, LogEntry, entries, place_after, read
from registry.kinds import RECORD_KINDS

_COLUMNS = ("at", "kind", "slug", "name", "done", "fields", "state", "version", "who", "why", "transaction")
#: Characters with which a spreadsheet begins a formula.
_FORMULA = ("-", "=", "+", "@", "\t", "\r")


def log_page(request: HttpRequest, site: AdminSite) -> HttpResponseBase:
    """Show the log, or send it as a file."""
    log_query = read(request, site)
    if not log_query.kinds:
        raise PermissionDenied
    if request.GET.get("_format") in ("csv", "json"):
        return _file(request.GET["_format"], entries(log_query, MOST_EXPORTED))
    found = entries(log_query, PER_PAGE + 1)
    more, shown = len(found) > PER_PAGE, found[:PER_PAGE]
    query = request.GET.copy()
    for name in ("before", "_format"):
        query.pop(name, None)
    older = query.copy()
    if more:
        older["before"] = place_after(shown[-1], log_query)
    people = get_user_model()._default_manager.filter(is_staff=True).order_by("username")
    context = {
        **site.each_context(request),
        "title": _("All changes"),
        "given": request.GET,
        "problems": log_query.problems,
        "changes": [(entry, _address(entry)) for entry in shown],
        "kinds": [
            (kind.name, str(kind.model._meta.verbose_name_plural))
            for kind in RECORD_KINDS
            if (page := site._registry.get(kind.model)) and page.has_view_or_change_permission(request)
        ],
        "people": list(people.values_list("pk", "username")[:200]),
        "dones": [("insert", _("made")), ("update", _("changed")), ("delete", _("deleted"))],
        "query": query.urlencode(),
        "older": f"?{older.urlencode()}" if more else "",
        "newest": f"?{query.urlencode()}" if request.GET.get("before") else "",
        "most": MOST_EXPORTED,
    }
    return TemplateResponse(request, "admin/registry/log.html", context)


def _address(entry: LogEntry) -> str:
    name = f"admin:registry_{entry.kind.model._meta.model_name}_history"
    return reverse(name, args=[entry.key]) if entry.done != "delete" else reverse("admin:bin")


def _row(entry: LogEntry) -> tuple[Any, ...]:
    fields = "; ".join(entry.fields)
    return (
        entry.at.isoformat(), entry.kind.name, entry.slug, entry.name, entry.done, fields, entry.status, entry.version,
        entry.who, entry.why, entry.transaction,
    )  # fmt: skip


def _file(format_: str, found: list[LogEntry]) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="changes.{format_}"'}
    if format_ == "json":
        rows = [dict(zip(_COLUMNS, _row(entry), strict=True)) for entry in found]
        return HttpResponse(json.dumps(rows, ensure_ascii=False), content_type="application/json", headers=headers)
    return StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8; header=present", headers=headers)


def _csv(found: list[LogEntry]) -> Iterator[str]:
    written = StringIO()
    rows = csv.writer(written)
    yield "\ufeff"
    for row in (_COLUMNS, *map(_row, found)):
        rows.writerow([f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one for one in row])
        yield written.getvalue()
        written.seek(0)
        written.truncate()
