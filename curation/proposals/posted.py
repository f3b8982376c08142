"""What a browser would send for a form: of a form with its rows, untouched, and of a form that was sent."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

Values = list[str]
#: Widgets that send nothing for nothing.
_SILENT = (forms.CheckboxInput, forms.SelectMultiple, forms.CheckboxSelectMultiple)


def shown_values(bound: Any, value: Any) -> Values:
    """Return what a browser would send for a field that shows a value."""
    widget = bound.field.widget
    value = bound.field.prepare_value(value)
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if value is None or value == "":
        return [] if isinstance(widget, _SILENT) else [""]
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    formatted = widget.format_value(value)
    return [str(one) for one in formatted] if isinstance(formatted, list | tuple) else [str(formatted)]


def values_of(form: Any) -> dict[str, Values]:
    """Return what a browser would send for an untouched form, by the names of its fields."""
    return {name: shown_values(form[name], form[name].initial) for name in form.fields}


def sent_values(form: Any, name: str) -> Values:
    """Return what was sent for a field."""
    sent = form.data.getlist(form.add_prefix(name)) if hasattr(form.data, "getlist") else []
    values = [str(one).replace("\r\n", "\n") for one in sent]
    return values or ([] if isinstance(form.fields[name].widget, _SILENT) else [""])


def posted(form: Any, formsets: Iterable[Any]) -> QueryDict:
    """Return what a browser would send for a page that nobody has touched."""
    data = QueryDict(mutable=True)
    for name, values in values_of(form).items():
        data.setlist(form.add_prefix(name), values)
    for formset in formsets:
        rows = [one for one in formset.forms if one.instance.pk]
        count(data, formset.prefix, len(rows), len(rows))
        for row in rows:
            for name, values in values_of(row).items():
                if name != "DELETE":
                    data.setlist(row.add_prefix(name), values)
    return data


def count(data: QueryDict, prefix: str, total: int, initial: int) -> None:
    """Write how many rows a form has."""
    for name, number in (("TOTAL", total), ("INITIAL", initial), ("MIN_NUM", 0), ("MAX_NUM", 1000)):
        data[f"{prefix}-{name}_FORMS"] = str(number)
