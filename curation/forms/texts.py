"""Small form fields: lists by the line, JSON that may be plain words, dates of any precision."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext


class LinesField(forms.CharField):
    """A list of texts, one per line: names of authors may hold commas."""

    def __init__(self, *, base_field: Any = None, **kwargs: Any) -> None:
        """Take the field of one item, for the length that each line may have."""
        self.longest: int | None = getattr(base_field, "max_length", None)
        widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        # A hidden copy of the lines comes back with other line breaks, and would count as a change.
        super().__init__(**{**kwargs, "widget": widget, "show_hidden_initial": False})

    def prepare_value(self, value: Any) -> Any:
        """Write one item per line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Read the lines that hold something."""
        lines = [line.strip() for line in (super().clean(value) or "").splitlines()]
        lines = [line for line in lines if line]
        if self.longest and (long := next((line for line in lines if len(line) > self.longest), None)):
            raise ValidationError(
                gettext("A line is longer than %(longest)s characters: %(long)s…")
                % {"longest": self.longest, "long": long[:40]}
            )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text."""
        return (self.prepare_value(initial or []) or "").split("\n") != (data or "").strip().replace("\r\n", "\n").split("\n")


class StatedValueField(forms.JSONField):
    """What a source states: JSON where it is JSON (GeoJSON for a place), else the words themselves."""

    def __init__(self, **kwargs: Any) -> None:
        """Begin small."""
        super().__init__(**{**kwargs, "widget": forms.Textarea(attrs={"rows": 2})})

    def prepare_value(self, value: Any) -> Any:
        """Show nothing for nothing, and plain words without quotes."""
        if value is None or isinstance(value, InvalidJSONInput):
            return value
        if isinstance(value, str) and not _reads_as_json(value):
            return value
        return json.dumps(value, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        """Read JSON, or take the text as it is."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        text = value.strip()
        if "\x00" in text or "\\u0000" in text:
            raise ValidationError(gettext("The text must not contain a null character."))
        try:
            return json.loads(text, parse_constant=_no_constant)
        except RecursionError as error:
            raise ValidationError(gettext("This JSON is nested too deeply.")) from error
        except ValueError as error:
            if text[0] in "{[":
                raise ValidationError(
                    gettext("The text begins like JSON but is not valid JSON; check brackets, commas and quotes.")
                ) from error
            return text

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show again what was typed."""
        return InvalidJSONInput(data) if data is not None else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as values."""
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


def _reads_as_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
