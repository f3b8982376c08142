"""The pages of merging: possible doubles of a kind, two records side by side, and the merge itself."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from curation.merging.compare import compare, older_first, pair
from curation.merging.duplicates import doubles_page
from curation.merging.take_back import TakeBackPages
from registry.curation import LONGEST_REASON, CurationError
from registry.matching.judgements import judgement_of, judgement_take_back, kind_name, records_judge
from registry.matching.kinds import is_matched
from registry.merging import MergeError, record_merge, user_may_merge
from registry.models import Country, Judgement
from registry.vocabularies import Verdict

_TAKE, _VERSIONS = "take-", "_versions"
#: Buttons of the page of two records.
_VERDICTS = {"_apart": Verdict.DIFFERENT, "_unsure": Verdict.UNSURE}


class MergePages(TakeBackPages):
    """Adds the pages of merging to those of a kind of record."""

    def get_urls(self) -> list[Any]:
        """Put them before Django's own, which take any text for a key."""
        name = f"registry_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("duplicates/", view(self.duplicates_view), name=f"{name}_duplicates"),
            path("<int:pk>/merge/", view(self.find_other_view), name=f"{name}_merge_with"),
            path("<int:gone>/merge/<int:stays>/", view(self.merge_view), name=f"{name}_merge"),
            *super().get_urls(),
        ]

    @property
    def finds_doubles(self) -> bool:
        """Return whether records of this kind are compared with one another."""
        return is_matched(self.model)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may merge."""
        return self.model is not Country and user_may_merge(request.user, self.model)

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        """List pairs that may be one, those of the newest records first."""
        if not self.has_view_or_change_permission(request) or not self.finds_doubles:
            raise PermissionDenied
        given = request.GET.get("before", "")
        before = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
        plural = str(self.opts.verbose_name_plural)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Possible duplicates among %(plural)s") % {"plural": plural},
            "opts": self.opts,
            "page": doubles_page(self.model, before),
            "is_first": before is None,
            "unsure": Judgement.objects.filter(kind=kind_name(self.model), verdict=Verdict.UNSURE).count(),
        }
        return TemplateResponse(request, "admin/registry/duplicates.html", context)

    def find_other_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Lead from a record and the slug of another to the page of both."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        slug = request.GET.get("with", "").strip().replace("\x00", "")
        record = self.model._base_manager.filter(pk=pk).only("pk", "record_status").first()
        other = self.model._base_manager.filter(slug__iexact=slug).only("pk", "record_status").first() if slug else None
        if record is None or other is None or other.pk == pk:
            what = (
                (
                    gettext("There is no other %(verbose_name)s “%(slug)s”.")
                    % {"verbose_name": self.opts.verbose_name, "slug": slug[:120]}
                )
                if slug
                else gettext("Enter the slug of the other record.")
            )
            self.message_user(request, what, messages.WARNING)
            return HttpResponseRedirect(self._address("change", pk) if record else self._address("changelist"))
        gone, stays = older_first(record, other)
        return HttpResponseRedirect(self._address("merge", gone.pk, stays.pk))

    def merge_view(self, request: HttpRequest, gone: int, stays: int) -> HttpResponse:
        """Show both side by side; merge them, or note that they are two, when that was sent."""
        if not self.has_view_or_change_permission(request) or self.model is Country:
            raise PermissionDenied
        held = {record.pk: record for record in pair(self.model, gone, stays)} if max(gone, stays) < 2**63 else {}
        if len(held) < 2:
            self.message_user(request, gettext("One of these two records does not exist."), messages.WARNING)
            return HttpResponseRedirect(self._address("changelist"))
        goes, remains = held[gone], held[stays]
        for record in (goes, remains):
            if record.record_status == "merged":
                self.message_user(
                    request,
                    gettext("“%(record)s” was merged into “%(merged_into)s”.")
                    % {"record": record, "merged_into": record.merged_into},
                    messages.WARNING,
                )
                return HttpResponseRedirect(self._address("change", record.merged_into_id))
        problem = ""
        if request.method == "POST":
            try:
                return self._decide(request, goes, remains)
            except CurationError as error:
                problem = str(error)
        taken = None
        if request.method == "POST":
            taken = _taken(request)
            held = {record.pk: record for record in pair(self.model, gone, stays)}
            goes, remains = held.get(gone, goes), held.get(stays, remains)
        return self._show(request, goes, remains, taken, problem)

    def _decide(self, request: HttpRequest, gone: Any, stays: Any) -> HttpResponse:
        """Do what was asked for; raises CurationError."""
        reason = request.POST.get("_reason", "")
        for button, verdict in _VERDICTS.items():
            if button in request.POST:
                records_judge(one=gone, other=stays, verdict=verdict, user=request.user, reason=reason)
                self.message_user(
                    request,
                    gettext("“%(gone)s” and “%(stays)s”: %(label)s. They will not be proposed again.")
                    % {"gone": gone, "stays": stays, "label": verdict.label.lower()},
                )
                return HttpResponseRedirect(self._address("duplicates"))
        if "_judge_again" in request.POST and (held := judgement_of(gone, stays)):
            judgement_take_back(judgement=held, model=self.model, user=request.user, reason=reason)
            self.message_user(request, gettext("The judgement was taken back; the pair can be proposed again."))
            return HttpResponseRedirect(self._address("merge", gone.pk, stays.pk))
        if not request.POST.get("_sure"):
            raise MergeError(gettext("Tick the box to confirm that you have compared both."))
        first, _, second = request.POST.get(_VERSIONS, "").partition("-")
        if not (first.isdecimal() and second.isdecimal() and len(first) < 19 and len(second) < 19):
            raise MergeError(gettext("Review both records again: the form did not contain their versions."))
        record_merge(
            record=gone,
            into=stays,
            user=request.user,
            reason=reason,
            take=_taken(request),
            versions=(int(first), int(second)),
        )
        why = gettext("Merged into %(slug)s: %(reason)s") % {"slug": stays.slug, "reason": reason}
        took = gettext("Took in %(slug)s: %(reason)s") % {"slug": gone.slug, "reason": reason}
        self.log_change(request, gone, why[:1000])
        self.log_change(request, stays, took[:1000])
        self.message_user(
            request,
            gettext("“%(gone)s” was merged into “%(stays)s”; its address now redirects here.") % {"gone": gone, "stays": stays},
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self._address("change", stays.pk))

    def _show(self, request: HttpRequest, gone: Any, stays: Any, taken: set[str] | None, problem: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Are these one %(verbose_name)s?") % {"verbose_name": self.opts.verbose_name},
            "opts": self.opts,
            "both": compare(gone, stays, taken, self.admin_site),
            "problem": problem,
            "reason": request.POST.get("_reason", "")[: LONGEST_REASON + 1],
            "longest": LONGEST_REASON,
            "may_merge": self.has_merge_permission(request),
            "may_tell_apart": self.finds_doubles and self.has_change_permission(request),
            "finds_doubles": self.finds_doubles,
            "judged": judgement_of(gone, stays),
            "swapped": self._address("merge", stays.pk, gone.pk),
            "hides": gone.record_status == "published" and stays.record_status != "published",
        }
        return TemplateResponse(request, "admin/registry/merge.html", context)

    def _address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:registry_{self.opts.model_name}_{page}", args=args)


def _taken(request: HttpRequest) -> set[str]:
    """Return the names of the fields whose value comes from the record that goes."""
    return {name.removeprefix(_TAKE) for name, value in request.POST.items() if name.startswith(_TAKE) and value == "gone"}
