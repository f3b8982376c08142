"""Forms of records and of their rows."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from curation.forms.choices import AnyRecordField, RecordChoiceField
from curation.forms.entered import fill_in
from curation.forms.location import PlaceField
from curation.guard import Snapshot, as_shown
from registry.refusals import Refusal


class RowForm(forms.ModelForm):
    """A form that makes use of what is loaded already: the records it points at, and its shapes."""

    #: The form field that stands for the columns of which exactly one is set, if there is one.
    any_record: ClassVar[str] = "record"
    #: What the form showed when it was opened, if others have changed the record since.
    opened: ClassVar[Snapshot | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Return the fields what they need not ask for."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        row = self.instance
        for name, field in self.fields.items():
            if self.prefix and field.label:
                # A row in a table has no label of its own: the head of the column is not read out with it.
                # What the admin puts around a choice of records shares its attributes with the form's class.
                widget: Any = getattr(field.widget, "widget", field.widget)
                widget.attrs.setdefault("aria-label", str(field.label))
            if isinstance(field, RecordChoiceField) and name in row._state.fields_cache and getattr(row, name) is not None:
                field.know(getattr(row, name))
            elif isinstance(field, AnyRecordField) and row.pk:
                self.initial[name] = field.key_of(row)
            elif isinstance(field, PlaceField):
                field.show(getattr(row, name), getattr(row, "source_srid", None))
        if self.is_bound:
            fill_in(self)

    @cached_property
    def untouched(self) -> frozenset[str]:
        """Name the fields in which nothing was typed: they are as the form showed them, whatever others wrote since."""
        if self.opened is None or not self.is_bound or not self.instance.pk:
            return frozenset()
        row = as_shown(self.instance, self.opened)
        if row is None:
            return frozenset()
        shown = type(self)(instance=row, prefix=self.prefix)
        return frozenset(
            name
            for name, field in shown.fields.items()
            if name in self.fields
            and not field.has_changed(shown[name].initial, self._widget_data_value(field.widget, self.add_prefix(name)))  # type: ignore[attr-defined]
        )

    @cached_property
    def changed_data(self) -> list[str]:  # type: ignore[override]
        """Name the fields in which something was typed."""
        return [name for name in super().changed_data if name not in self.untouched]

    def _clean_fields(self) -> None:
        """Take what others wrote where nothing was typed, and show it if the form is shown again."""
        super()._clean_fields()  # type: ignore[misc]
        for name in self.untouched:
            field, initial = self.fields[name], self[name].initial
            self._errors.pop(name, None)  # type: ignore[attr-defined]
            field.bound_data = lambda data, initial: initial  # type: ignore[method-assign]
            try:
                self.cleaned_data[name] = field.clean(field.prepare_value(initial))
            except ValidationError as error:
                self.add_error(name, error)

    def clean(self) -> Any:
        """Write the chosen record into its column."""
        cleaned = super().clean()
        field = self.fields.get(self.any_record)
        if isinstance(field, AnyRecordField) and self.any_record in self.cleaned_data:
            chosen = self.cleaned_data[self.any_record]
            for column in field.columns:
                setattr(self.instance, column, chosen[1] if chosen and chosen[0] == column else None)
        return cleaned


class RecordForm(RowForm):
    """The form of a record, which can also show what the database or another curator has against saving it."""

    problems: ClassVar[tuple[Refusal, ...]] = ()
    #: The form was filled in by a program, to be read and sent by a person.
    is_only_shown: ClassVar[bool] = False

    def is_valid(self) -> bool:
        """Leave what is only shown to the person who sends it."""
        return super().is_valid() and not self.is_only_shown

    def clean(self) -> Any:
        """Add the problems that were found outside of the form."""
        cleaned = super().clean()
        for problem in self.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        return cleaned
