"""Choosing records: fields that ask the server while one types, and no query for what is known already."""

import json
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext

from curation.labels import described, label
from curation.light import labelled


class RecordSelect(AutocompleteSelect):
    """Django's autocomplete, which takes the label of the present choice from the field where it is known."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the present choice as the only option; the others are asked for while one types."""
        field: RecordChoiceField = self.choices.field
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, str(key), label(record), True, 1)
            for key in value
            if key not in (None, "", "None") and (record := field.record(str(key))) is not None
        ]
        return [(None, options, 0)]


class RecordChoiceField(forms.ModelChoiceField):
    """A foreign key; records that the page has loaded anyway are neither fetched again for their label nor to be checked."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        """Begin with no known records."""
        self.known: dict[str, models.Model] = {}
        super().__init__(queryset, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> "RecordChoiceField":
        """Return each form its own memory."""
        copy: RecordChoiceField = super().__deepcopy__(memo)
        copy.known = {}
        return copy

    def know(self, record: models.Model) -> None:
        """Remember a record that is loaded."""
        self.known[str(record.pk)] = record

    def record(self, key: str) -> models.Model | None:
        """Return the record of a key, from memory or the database; None for a key that is none."""
        if key not in self.known:
            try:
                found = self.queryset.filter(pk=key).first()  # type: ignore[union-attr]
            except (ValueError, TypeError, OverflowError):
                return None
            if found is None:
                return None
            self.know(found)
        return self.known[key]

    def to_python(self, value: Any) -> Any:
        """Take a known record without asking again."""
        return self.known[value] if isinstance(value, str) and value in self.known else super().to_python(value)

    def label_from_instance(self, obj: Any) -> str:
        """Call a record by its label."""
        return label(obj)


class AnyRecordSelect(forms.Select):
    """One choice among records of several kinds, by `kind:id`, found while one types."""

    def __init__(self, model: type[models.Model], columns: tuple[str, ...], attrs: dict[str, Any] | None = None) -> None:
        """Take the model that points at the records, and its columns of which exactly one is set."""
        super().__init__(attrs)
        self.model, self.columns = model, columns

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Speak to the same script as Django's autocomplete, at our own address."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {
            **attrs,
            "class": f"{attrs.get('class', '')} admin-autocomplete".strip(),
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": reverse("admin:find_record"),
            "data-app-label": self.model._meta.app_label,
            "data-model-name": self.model._meta.model_name,
            "data-field-name": self.columns[0],
            "data-theme": "admin-autocomplete",
            "data-allow-clear": json.dumps(not self.is_required),
            "data-placeholder": "",
        }

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        """Return the present choice as the only option."""
        field: AnyRecordField = self.field  # type: ignore[attr-defined]
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, key, found, True, 1)
            for key in value
            if key and (found := field.find(str(key))) is not None
        ]
        return [(None, options, 0)]

    @property
    def media(self) -> forms.Media:
        """Load what Django's autocomplete loads."""
        field = next(f for f in self.model._meta.fields if isinstance(f, models.ForeignKey))
        return AutocompleteSelect(field, None).media  # type: ignore[arg-type]


class AnyRecordField(forms.Field):
    """The record that a row points at through one of several columns; its value is (column, record)."""

    widget: AnyRecordSelect

    def __init__(self, model: type[models.Model], columns: tuple[str, ...], **kwargs: Any) -> None:
        """Take the model that points at records, and its columns of which exactly one is set."""
        self.columns = columns
        self.targets: dict[str, Any] = {column: model._meta.get_field(column).related_model for column in columns}
        self.known: dict[str, models.Model] = {}
        super().__init__(widget=AnyRecordSelect(model, columns), **kwargs)
        self.widget.field = self  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: dict[int, Any]) -> "AnyRecordField":
        """Return each form its own memory, and the widget its own field."""
        copy: AnyRecordField = super().__deepcopy__(memo)
        copy.known = {}
        copy.widget.field = copy  # type: ignore[attr-defined]
        return copy

    def key_of(self, row: models.Model) -> str:
        """Return `kind:id` of what a row points at, and remember the record if it is loaded."""
        for column in self.columns:
            if (pk := getattr(row, f"{column}_id")) is not None:
                key = f"{column}:{pk}"
                if column in row._state.fields_cache:
                    self.known[key] = getattr(row, column)
                return key
        return ""

    def find(self, key: str) -> str | None:
        """Return the description of the record of a key; None for a key that is none."""
        record = self._record(key)
        return described(record) if record is not None else None

    def _record(self, key: str) -> models.Model | None:
        column, _, pk = key.partition(":")
        if key not in self.known:
            if column not in self.columns or not pk.isascii() or not pk.isdecimal():
                return None
            found = labelled(self.targets[column]).filter(pk=pk).first()
            if found is None:
                return None
            self.known[key] = found
        return self.known[key]

    def to_python(self, value: Any) -> tuple[str, models.Model] | None:
        """Read `kind:id`."""
        if value in self.empty_values:
            return None
        record = self._record(str(value))
        if record is None:
            raise forms.ValidationError(gettext("This record does not exist; choose another."))
        return str(value).partition(":")[0], record

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare keys."""
        return (initial or "") != (data or "")
