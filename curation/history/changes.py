"""Turns the events of a record into changes: what one person did at one time, field by field."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext

from curation.history.events import Event, events_of
from curation.labels import field_label, label
from curation.light import labelled

_DONE = {"insert": "added", "update": "changed", "delete": "removed"}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; None where there was, or is, nothing."""

    field: str
    before: str | None
    after: str | None
    #: Name of the field in forms.
    name: str = ""


@dataclass(frozen=True)
class RowChange:
    """What happened to the record itself, or to one of its rows."""

    done: str
    #: The kind of row, e.g. "citation"; "" for the record itself.
    kind: str
    name: str
    fields: tuple[FieldChange, ...]
    model: Any = None
    pk: int = 0


@dataclass(frozen=True)
class Change:
    """What one transaction did to a record."""

    at: datetime
    who: str
    why: str
    transaction: int
    rows: tuple[RowChange, ...]


def changes_of(record: models.Model) -> list[Change]:
    """Return every change of a record and of its rows, newest first."""
    events = list(events_of(record))
    names = _names(events)
    people = _people(events)
    before: dict[tuple[type[models.Model], int], Event] = {}
    by_transaction: dict[int, list[tuple[Event, RowChange]]] = defaultdict(list)
    for event in events:
        earlier = before.get((event.model, event.pk))
        change = _row_change(record, event, earlier, names)
        before[event.model, event.pk] = event
        if change.fields or event.kind != "update":
            by_transaction[event.transaction].append((event, change))
    changes = []
    for transaction, parts in by_transaction.items():
        first = parts[0][0]
        context: dict[str, Any] = {}
        for event, _ in parts:
            context |= event.context
        who = _who(context, people)
        rows = tuple(change for _, change in sorted(parts, key=lambda part: part[0].model is not type(record)))
        changes.append(Change(first.at, who, str(context.get("reason") or ""), transaction, rows))
    return sorted(changes, key=lambda change: (change.at, change.transaction), reverse=True)


def _row_change(record: models.Model, event: Event, earlier: Event | None, names: "Names") -> RowChange:
    """Compare an event with the one before it; what is added or removed is shown with the fields that hold something."""
    own = event.model is type(record)
    fields = []
    for column, value in event.values.items():
        field: Any = event.model._meta.get_field(column.removesuffix("_id") if _is_key(event.model, column) else column)
        if not own and field.is_relation and value == record.pk and isinstance(record, field.related_model):
            continue
        old = earlier.values.get(column) if earlier and event.kind != "insert" else None
        new = value
        if event.kind == "delete":
            old, new = value, None
        if event.kind == "update" and earlier is None:
            old = None
        before, after = names.show(field, old), names.show(field, new)
        if before != after:
            fields.append(FieldChange(field_label(field), before, after, field.name))
    kind = "" if own else str(event.model._meta.verbose_name)
    # A row whose first event here is a change came from another record: from one that was merged, as a rule.
    done = "moved" if event.kind == "update" and earlier is None and not own else _DONE.get(event.kind, event.kind)
    called = "" if own else names.call(event, record)
    return RowChange(done, kind, called, tuple(fields), event.model, event.pk)


def _is_key(model: type[models.Model], column: str) -> bool:
    return any(field.attname == column and field.is_relation for field in model._meta.concrete_fields)


class Names:
    """The labels of the records that events point at, loaded once per kind."""

    def __init__(self, labels: dict[tuple[Any, Any], str]) -> None:
        """Keep (model, key) → label."""
        self._labels = labels

    def show(self, field: Any, value: Any) -> str | None:
        """Write a value as people read it; None for nothing."""
        if value is None or value == "" or value == []:
            return None
        if field.is_relation:
            return self._labels.get(
                (field.related_model, value),
                gettext("%(verbose_name)s no. %(value)s, gone")
                % {"verbose_name": field.related_model._meta.verbose_name, "value": value},
            )
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            return "; ".join(map(str, value))
        return str(value)

    def call(self, event: Event, record: models.Model) -> str:
        """Name a row by what it holds: its texts and the records it points at, but the one it belongs to."""
        parts = []
        for column in event.values:
            key = _is_key(event.model, column)
            field: Any = event.model._meta.get_field(column.removesuffix("_id") if key else column)
            if key and isinstance(record, field.related_model) and event.values[column] == record.pk:
                continue
            if key or field.name in ("text", "scheme", "value", "locator", "date", "kind"):
                shown = self.show(field, event.values[column])
                parts += [shown] if shown else []
        return ", ".join(parts[:2])


def _names(events: Iterable[Event]) -> Names:
    wanted: dict[Any, set[int]] = defaultdict(set)
    for event in events:
        for field in event.model._meta.concrete_fields:
            if field.is_relation and (value := event.values.get(field.attname)) is not None:
                wanted[field.related_model].add(value)
    found = {}
    for model, keys in wanted.items():
        for record in labelled(model).filter(pk__in=keys):
            found[model, record.pk] = label(record)
    return Names(found)


def _who(context: dict[str, Any], people: dict[Any, str]) -> str:
    """Name the author of a change, a person of whom at least the number is known, or a program; and who published it."""
    user, author = context.get("user"), context.get("author")
    if user is None:
        return str(context.get("actor") or gettext("the system"))
    by = people.get(user) or gettext("account no. %(user)s, gone") % {"user": user}
    if author is None or author == user:
        return by
    author_name = people.get(author) or gettext("account no. %(user)s, gone") % {"user": author}
    return gettext("%(author)s, published by %(by)s") % {"author": author_name, "by": by}


def _people(events: Iterable[Event]) -> dict[Any, str]:
    keys = {key for event in events for who in ("user", "author") if (key := event.context.get(who)) is not None}
    people = get_user_model()._default_manager.filter(pk__in=keys)
    return {person.pk: person.get_username() for person in people}
