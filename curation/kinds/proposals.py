"""The pages of proposals: the list of what waits, the page on which one is decided, and the kinds that need two people."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from curation.declared import page_of
from curation.guard import merged_problem, version_of
from curation.history.changes import changes_of
from curation.kinds.imports import ReadOnlyAdmin
from curation.linked import change_url
from curation.lists import ChooseFilter, StateFilter
from curation.proposals.content import Content
from curation.proposals.display import shown_items, summary
from curation.proposals.flow import (
    LONGEST_COMMENT,
    proposal_decline,
    proposal_publish,
    proposal_return,
    proposal_take_back,
    record_of,
)
from curation.proposals.replay import opened
from curation.public_page import public_address
from curation.unknown import TellsUnknownFilters
from registry.curation import CurationError
from registry.kinds import ALL, kind_named
from registry.models import Proposal, ReviewRule
from registry.models.proposals import WAITING
from registry.review import has_four_eyes, is_public, may_decide
from registry.words import called_lazy

HEADING = "Review"
#: Where the permissions of roles are looked up.
_ROLES = "django.contrib.auth.backends.ModelBackend"


class ProposalStateFilter(StateFilter):
    """The states of proposals, always in sight."""


@page_of(Proposal, heading=HEADING)
class ProposalAdmin(ReadOnlyAdmin):
    """Changes that wait for a reviewer, and what became of earlier ones."""

    list_display = ("what", "kind", "reason_said", "author", "origin", "assigned_to", "state_shown", "created_at")
    list_display_links = ("what",)
    list_filter = (("state", ProposalStateFilter), ("origin", ChooseFilter), ("kind", ChooseFilter))
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Proposal]":
        """Show proposals of the kinds that the person may see."""
        return (
            super()
            .get_queryset(request)
            .filter(kind__in=self._kinds(request))
            .select_related("author", "assigned_to", "report")
        )

    def _kinds(self, request: HttpRequest) -> list[str]:
        pages = {kind.name: self.admin_site._registry.get(kind.model) for kind in ALL}
        return [name for name, page in pages.items() if page is not None and page.has_view_or_change_permission(request)]

    @admin.display(description=called_lazy("record"), ordering="label")
    def what(self, proposal: Proposal) -> str:
        """Name the record."""
        return proposal.label

    @admin.display(description=called_lazy("reason"))
    def reason_said(self, proposal: Proposal) -> str:
        """Show the reason."""
        return proposal.reason

    @admin.display(description=called_lazy("state"), ordering="state")
    def state_shown(self, proposal: Proposal) -> str:
        """Show the state in its colour."""
        return format_html('<span class="state proposal-{}">{}</span>', proposal.state, proposal.get_state_display())

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show a proposal with its changes; decide about it when that was sent."""
        proposal: Any = self.get_object(request, object_id)
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        problem = ""
        if request.method == "POST":
            try:
                self._decide(request, proposal)
                return HttpResponseRedirect(request.path)
            except CurationError as error:
                problem = str(error)
                proposal = self.get_object(request, object_id)
        return self._show(request, proposal, problem)

    def _decide(self, request: HttpRequest, proposal: Proposal) -> None:
        """Do what was asked for; raises CurationError."""
        comment, user = request.POST.get("_comment", ""), request.user
        page: Any = self.admin_site._registry[kind_named(proposal.kind).model]
        if not page.has_view_or_change_permission(request):
            raise PermissionDenied
        if "_publish" in request.POST:
            done = proposal_publish(
                proposal=proposal,
                page=page,
                request=request,
                keys=request.POST.getlist("_item"),
                version=request.POST.get("_version", ""),
                comment=comment,
            )
            record = record_of(done)
            page.log_change(
                request,
                record,
                gettext("Published the proposal of %(author)s: %(reason)s") % {"author": done.author, "reason": done.reason},
            )
            rest = gettext(" The other changes of it still wait.") if done.waits else ""
            self.message_user(
                request,
                gettext("The change of “%(record)s” is public.%(rest)s") % {"record": record, "rest": rest},
                messages.SUCCESS,
            )
        elif "_return" in request.POST:
            proposal_return(proposal=proposal, user=user, comment=comment)
            self.message_user(request, gettext("Returned to %(author)s.") % {"author": proposal.author}, messages.SUCCESS)
        elif "_decline" in request.POST:
            proposal_decline(proposal=proposal, user=user, comment=comment)
            self.message_user(request, gettext("Declined; the record stays as it is."), messages.SUCCESS)
        elif "_take_back" in request.POST:
            proposal_take_back(proposal=proposal, user=user, comment=comment)
            self.message_user(request, gettext("You took the proposal back."), messages.SUCCESS)
        elif "_assign" in request.POST:
            self._assign(request, proposal, page)

    def _assign(self, request: HttpRequest, proposal: Proposal, page: Any) -> None:
        if not page.has_change_permission(request):
            raise PermissionDenied
        key = request.POST.get("_to", "")
        person = self._people(proposal).filter(pk=key).first() if key.isdecimal() and len(key) < 10 else None
        Proposal.objects.filter(pk=proposal.pk).update(assigned_to=person)
        self.message_user(
            request,
            gettext("Assigned to %(person)s.") % {"person": person} if person else gettext("Assigned to nobody."),
            messages.SUCCESS,
        )

    @staticmethod
    def _people(proposal: Proposal) -> "QuerySet[Any]":
        """Return who works on records of the kind; an auditor reads them only."""
        people: Any = get_user_model()._default_manager
        may = people.with_perm(f"registry.change_{kind_named(proposal.kind).model._meta.model_name}", backend=_ROLES)
        return may.filter(is_staff=True).order_by("username")  # type: ignore[no-any-return]

    def _show(self, request: HttpRequest, proposal: Any, problem: str) -> HttpResponse:
        record = record_of(proposal)
        page: Any = self.admin_site._registry[kind_named(proposal.kind).model]
        form = opened(page, request, record) if record is not None else None
        content = Content.read(proposal.content)
        items = shown_items(content, form)
        entries = [
            (one, summary(Content.read(one.content), form) if one.content else "")
            for one in proposal.entries.select_related("by")
        ]
        public = record is not None and is_public(record)
        decides = proposal.waits and may_decide(request.user, proposal, record)
        own = proposal.author_id == request.user.pk
        written = max((one.at for one, _ in entries if one.act in ("proposed", "changed")), default=proposal.created_at)
        context = {
            **self.admin_site.each_context(request),
            "title": proposal.label,
            "opts": self.opts,
            "proposal": proposal,
            "record": record,
            "record_kind": kind_named(proposal.kind).model._meta.verbose_name,
            "record_address": change_url(record, self.admin_site) if record is not None else "",
            "public_address": public_address(record) if public else "",
            "version": version_of(record) if record is not None else "",
            "items": items,
            "conflicts": sum(item.compared == "conflict" for item in items),
            "maps": any(item.shapes for item in items),
            "since": [one for one in changes_of(record) if one.at > written] if record is not None and proposal.waits else [],
            "entries": entries,
            "others": self.get_queryset(request)
            .filter(WAITING, kind=proposal.kind, record_id=proposal.record_id)
            .exclude(pk=proposal.pk),
            "decides": decides,
            "publishes": decides
            and record is not None
            and not merged_problem(record)
            and any(item.can_be_published for item in items),
            "own": own,
            "waits_for_another": bool(own and public and proposal.waits and not decides and has_four_eyes(record)),
            "people": self._people(proposal),
            "problem": problem,
            "comment": request.POST.get("_comment", "")[: LONGEST_COMMENT + 1],
            "longest": LONGEST_COMMENT,
            "is_public": public,
            "preview": reverse(f"admin:registry_{page.opts.model_name}_preview", args=[record.pk])
            if record is not None
            else "",
        }
        return TemplateResponse(request, "admin/registry/proposal.html", context)


@page_of(ReviewRule, heading=HEADING)
class ReviewRuleAdmin(TellsUnknownFilters, admin.ModelAdmin):  # type: ignore[type-arg]
    """Which kinds of record need two people for each change of what is public."""

    list_display = ("kind", "four_eyes")
    actions = None
    show_full_result_count = False
