"""What readers would lose with a record, shown before it is withdrawn or deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curation.attempt import attempt_of
from curation.labels import label
from curation.light import light
from curation.linked import change_url
from registry.curation import WITHDRAW, user_may
from registry.losses import Effect, Loss, losses, refuses
from registry.vocabularies import RecordStatus
from registry.words import called, counted

#: What a form sends that was shown the losses: the digest of what it was shown.
SURE = "_sure"
_HEADINGS = {
    Effect.BARE: _("No other source would cover what these state, so the registry refuses the withdrawal"),
    Effect.HIDDEN: _("Readers would no longer see these, as they are shown only with it"),
    Effect.SIDE: _("These disagreements would lose a side"),
    Effect.SOURCE: _("These would lose one of their sources; others cover what they state"),
    Effect.LINK: _("These link to it, and the link would end"),
}


@dataclass(frozen=True)
class Row:
    """A record that loses something."""

    name: str
    address: str
    entries: tuple[str, ...]
    ends: bool


@dataclass(frozen=True)
class LossGroup:
    """Records of one kind to which the same happens."""

    heading: str
    counted: str
    rows: tuple[Row, ...]
    others: int


def in_words(found: Collection[Loss], site: AdminSite) -> list[LossGroup]:
    """Put losses in words, with the first records of each by name."""
    return [_in_words(one, site) for one in found]


def _in_words(loss: Loss, site: AdminSite) -> LossGroup:
    records = light(loss.model._base_manager.filter(pk__in=[one.key for one in loss.first])).in_bulk()
    rows = [
        Row(label(records[one.key]), change_url(records[one.key], site), one.entries, one.ends)
        for one in loss.first
        if one.key in records
    ]
    number = counted(loss.model._meta, loss.number, f"{loss.number:,}")
    if loss.is_more:
        number = gettext("%(counted)s or more") % {"counted": number}
    if loss.title and (title := capfirst(called(loss.title.replace("license", "licence")))) != _plural(loss.model):
        number = f"{title}: {number}"
    return LossGroup(str(_HEADINGS[loss.effect]), number, tuple(rows), loss.number - len(rows))


def _plural(model: Any) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def digest(found: Collection[Loss]) -> str:
    """Return a short text that differs when the losses do."""
    seen = [(one.effect, one.model.__name__, one.title, one.number, () if one.is_more else one.first) for one in found]
    return sha256(repr(seen).encode()).hexdigest()[:24]


def confirm_losses(
    request: HttpRequest, site: AdminSite, model: Any, records: Collection[Any], title: str
) -> HttpResponse | None:
    """Show what readers would lose with records, and a button that sends the same again; None if nothing or already seen."""
    public = [one.pk for one in records if one.record_status == RecordStatus.PUBLISHED]
    found = losses(model, public)
    shown = digest(found)
    if not found or request.POST.get(SURE) == shown or (len(records) == 1 and refuses(found)):
        return None
    sent = [
        (name, value) for name, values in request.POST.lists() for value in values if name not in ("csrfmiddlewaretoken", SURE)
    ]
    context = {
        **site.each_context(request),
        "title": title,
        "opts": model._meta,
        "number": len(records),
        "losses": in_words(found, site),
        "refuses": refuses(found),
        "had_file": bool(request.FILES),
        "sent": [*sent, (SURE, shown)],
        "address": request.get_full_path(),
        "button": WITHDRAW.label,
    }
    response = TemplateResponse(request, "admin/registry/losses.html", context)
    response["Cache-Control"] = "no-store"
    return response


class ListsLosses(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists what readers would lose, before a record is withdrawn or deleted."""

    delete_confirmation_template = "admin/registry/delete.html"

    def losses_confirmation(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the page for confirmation, where a form withdraws a record that others rest on."""
        attempt = attempt_of(request)
        if attempt.step is not WITHDRAW or not attempt.reason or not user_may(request.user, WITHDRAW, self.model):
            return None
        record = self.get_object(request, object_id)
        if record is None or not self.has_change_permission(request, record):
            return None
        title = gettext("Withdraw “%(record)s”?") % {"record": label(record)}
        return confirm_losses(request, self.admin_site, self.model, [record], title)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """List what would be left where a withdrawal was refused."""
        record, attempt = context.get("original"), attempt_of(request)
        if attempt.step is WITHDRAW and attempt.refusals and record is not None and record.pk:
            context["losses"] = in_words(losses(self.model, [record.pk]), self.admin_site)
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """List the records that use what is deleted."""
        record = self.get_object(request, object_id) if request.method != "POST" else None
        found = losses(self.model, [record.pk], public=False) if record is not None else []
        return super().delete_view(request, object_id, {**(extra_context or {}), "losses": in_words(found, self.admin_site)})
