"""The pages of steps with many records: one field is edited with a preview, and a step is looked at and undone."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from curation.labels import label
from curation.light import light
from curation.linked import change_url
from curation.losses import confirm_losses
from curation.proposals.display import in_words
from curation.proposals.posted import Values, sent_values, values_of
from curation.selections.bulk import EDIT, MOST_EDITED, bulk_edit, bulk_undo, would_withdraw
from curation.selections.columns import plain_columns
from registry.curation import LONGEST_REASON, CurationError
from registry.kinds import kind_named
from registry.models import BulkChange
from registry.review import must_propose
from registry.vocabularies import BulkOutcome

_FIELD, _KEYS, _SEEN, _REASON = "_field", "_keys", "_seen", "_reason"
#: What a list does not show at once of a long step.
_MOST_SHOWN = 500


@dataclass(frozen=True)
class Row:
    """A record before and after an edit."""

    name: str
    address: str
    before: str
    after: str
    #: Its key and version, as the page sends them back.
    seen: str
    #: `same`, `proposed` or `done`: what applying will do.
    becomes: str


class EditsInBulk(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds an edit of one field of the selected records to the list of a kind."""

    def get_urls(self) -> list[Any]:
        """Put the address before Django's own, which take any text for a key."""
        view = self.admin_site.admin_view(require_POST(self.bulk_edit_view))
        return [path("edit-many/", view, name=f"registry_{self.opts.model_name}_edit_many"), *super().get_urls()]

    def editable_fields(self, request: HttpRequest) -> dict[str, Any]:
        """Return the fields of the form that can be written for many records at once: those of one plain value."""
        form: Any = self.get_form(request, None, change=False)
        names = [name for name in plain_columns(self, request) if name not in ("slug", self.model.label_field)]
        return {name: form.base_fields[name] for name in names if name in form.base_fields}

    @admin.action(description=gettext_lazy("Edit a field of all selected"), permissions=["change"])
    def edit_many(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Begin: choose the field."""
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_EDITED + 1])
        if len(keys) > MOST_EDITED:
            said = _("Choose at most %(number)s records at once.") % {"number": MOST_EDITED}
            self.message_user(request, said, messages.ERROR)
            return None
        return self._edit_page(request, keys, "", None)

    def bulk_edit_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a field and a value, look at what it changes, and apply it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        keys = [key for (key,) in _numbers(request.POST.get(_KEYS, ""), 1)]
        name = request.POST.get(_FIELD, "")
        field = self.editable_fields(request).get(name)
        if field is None or "_value" in request.POST:
            return self._edit_page(request, keys, name if field else "", None)
        form = _value_form(name, field)(request.POST)
        if not form.is_valid():
            return self._edit_page(request, keys, name, form)
        values = sent_values(form, name)
        if "_apply" not in request.POST:
            return self._edit_page(request, keys, name, form, values)
        try:
            with transaction.atomic():
                seen = {pair[0]: pair[1] for pair in _numbers(request.POST.get(_SEEN, ""), 2)}
                reason = request.POST.get(_REASON, "")
                bulk = bulk_edit(page=self, request=request, seen=seen, name=name, values=values, reason=reason)
        except CurationError as error:
            return self._edit_page(request, keys, name, form, values, str(error))
        self.message_user(request, _("This is what became of each record."), messages.INFO)
        return HttpResponseRedirect(reverse("admin:bulk", args=[bulk.pk]))

    def _edit_page(
        self, request: HttpRequest, keys: list[int], name: str, form: Any, values: Values | None = None, problem: str = ""
    ) -> HttpResponse:
        fields = self.editable_fields(request)
        if name and form is None:
            form = _value_form(name, fields[name])()
        rows = self._rows(request, keys, name, values) if values is not None else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Edit a field of many records"),
            "opts": self.opts,
            "number": len(keys),
            "keys": ",".join(map(str, keys)),
            "fields": [(one, field.label or one) for one, field in fields.items()],
            "name": name,
            "form": form,
            "media": form.media if form else "",
            "rows": rows,
            "seen": ",".join(row.seen for row in rows),
            "previews": values is not None,
            "problem": problem,
            "reason": request.POST.get(_REASON, ""),
            "longest": LONGEST_REASON,
        }
        return TemplateResponse(request, "admin/registry/edit_many.html", context)

    def _rows(self, request: HttpRequest, keys: list[int], name: str, values: Values) -> list[Row]:
        form_class: Any = self.get_form(request, None, change=False)
        rows = []
        for record in light(self.model._base_manager.filter(pk__in=keys)).order_by("pk"):
            form = form_class(instance=record)
            was = values_of(form)[name]
            becomes = "same" if was == values else "proposed" if must_propose(request.user, record) else "done"
            before, after = (in_words(form.fields[name], one) for one in (was, values))
            rows.append(
                Row(label(record), change_url(record, self.admin_site), before, after, f"{record.pk}:{record.version}", becomes)
            )
        return rows


def _numbers(text: str, each: int) -> list[tuple[int, ...]]:
    """Read “12,13” or “12:3,13:7”: so many whole numbers each; what is none is left out."""
    parts = [part.split(":") for part in text.split(",")]
    whole = [part for part in parts if len(part) == each and all(n.isascii() and n.isdecimal() and len(n) < 19 for n in part)]
    return [tuple(map(int, part)) for part in whole[:MOST_EDITED]]


def _value_form(name: str, field: Any) -> type[forms.Form]:
    return type("ValueForm", (forms.Form,), {name: field})


def bulk_page(request: HttpRequest, site: AdminSite, pk: int) -> HttpResponse:
    """Show what became of each record of a step with many; undo it as one when that was sent."""
    bulk = BulkChange.objects.select_related("by", "undoes").filter(pk=pk).first() if pk < 2**63 else None
    page: Any = site._registry.get(kind_named(bulk.kind).model) if bulk else None
    if bulk is None or page is None or not page.has_view_or_change_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        if not page.has_change_permission(request):
            raise PermissionDenied
        withdrawn = page.model._base_manager.filter(pk__in=would_withdraw(bulk))
        if request.POST.get(_REASON) and (
            confirmation := confirm_losses(request, site, page.model, list(light(withdrawn)), bulk.said)
        ):
            return confirmation
        try:
            with transaction.atomic():
                undoing = bulk_undo(page=page, request=request, bulk=bulk, reason=request.POST.get(_REASON, ""))
            return HttpResponseRedirect(reverse("admin:bulk", args=[undoing.pk]))
        except CurationError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
    items = list(bulk.items.select_related("proposal"))  # type: ignore[attr-defined]
    counted = {outcome: sum(item.outcome == outcome for item in items) for outcome in BulkOutcome}
    address = f"admin:registry_{page.opts.model_name}_change"
    undone_by = BulkChange.objects.filter(undoes=bulk.pk).first()
    context = {
        **site.each_context(request),
        "title": bulk.said,
        "opts": page.opts,
        "bulk": bulk,
        "counted": [(BulkOutcome(outcome).label, number) for outcome, number in counted.items() if number],
        "items": [(item, reverse(address, args=[item.record_id])) for item in items[:_MOST_SHOWN]],
        "more": max(0, len(items) - _MOST_SHOWN),
        "undone_by": undone_by,
        "may_undo": page.has_change_permission(request)
        and bulk.undoes_id is None
        and undone_by is None
        and (counted[BulkOutcome.DONE] or counted[BulkOutcome.PROPOSED]),
        "is_edit": bulk.act.startswith(EDIT),
        "longest": LONGEST_REASON,
    }
    return TemplateResponse(request, "admin/registry/bulk.html", context)
