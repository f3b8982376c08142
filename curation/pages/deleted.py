"""The bin: drafts that were deleted, with a way to restore each."""

from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from curation.linked import change_url
from registry.bin import deleted_of, record_restore
from registry.curation import LONGEST_REASON, CurationError
from registry.kinds import RECORD_KINDS

#: So many of each kind are listed.
_MOST = 50


def deleted_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """List what was deleted of the kinds that this person may add; restore a record when that was sent."""
    kinds = {
        kind.name: kind
        for kind in RECORD_KINDS
        if (page := site._registry.get(kind.model)) and page.has_add_permission(request)
    }
    if request.method == "POST":
        kind, key = kinds.get(request.POST.get("_kind", "")), request.POST.get("_key", "")
        try:
            if kind is None or not key.isdecimal() or len(key) > 18:
                raise CurationError(gettext("There is no such deleted record."))
            restored = record_restore(kind=kind, key=int(key), user=request.user, reason=request.POST.get("_reason", ""))
        except CurationError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:bin"))
        record: Any = restored.record
        messages.success(
            request,
            gettext("“%(record)s” was restored with its rows (%(record_status)s).")
            % {"record": record, "record_status": record.get_record_status_display().lower()},
        )
        if not restored.is_whole:
            messages.warning(
                request, gettext("Rows of other records that named it were not restored; add them on their pages.")
            )
        return HttpResponseRedirect(change_url(record, site))
    found = sorted((one for kind in kinds.values() for one in deleted_of(kind, _MOST)), key=attrgetter("at"), reverse=True)[
        :_MOST
    ]
    users: Any = get_user_model()._default_manager
    people = dict(users.filter(pk__in=[one.context.get("user") or 0 for one in found]).values_list("pk", "username"))
    context = {
        **site.each_context(request),
        "title": gettext("Deleted drafts"),
        "deleted": [(one, people.get(one.context.get("user"), one.context.get("actor") or "")) for one in found],
        "longest": LONGEST_REASON,
    }
    return TemplateResponse(request, "admin/registry/bin.html", context)
