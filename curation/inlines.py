"""The rows that records of many kinds have: names, citations, external ids."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from curation.attempt import attempt_of
from curation.fields import RegistryFields
from curation.first_citation import HELP
from curation.forms.records import RowForm
from curation.light import light
from registry.models import Citation, ExternalId, Name
from registry.vocabularies import NameKind
from registry.words import called_lazy

#: The types of Django's form sets leave out what is meant to be overridden.
_FormSet: Any = forms.BaseInlineFormSet


class RowFormSet(_FormSet):  # type: ignore[misc]
    """Rows of a record, which others may have removed or added since the form was opened.

    What others removed stays removed, what they added is left alone: the guard has reported both before.
    """

    queryset: Any

    def total_form_count(self) -> int:
        """Count no more forms than were sent: a number alone must not have thousands made."""
        count: int = super().total_form_count()
        if not self.is_bound:
            return count
        start = f"{self.prefix}-"
        sent = {key[len(start) :].partition("-")[0] for key in (*self.data, *self.files) if key.startswith(start)}
        return min(count, max((int(i) + 1 for i in sent if i.isdecimal() and len(i) < 5), default=0))

    def get_queryset(self) -> Any:
        """Keep to the rows that the form was opened with."""
        if self.is_bound and not hasattr(self, "_queryset"):
            keys = (self.data.get(f"{self.add_prefix(i)}-id") or "" for i in range(self.initial_form_count()))
            self.queryset = self.queryset.filter(pk__in=[k for k in keys if k.isascii() and k.isdecimal()])
        return super().get_queryset()

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """Record whether the row of a form is gone."""
        form = super()._construct_form(i, **kwargs)
        form.gone = self.is_bound and i < self.initial_form_count() and form.instance.pk is None
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the box that removes a row, too."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete this row")

    def _should_delete_form(self, form: Any) -> bool:
        return bool(form.gone or super()._should_delete_form(form))

    @property
    def initial_forms(self) -> list[Any]:
        """List the forms whose rows are there."""
        return [form for form in super().initial_forms if not form.gone]


class RowsInline(RegistryFields, admin.TabularInline):
    """Rows of a record, in a table; none is offered empty."""

    form = RowForm
    formset = RowFormSet
    extra = 0
    #: The records that the rows point at, loaded with them: those that are fields of the form, if nothing else is said.
    chooses: ClassVar[tuple[str, ...]] = ()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Let the forms know what they showed, where others have changed the record since."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (formset.form,), {"opened": attempt_of(request).opened})
        return formset

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Load the rows with what they point at."""
        links = (field.name for field in self.model._meta.fields if isinstance(field, models.ForeignKey))
        chosen = self.chooses or [name for name in links if name in (self.fields or ())]
        return light(super().get_queryset(request), *chosen)


class CommoditiesInline(RowsInline):
    """The commodities of a record."""

    fields: ClassVar[tuple[str, ...]] = ("commodity",)
    verbose_name = called_lazy("commodity")
    verbose_name_plural = called_lazy("commodities")


class PartiesInline(RowsInline):
    """Who has to do with a record."""

    verbose_name = called_lazy("party")
    verbose_name_plural = called_lazy("parties")


class EventsInline(RowsInline):
    """What happened to a record; an event's citations stand on its own page."""

    show_change_link = True
    verbose_name = called_lazy("event")
    verbose_name_plural = called_lazy("events")


class CardsInline(RowsInline):
    """Rows of many fields, each as a line that opens into a small form."""

    template = "curation/cards.html"


def language_input() -> forms.TextInput:
    """Make the box for a language tag, with the usual ones to choose from."""
    return forms.TextInput(attrs={"size": 10, "list": "languages", "placeholder": "kk-Cyrl", "autocomplete": "off"})


class NameForm(RowForm):
    """One name; the preferred one is the record's own and is kept by the database."""

    class Meta:
        widgets = {"language": language_input(), "text": forms.TextInput(attrs={"class": "vTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the kind that nobody chooses."""
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [c for c in NameKind.choices if c[0] != NameKind.PREFERRED]  # type: ignore[attr-defined]


class NamesInline(RowsInline):
    """Other names, in any language and script."""

    model = Name
    form = NameForm
    fields = ("text", "language", "kind")
    verbose_name_plural = called_lazy("other names")

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Leave the preferred name to the database."""
        return super().get_queryset(request).exclude(kind=NameKind.PREFERRED)


class ExternalIdsInline(RowsInline):
    """What other registers call the record."""

    model = ExternalId
    fields = ("scheme", "value")
    verbose_name = called_lazy("external id")
    verbose_name_plural = called_lazy("ids in other registers")


class CitationForm(RowForm):
    """One citation; what it carries is written by the line."""

    class Meta:
        help_texts = {"fields": HELP}


class CitationsInline(CardsInline):
    """The sources that support, contradict or mention the record."""

    model = Citation
    form = CitationForm
    fk_name: str | None = None
    chooses = ("source",)
    verbose_name_plural = called_lazy("citations")
    fieldsets = (
        (None, {"fields": ("source", ("relation", "confidence"), "fields", ("locator", "quote"), ("stated_value", "note"))}),
    )


class CitationsOfSourceInline(CitationsInline):
    """What other sources say of a source."""

    fk_name = "cited_source"
    verbose_name_plural = called_lazy("citations of this source by others")


class LinksInline(RowsInline):
    """Records of their own that belong to this one: shown with a way to their pages, not edited here."""

    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add them on their own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change them on their own page."""
        return False
