"""What the pages of all kinds of records share."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from curation.forms.records import RecordForm
from curation.guarded import GuardedAdmin
from curation.history.latest import latest_of
from curation.linked import change_url, linked_to
from curation.lists import CITED_BY, Columns, MissingFilter, RecordList, StateFilter, WarningFilter
from curation.merging.duplicates import doubles_of
from curation.merging.pages import MergePages
from curation.next_steps import steps_of
from curation.notes.page import NotesPage
from curation.notes.thread import notes_on
from curation.paging import EstimatingPaginator
from curation.public_page import public_address
from curation.quality import quality_of, warnings_of
from curation.selections.bulk_pages import EditsInBulk
from curation.selections.columns import COLUMNS, choices, chosen_names, plain_columns
from curation.selections.exports import ExportsLists
from curation.selections.filters import ChangedByFilter, ChangedSinceFilter, DuplicateFilter, ImportedByFilter
from curation.selections.saved_lists import SavesLists
from curation.slugs import suggest_slug
from curation.steps import ACTIONS, ReasonForm
from registry.curation import PUBLISH, WITHDRAW, open_steps, user_may
from registry.models import Country
from registry.vocabularies import RecordStatus


class SluggedForm(RecordForm):
    """The form of a record whose slug may be left to the registry."""

    #: The fields from whose text a slug is made, the first that holds something.
    slug_from: ClassVar[tuple[str, ...]] = ("name", "title")
    #: Whether records of the kind are compared by their names.
    finds_doubles: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the slug be empty where one can be made."""
        super().__init__(*args, **kwargs)
        if "name" in self.fields and self.finds_doubles:
            self.fields["name"].widget.attrs |= {
                "data-similar-url": reverse("admin:similar_records"),
                "data-similar-model": self._meta.model._meta.model_name,
                "data-similar-but": self.instance.pk or "",
            }
        if "slug" in self.fields and self.slug_from:
            self.fields["slug"].required = False
            self.fields["slug"].widget.attrs |= {
                "data-slug-from": " ".join(self.slug_from),
                "data-slug-model": self._meta.model._meta.model_name,
                "data-slug-url": reverse("admin:suggest_slug"),
                "placeholder": gettext("generated from the name"),
                "autocomplete": "off",
            }

    def clean(self) -> Any:
        """Make a slug where none is written; only here is the name known."""
        cleaned = super().clean()
        if "slug" in self.fields and not self.cleaned_data.get("slug") and "slug" not in self.errors:
            text = self.slug_text()
            slug = suggest_slug(type(self.instance), text, but=self.instance.pk) if text else ""
            if slug:
                self.cleaned_data["slug"] = slug
            else:
                self.add_error("slug", gettext("Enter a slug; none could be generated from the other fields."))
        return cleaned

    def slug_text(self) -> str:
        """Return the text from which a slug is made."""
        return next((str(self.cleaned_data[name]) for name in self.slug_from if self.cleaned_data.get(name)), "")


