"""Forms of records and of their rows."""

from typing import Any, ClassVar

from django import forms

from registry.admin.forms.choices import AnyRecordField, RecordChoiceField
from registry.admin.forms.places import PlaceField
from registry.refusals import Refusal


class RowForm(forms.ModelForm):
    """A form that makes use of what is loaded already: the records it points at, and its shapes."""

    #: The form field that stands for the columns of which exactly one is set, if there is one.
    any_record: ClassVar[str] = "record"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell the fields what they need not ask for."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        row = self.instance
        for name, field in self.fields.items():
            if isinstance(field, RecordChoiceField) and name in row._state.fields_cache and getattr(row, name) is not None:
                field.know(getattr(row, name))
            elif isinstance(field, AnyRecordField) and row.pk:
                self.initial[name] = field.key_of(row)
            elif isinstance(field, PlaceField):
                field.show(getattr(row, name))

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

    def clean(self) -> Any:
        """Add the problems that were found outside of the form."""
        cleaned = super().clean()
        for problem in self.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        return cleaned
