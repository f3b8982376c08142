"""A proposal as a reviewer reads it: each change before and after, and what has happened to the record since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from curation.forms.choices import AnyRecordField, RecordChoiceField
from curation.forms.location import PlaceField, on_map
from curation.proposals.content import Content, FieldItem, Item, RowItem, place_of
from curation.proposals.posted import Values, values_of
from curation.proposals.replay import OpenedForm


@dataclass(frozen=True)
class ShownField:
    """A field before and after."""

    label: str
    before: str
    after: str
    #: What the record says now, where that is neither.
    now: str = ""


@dataclass(frozen=True)
class ShownItem:
    """A change of a proposal, which is published or not as one."""

    key: str
    done: str
    #: The kind of row; "" for a field of the record.
    kind: str
    name: str
    fields: tuple[ShownField, ...]
    #: `conflict`: somebody else has written here since. `same`: it is so already. `gone`: there is no such row any more.
    compared: str = ""
    #: The shapes before and after, for the map.
    shapes: dict[str, Any] | None = None

    @property
    def is_chosen(self) -> bool:
        """Return whether it is published unless the reviewer says otherwise."""
        return not self.compared

    @property
    def can_be_published(self) -> bool:
        """Return whether there is something to publish."""
        return self.compared not in ("same", "gone")


def shown_items(content: Content, opened: OpenedForm | None) -> list[ShownItem]:
    """Show each change beside the record as it is now; without a form, as the plain values."""
    return [_field(item, opened) if isinstance(item, FieldItem) else _row(item, opened) for item in content]


def summary(content: Content, opened: OpenedForm | None = None) -> str:
    """Name the changes in one line."""
    found = [
        f"{item.kind} {gettext(item.done)}" if item.kind else item.fields[0].label.lower()
        for item in shown_items(content, opened)
    ]
    counted = {name: found.count(name) for name in dict.fromkeys(found)}
    return ", ".join(f"{number} × {name}" if number > 1 else name for name, number in counted.items())


def _field(item: FieldItem, opened: OpenedForm | None) -> ShownItem:
    form = opened.form if opened else None
    if form is None or item.name not in form.fields:
        field = ShownField(item.name.replace("_", " "), "\n".join(item.was), "\n".join(item.now))
        return ShownItem(item.key, "changed", "", item.name, (field,), "gone" if form else "")
    now = values_of(form)[item.name]
    compared = _compared(item.was, item.now, now)
    return ShownItem(
        item.key,
        "changed",
        "",
        item.name,
        (_shown(form, item.name, item.was, item.now, now if compared == "conflict" else None),),
        compared,
        _shapes(form, item),
    )


def _row(item: RowItem, opened: OpenedForm | None) -> ShownItem:
    formset = opened.formset(item.prefix) if opened else None
    if opened is None or formset is None:
        names = {**item.was, **item.now}
        plain = tuple(
            ShownField(name.replace("_", " "), " ".join(item.was.get(name, [])), " ".join(item.now.get(name, [])))
            for name in names
        )
        return ShownItem(item.key, item.done, item.prefix, item.label, plain, "gone" if opened else "")
    kind = str(formset.model._meta.verbose_name)
    if item.done == "added":
        form = formset.empty_form
        shown = tuple(_shown(form, name, [], values) for name, values in item.now.items() if any(values))
        return ShownItem(item.key, item.done, kind, "", shown, "" if opened.has(item) else "gone")
    place = place_of(opened.data, item)
    if place is None:
        form = formset.empty_form
        fields = tuple(_shown(form, name, item.was.get(name, []), item.now.get(name, [])) for name in {**item.was, **item.now})
        return ShownItem(item.key, item.done, kind, item.label, fields, "same" if item.done == "removed" else "gone")
    form = next(one for one in formset.forms if one.prefix == place)
    current = values_of(form)
    compared = {_compared(was, item.now.get(name, was), current.get(name, was)) for name, was in item.was.items()}
    if item.done == "removed":
        compared = {"conflict" if any(current.get(name, was) != was for name, was in item.was.items()) else ""}
    result = "conflict" if "conflict" in compared else "same" if compared == {"same"} else ""
    if not opened.has(item):
        result = "gone"
    fields = tuple(
        _shown(form, name, was, item.now.get(name, []), current.get(name) if result == "conflict" else None)
        for name, was in item.was.items()
        if item.done == "changed" or any(was)
    )
    return ShownItem(item.key, item.done, kind, item.label, fields, result)


def _compared(was: Values, proposed: Values, now: Values) -> str:
    if now == proposed:
        return "same"
    return "" if now == was else "conflict"


def _shown(form: Any, name: str, was: Values, proposed: Values, now: Values | None = None) -> ShownField:
    if name not in form.fields:
        return ShownField(name.replace("_", " "), " ".join(was), " ".join(proposed))
    field = form.fields[name]
    differs = now is not None and now not in (was, proposed)
    return ShownField(
        str(field.label or name),
        in_words(field, was),
        in_words(field, proposed),
        (in_words(field, now or []) or gettext("nothing")) if differs else "",
    )


def in_words(field: Any, values: Values) -> str:
    """Write the values of a field as people read them."""
    return "\n".join(filter(None, (_one(field, value) for value in values)))


def _one(field: Any, value: str) -> str:
    if not value:
        return ""
    if isinstance(field, RecordChoiceField):
        record = field.record(value)
        return field.label_from_instance(record) if record is not None else gettext("no. %(value)s, gone") % {"value": value}
    if isinstance(field, AnyRecordField):
        return field.find(value) or gettext("%(value)s, gone") % {"value": value}
    if isinstance(field.widget, forms.CheckboxInput):
        return gettext("yes")
    if isinstance(field, forms.ChoiceField):
        return str(dict(_flat(field.choices)).get(value, value))
    return value


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from ((str(one), text) for one, text in label)
        else:
            yield str(key), label


def _shapes(form: Any, item: FieldItem) -> dict[str, Any] | None:
    """Return both shapes for the map."""
    field = form.fields[item.name]
    if not isinstance(field, PlaceField):
        return None
    shapes = {}
    for side, values in (("stays", item.was), ("gone", item.now)):
        try:
            shape = field.to_python(values[0] if values else "")
        except ValidationError:
            shape = None
        shapes[side] = on_map(shape) if shape else None
    return shapes if any(shapes.values()) else None


__all__ = ["Item", "ShownItem", "in_words", "shown_items", "summary"]
