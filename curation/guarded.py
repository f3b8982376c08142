"""Saving in the admin: guarded against lost updates, every refusal of the database shown at its field."""

import json
from contextlib import suppress
from typing import Any

import pghistory
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.core.exceptions import BadRequest
from django.db import DataError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from curation.attempt import REASON, attempt_of
from curation.fields import RegistryFields
from curation.first_citation import carry_everything
from curation.forms.records import RecordForm
from curation.guard import BASE, SNAPSHOT, VERSION, Snapshot, conflict_of, lock, merged_problem, opened_with, version_of
from curation.history.page import HistoryPage
from curation.losses import ListsLosses
from curation.pages.preview import PreviewPage
from curation.proposals.content import Content, content_of
from curation.proposals.flow import settle
from curation.proposals.on_save import Proposed, ProposesChanges
from curation.proposals.revert import RevertPage
from curation.search import search
from curation.steps import step_words
from curation.unknown import TellsUnknownFilters
from registry.curation import FLOWS, CurationError, reason_problem
from registry.limits import limit_problem, limits_of
from registry.refusals import Refusal
from registry.trial import TRIAL


class GuardedAdmin(RegistryFields, HistoryPage, PreviewPage, RevertPage, ProposesChanges, ListsLosses, TellsUnknownFilters):
    """An admin page that saves a record with all its rows at once, or says as text why it did not."""

    form = RecordForm
    change_form_template = "admin/registry/record_form.html"
    #: Makes the page findable for autocomplete; `search` does the finding.
    search_fields = ("slug",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search over names in any script, without joins and so without DISTINCT."""
        return search(queryset, search_term), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Lock the record's row while it is being saved or deleted."""
        if request.method != "POST" or not connection.in_atomic_block:
            return super().get_object(request, object_id, from_field)
        request.registry_locks = True  # type: ignore[attr-defined]
        try:
            record = super().get_object(request, object_id, from_field)
        finally:
            request.registry_locks = False  # type: ignore[attr-defined]
        if record is not None:
            lock(record)
        return record

    def get_queryset(self, request: HttpRequest) -> Any:
        """Lock what is selected, while `get_object` says so."""
        rows = super().get_queryset(request)
        return rows.select_for_update(of=("self",)) if getattr(request, "registry_locks", False) else rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add only records of the kinds that the account is limited to."""
        return super().has_add_permission(request) and limits_of(request.user).has_kind(self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change only records within the limits of the account."""
        return super().has_change_permission(request, obj) and self._is_within(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Delete only records within the limits of the account."""
        return super().has_delete_permission(request, obj) and self._is_within(request, obj)

    def _is_within(self, request: HttpRequest, obj: Any) -> bool:
        limits = limits_of(request.user)
        return limits.has_kind(self.model) if obj is None else limits.holds(obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form show what stands in its way."""
        form = super().get_form(request, obj, change=change, **kwargs)
        attempt = attempt_of(request)
        if change and obj is not None:
            self.decide_how_to_save(request, obj)
        if request.method == "POST" and change and obj is not None:
            attempt.conflict = conflict_of(obj, request)
            if str(version_of(obj)) != request.POST.get(VERSION):
                attempt.opened, attempt.shows = opened_with(request), Snapshot.now()
            if problem := merged_problem(obj):
                attempt.refusals.append(Refusal("merged", problem))
        given = {"problems": attempt.problems, "user": request.user, "opened": attempt.opened}
        return type(form.__name__, (form,), {**given, "is_only_shown": attempt.is_filled_in})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save, or show the form again with what was typed and what is against it."""
        if request.method != "POST":
            extra = {**(extra_context or {}), "snapshot": Snapshot.now()}
            shown = self.form_of_proposal(request, object_id) if object_id and "proposal" in request.GET else None
            return super().changeform_view(shown or request, object_id, form_url, extra)
        if "_saveasnew" in request.POST and not self.save_as:
            raise BadRequest(gettext("Records cannot be copied."))
        if object_id and (confirmation := self.losses_confirmation(request, object_id)):
            return confirmation
        attempt = attempt_of(request)
        note = {"reason": attempt.reason} if attempt.reason else {}
        with pghistory.context(user=request.user.pk, **note) as context:
            try:
                return self._save_or_say_why_not(request, object_id, form_url, extra_context)
            finally:
                # The context of a request outlives what was tried in it.
                context.metadata.pop(TRIAL, None)

    def _save_or_say_why_not(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        attempt = attempt_of(request)
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Proposed as proposed:
            try:
                return self.keep_proposal(request, proposed)
            except CurationError as error:
                attempt.refusals.append(Refusal.of(error))
        except (IntegrityError, DataError, CurationError) as error:
            attempt.refusals.append(Refusal.of(error))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows, then let the database check what it checks last, and take the step that was confirmation for."""
        attempt = attempt_of(request)
        content = self.proposed(request, form, formsets) if change else None
        # What was published of a proposal that a reviewer changed in the form is what the reviewer saved.
        saved = content_of(form, formsets) if change and attempt.proposal else Content()
        super().save_related(request, form, formsets, change)
        carry_everything(form.instance, [row for formset in formsets for row in getattr(formset, "new_objects", [])])
        connection.check_constraints()
        if problem := limit_problem(request.user, form.instance):
            raise CurationError(problem)
        if content is not None:
            raise Proposed(form.instance, content)
        if attempt.step:
            FLOWS[attempt.step.name](record=form.instance, user=request.user, reason=attempt.reason)
        if change and (attempt.report or attempt.proposal):
            settle(request.user, attempt, saved)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Describe which step was taken beside what was changed."""
        changed = super().construct_change_message(request, form, formsets, add)
        attempt = attempt_of(request)
        if attempt.step is None:
            return changed
        words = LogEntry(change_message=json.dumps(changed)).get_change_message() if changed else ""
        return " ".join(filter(None, (words, step_words(attempt.step, attempt.reason))))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Stay on the page after a step."""
        return self._after_step(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the page after a step."""
        return self._after_step(request, obj) or super().response_change(request, obj)

    def _after_step(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        step = attempt_of(request).step
        if step is None:
            return None
        self.message_user(
            request, gettext("“%(obj)s” was saved and %(done)s.") % {"obj": obj, "done": step.done}, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse(f"admin:registry_{self.opts.model_name}_change", args=[obj.pk]))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete, or say what the database has against it."""
        reason = request.POST.get(REASON, "").strip()
        note = {"user": request.user.pk, "reason": reason or "a draft was deleted"}
        try:
            if problem := reason_problem(reason):
                raise CurationError(problem)
            with transaction.atomic(), pghistory.context(**note):
                response = super().delete_view(request, object_id, extra_context)
                if request.method == "POST":
                    connection.check_constraints()
                return response
        except (IntegrityError, CurationError) as error:
            with suppress(AttributeError):
                list(messages.get_messages(request))  # The note of success is not true.
            self.message_user(request, Refusal.of(error).message, messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:registry_{self.opts.model_name}_change", args=[object_id]))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list; an address or a selection that no column can hold is ignored, and the curator sees a message."""
        texts = [text for name, values in request.GET.lists() for text in (name, *values)]
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        title = capfirst(str(self.opts.verbose_name_plural))
        if not any("\x00" in text for text in texts) and all(key.isdecimal() and len(key) < 19 for key in selected):
            with suppress(DataError), transaction.atomic():
                response: HttpResponse = super().changelist_view(request, {"title": title, **(extra_context or {})})
                return response
        self.message_user(request, gettext("The URL or selection is not valid here and was ignored."), messages.WARNING)
        return HttpResponseRedirect(request.path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the template the version and what stands in the way."""
        record = context.get("original")
        attempt = attempt_of(request)
        context["attempt"] = attempt
        if record is not None and record.pk:
            snapshot = context.get("snapshot")
            context["version"] = request.POST.get(VERSION, "") if attempt.conflict else version_of(record)
            context["snapshot_text"] = snapshot.text if snapshot else request.POST.get(SNAPSHOT, "")
            context["base_text"] = attempt.shows.text if attempt.shows else request.POST.get(BASE, "")
            # The form may have written into the record.
            context |= self.review_context(context.get("record") or self.model._base_manager.get(pk=record.pk))
        return super().render_change_form(request, context, *args, **kwargs)


class PartAdmin(GuardedAdmin):
    """A part of a record that has citations of its own; it is added and removed on the page of its record."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add parts on the page of their record."""
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Leave parts out of the index."""
        return {}