class RecordAdmin(Columns, SavesLists, ExportsLists, EditsInBulk, MergePages, NotesPage, GuardedAdmin):
    """The pages of one kind of curated record."""

    form = SluggedForm
    actions = (*ACTIONS, "edit_many")
    action_form = ReasonForm
    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    ordering = ("-id",)
    save_on_top = False
    view_on_site = False
    change_list_template = "admin/registry/record_list.html"
    #: Columns between the name and the state, and those after it.
    list_shows: ClassVar[tuple[str, ...]] = ()
    list_narrows: ClassVar[tuple[Any, ...]] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form show likely duplicates."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"finds_doubles": self.finds_doubles})

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show the name, what tells records of this kind apart, and how they stand."""
        usual = self.usual_columns()
        chosen = chosen_names(request)
        if not chosen:
            return ("called", *usual)
        known = {*usual, "slug", *plain_columns(self, request)}
        return ("called", *(name for name in dict.fromkeys(chosen) if name in known))

    def usual_columns(self) -> tuple[str, ...]:
        """Name the columns beside the name that are shown where nothing is chosen."""
        counts: tuple[str, ...] = ("citations",) if self.model in CITED_BY else ()
        counts += ("warnings",) if warnings_of(self.model) else ()
        return (*self.list_shows, "state", *counts, "updated")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> tuple[str, ...]:
        """Lead from the name to the record."""
        return ("called",)

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Filter by state first."""
        warned = (WarningFilter,) if warnings_of(self.model) else ()
        duplicates = (DuplicateFilter,) if self.finds_doubles else ()
        changed = (ChangedSinceFilter, ChangedByFilter, ImportedByFilter)
        return (("record_status", StateFilter), *warned, MissingFilter, *duplicates, *self.list_narrows, *changed)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Offer saved lists, columns and exports beside the list."""
        query = request.GET.copy()
        query.pop("e", None)
        others = query.copy()
        others.pop(COLUMNS, None)
        extra = {
            "saved_lists": self.saved_lists(request),
            "list_query": query.urlencode(),
            "other_params": [(name, value) for name, values in others.lists() for value in values],
            "usual_columns": f"?{others.urlencode()}",
            "column_choices": choices(self, request, self.usual_columns(), self.get_list_display(request)),
            "export_formats": self.export_formats(),
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        """Use the list whose rows are light."""
        return RecordList

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer the steps of curation; records are deleted one by one, if ever."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Freeze the slug of what was once published."""
        return (*super().get_readonly_fields(request, obj), *(("slug",) if obj and obj.published_at else ()))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may publish."""
        return user_may(request.user, PUBLISH, self.model)

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may withdraw."""
        return user_may(request.user, WITHDRAW, self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show a merged record as it was; a form of it that was opened before is reported why it cannot be saved."""
        merged = obj is not None and obj.record_status == RecordStatus.MERGED and request.method != "POST"
        return super().has_change_permission(request, obj) and not merged

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what was once published, which is withdrawn, and what was merged, to which a history leads."""
        kept = obj is not None and (obj.published_at or obj.record_status == RecordStatus.MERGED)
        return super().has_delete_permission(request, obj) and not kept

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put the state, the gaps and the uses of the record beside its form."""
        record = context.get("original")
        if record is not None and record.pk and not context.get("is_popup"):
            shown = self.model._base_manager.get(pk=record.pk)  # The form may have written into the other.
            quality = quality_of(shown)
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            context |= {
                "side": True,
                "record": shown,
                "quality": quality,
                "next_steps": steps_of(quality.named, context["adminform"].form, formsets),
                "linked": linked_to(shown, self.admin_site),
                "located_in": located_in(shown),
                "doubles": doubles_of(shown) if self.finds_doubles and shown.record_status != RecordStatus.MERGED else [],
                "may_merge": self.has_merge_permission(request) and shown.record_status != RecordStatus.MERGED,
                "finds_doubles": self.finds_doubles,
                "merge_with": reverse(f"admin:registry_{self.opts.model_name}_merge_with", args=[shown.pk]),
                "merged_into": change_url(shown.merged_into, self.admin_site) if shown.merged_into_id else "",
                "steps": open_steps(shown, request.user) if self.has_change_permission(request, record) else [],
                "latest": latest_of(shown),
                "notes": notes_on(shown, request.user),
                "note_address": reverse(f"admin:registry_{self.opts.model_name}_note", args=[shown.pk])
                if self.has_change_permission(request)
                else "",
                "public_address": public_address(shown) if shown.record_status == RecordStatus.PUBLISHED else "",
                "preview_address": reverse(f"admin:registry_{self.opts.model_name}_preview", args=[shown.pk])
                if shown.record_status != RecordStatus.MERGED and self.has_change_permission(request, record)
                else "",
            }
        elif record is None:
            context["steps"] = [PUBLISH] if self.has_publish_permission(request) else []
        return super().render_change_form(request, context, *args, **kwargs)


def located_in(record: Any) -> list[str]:
    """Name the countries in whose shape a record lies."""
    keys = getattr(record, "located_in", None)
    if not keys:
        return []
    return list(Country.objects.filter(pk__in=keys).order_by("name").values_list("name", flat=True))
