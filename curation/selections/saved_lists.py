"""Lists that curators keep under a name, for themselves or for everybody."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.kinds import kind_of_model
from registry.models import SavedList

_LONGEST = SavedList._meta.get_field("query").max_length or 0
_LONGEST_NAME = SavedList._meta.get_field("name").max_length or 0
#: One person keeps so many lists of a kind.
_MOST = 50


class SavesLists(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds saved lists to the list of a kind of record."""

    def get_urls(self) -> list[Any]:
        """Put the address before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view(require_POST(self.saved_list_view))
        return [path("lists/", view, name=f"registry_{self.opts.model_name}_lists"), *super().get_urls()]

    def saved_lists(self, request: HttpRequest) -> list[SavedList]:
        """Return the lists that somebody may open: their own and the shared ones."""
        rows = SavedList.objects.filter(Q(by=request.user.pk) | Q(is_shared=True), kind=self._kind())
        return list(rows.select_related("by").order_by("name", "pk")[: 2 * _MOST])

    def saved_list_view(self, request: HttpRequest) -> HttpResponse:
        """Save a list, or remove one of one's own, and lead back to it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = QueryDict(request.POST.get("_query", ""), mutable=True)
        for name in ("p", "e"):
            query.pop(name, None)
        back = f"{reverse(f'admin:registry_{self.opts.model_name}_changelist')}{'?' if query else ''}{query.urlencode()}"
        if key := request.POST.get("_remove", ""):
            own = SavedList.objects.filter(by=request.user.pk, kind=self._kind())
            gone = own.filter(pk=key).delete()[0] if key.isascii() and key.isdecimal() and len(key) < 19 else 0
            if gone:
                self.message_user(request, _("The list was removed."), messages.SUCCESS)
            return HttpResponseRedirect(back)
        level, said = self._save(request, query.urlencode())
        self.message_user(request, said, level)
        return HttpResponseRedirect(back)

    def _save(self, request: HttpRequest, query: str) -> tuple[int, str]:
        name = request.POST.get("_name", "").replace("\x00", "").strip()
        if not name or len(name) > _LONGEST_NAME:
            return messages.ERROR, _("Give the list a name of at most %(number)s characters.") % {"number": _LONGEST_NAME}
        if len(query) > _LONGEST:
            return messages.ERROR, _("The filters of this list are too long to be saved: at most %(number)s characters.") % {
                "number": _LONGEST
            }
        own = SavedList.objects.filter(by=request.user.pk, kind=self._kind())
        if own.exclude(name=name).count() >= _MOST:
            return messages.ERROR, _("You have saved %(number)s lists already; remove one first.") % {"number": _MOST}
        values = {"query": query, "is_shared": "_shared" in request.POST}
        SavedList.objects.update_or_create(by_id=request.user.pk, kind=self._kind(), name=name, defaults=values)
        return messages.SUCCESS, _("The list was saved as “%(name)s”.") % {"name": name}

    def _kind(self) -> str:
        kind = kind_of_model(self.model)
        assert kind is not None
        return kind.name
