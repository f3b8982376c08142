"""The page on which a merge is taken back, and the list of judgements from which it is reached."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from curation.labels import field_label
from curation.light import light
from registry.curation import LONGEST_REASON
from registry.matching.judgements import kind_name
from registry.merging import MergeError, TakenBack, merge_take_back, take_back_preview, user_may_merge
from registry.models import Country, Judgement
from registry.vocabularies import Verdict

_PER_PAGE = 100


class TakeBackPages(admin.ModelAdmin):
    """Adds the list of judgements, and the page of taking a merge back, to those of a kind of record."""

    def get_urls(self) -> list[Any]:
        """Put them before Django's own, which take any text for a key."""
        name = f"registry_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("judgements/", view(self.judgements_view), name=f"{name}_judgements"),
            path("<int:pk>/take-back/", view(self.take_back_view), name=f"{name}_take_back"),
            *super().get_urls(),
        ]

    def judgements_view(self, request: HttpRequest) -> HttpResponse:
        """List the judged pairs of this kind, the newest first; those that nobody could tell by themselves."""
        if not self.has_view_or_change_permission(request) or self.model is Country:
            raise PermissionDenied
        verdict = request.GET.get("verdict", "")
        rows = Judgement.objects.filter(kind=kind_name(self.model)).select_related("decided_by").order_by("-pk")
        counts = {choice: rows.filter(verdict=choice).count() for choice in Verdict}
        if verdict in Verdict.values:
            rows = rows.filter(verdict=verdict)
        page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Judgements of %(verbose_name_plural)s") % {"verbose_name_plural": self.opts.verbose_name_plural},
            "opts": self.opts,
            "page": page,
            "pairs": self._judged(list(page)),
            "verdict": verdict,
            "counts": [(str(choice), choice.label, number) for choice, number in counts.items()],
        }
        return TemplateResponse(request, "admin/registry/judgements.html", context)

    def _judged(self, judgements: list[Judgement]) -> list[dict[str, Any]]:
        """Name both records of each pair; one that was deleted is None."""
        keys = {key for judgement in judgements for key in (judgement.one_id, judgement.other_id)}
        held: dict[int, Model] = {record.pk: record for record in light(self.model._base_manager.filter(pk__in=keys))}
        return [
            {
                "judgement": judgement,
                "records": [held.get(judgement.one_id), held.get(judgement.other_id)],
                "address": self._page("take_back", judgement.gone_id)
                if judgement.gone_id
                else self._page("merge", judgement.other_id, judgement.one_id),
            }
            for judgement in judgements
        ]

    def take_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what would become of both records; take the merge back when that was sent."""
        if not self.has_view_or_change_permission(request) or self.model is Country:
            raise PermissionDenied
        record = self.model._base_manager.filter(pk=pk).defer("document", "geometry_document").first() if pk < 2**63 else None
        if record is None or record.record_status != "merged":
            self.message_user(request, gettext("This record is not merged into another one."), messages.WARNING)
            return HttpResponseRedirect(self._page("change", pk) if record else self._page("changelist"))
        problem, reason = "", request.POST.get("_reason", "")
        if request.method == "POST":
            try:
                return self._take_back(request, record, reason)
            except MergeError as error:
                problem = str(error)
        shown: TakenBack | None = None
        try:
            shown = take_back_preview(record)
        except MergeError as error:
            problem = problem or str(error)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Take back the merge of “%(record)s”?") % {"record": record},
            "opts": self.opts,
            "record": record,
            "into": record.merged_into,
            "into_address": self._page("change", record.merged_into_id),
            "shown": shown,
            "fields": [field_label(field) for field in shown.fields] if shown else [],
            "tables": [(table.model._meta.verbose_name_plural, table) for table in shown.tables] if shown else [],
            "problem": problem,
            "reason": reason[: LONGEST_REASON + 1],
            "longest": LONGEST_REASON,
            "may_merge": user_may_merge(request.user, self.model),
        }
        return TemplateResponse(request, "admin/registry/take_back.html", context)

    def _take_back(self, request: HttpRequest, record: Any, reason: str) -> HttpResponse:
        done = merge_take_back(record=record, user=request.user, reason=reason)
        why = gettext("No longer merged into %(slug)s: %(reason)s") % {"slug": done.stays.slug, "reason": reason}
        gave = gettext("Gave back %(slug)s: %(reason)s") % {"slug": record.slug, "reason": reason}
        self.log_change(request, record, why[:1000])
        self.log_change(request, done.stays, gave[:1000])
        self.message_user(
            request,
            gettext("“%(record)s” and “%(stays)s” are two records again.") % {"record": record, "stays": done.stays},
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self._page("change", record.pk))

    def _page(self, page: str, *args: Any) -> str:
        return reverse(f"admin:registry_{self.opts.model_name}_{page}", args=args)
