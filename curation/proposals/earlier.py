"""Returns to what a record was: a field, a row, what one change did, or a whole version, as the content of a proposal."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest

from curation.guard import Snapshot, as_shown
from curation.history.changes import Change
from curation.proposals.content import Content, FieldItem, Item, RowItem
from curation.proposals.posted import Values, values_of
from curation.proposals.replay import OpenedForm, opened


def before(transaction: int) -> Snapshot:
    """Return what was before a transaction, and all after it."""
    return Snapshot("", transaction, transaction, frozenset())


def after(transaction: int) -> Snapshot:
    """Return what a transaction left."""
    return before(transaction + 1)


def return_to(page: Any, request: HttpRequest, record: Any, then: Snapshot) -> Content:
    """Return what has to change for a record to be what it was, with its rows."""
    now = opened(page, request, record)
    return Content(tuple(_items(now, record, then)))


def undo_of(page: Any, request: HttpRequest, record: Any, change: Change) -> Content:
    """Return what has to change for one change to be undone: other changes stay."""
    items: list[Item] = []
    touched = {(row.model, row.pk): row for row in change.rows}
    own = touched.get((type(record), record.pk))
    names = {field.name for field in own.fields} if own else set()
    now = opened(page, request, record)
    models_of = {formset.prefix: formset.model for formset in now.formsets}
    for item in _items(now, record, before(change.transaction)):
        if isinstance(item, FieldItem):
            items += [_of_change(item, record, change.transaction)] if item.name in names else []
            continue
        row = touched.get((models_of[item.prefix], int(item.row)))
        if row is None:
            continue
        if item.done == "changed":
            fields = {field.name for field in row.fields}
            kept = {name for name in item.was if name in fields or name not in _columns(row.model)}
            if not kept:
                continue
            lists = _lists(row.model, int(item.row), change.transaction)
            undone = {name: _undone(item.was[name], lists[name]) if name in lists else item.now[name] for name in kept}
            item = RowItem(item.prefix, item.row, item.done, item.label, _those(item.was, kept), undone)
        items.append(item)
    return Content(tuple(items))


def _of_change(item: FieldItem, record: Any, transaction: int) -> FieldItem:
    lists = _lists(type(record), record.pk, transaction)
    return FieldItem(item.name, item.was, _undone(item.was, lists[item.name])) if item.name in lists else item


def _lists(model: type[models.Model], key: int, transaction: int) -> dict[str, tuple[list[str], list[str]]]:
    """Return the lists of a row before and after a change: of these, only what the change added or removed is undone."""
    old, new = (as_shown(model(pk=key), then) for then in (before(transaction), after(transaction)))
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, ArrayField)]
    if old is None or new is None:
        return {}
    return {name: tuple(list(map(str, getattr(row, name, None) or [])) for row in (old, new)) for name in fields}  # type: ignore[misc]


def _undone(present: Values, lists: tuple[list[str], list[str]]) -> Values:
    """Take out of a list, one item per line, what a change added, and put back what it removed."""
    old, new = lists
    lines = [line for line in "\n".join(present).split("\n") if line]
    kept = [line for line in lines if line in old or line not in new]
    return ["\n".join([*kept, *(line for line in old if line not in new and line not in kept)])]


def _those(values: dict[str, Values], names: set[str]) -> dict[str, Values]:
    return {name: one for name, one in values.items() if name in names}


def _columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _items(now: OpenedForm, record: Any, then: Snapshot) -> Iterator[Item]:
    """Compare the record with what it was, field by field and row by row."""
    old = as_shown(record, then)
    if old is not None:
        earlier = values_of(type(now.form)(instance=old))
        for name, value in values_of(now.form).items():
            if value != earlier.get(name, value):
                yield FieldItem(name, value, earlier[name])
    for formset in now.formsets:
        yield from _rows(formset, record, then)


def _rows(formset: Any, record: Any, then: Snapshot) -> Iterator[Item]:
    held = {row.instance.pk: row for row in formset.initial_forms}
    keys = {*held, *_keys_then(formset, record)}
    for key in sorted(keys):
        old = as_shown(formset.model(pk=key), then)
        was_here = old is not None and getattr(old, formset.fk.attname) == record.pk and _existed(formset.model, key, then)
        form = held.get(key)
        if form is not None and not was_here:
            values = {name: one for name, one in values_of(form).items() if name in formset.form.base_fields}
            yield RowItem(formset.prefix, str(key), "removed", str(form.instance)[:200], values, {})
        elif was_here and _is_listed(formset, old):
            earlier = values_of(formset.form(instance=old))
            if form is None:
                yield RowItem(formset.prefix, str(key), "added", "", {}, earlier)
                continue
            present = values_of(form)
            different = {name for name, one in earlier.items() if present.get(name, one) != one}
            if different:
                label = str(form.instance)[:200]
                yield RowItem(
                    formset.prefix, str(key), "changed", label, _those(present, different), _those(earlier, different)
                )


def _keys_then(formset: Any, record: Any) -> set[int]:
    """Return the keys of all rows that ever belonged to the record."""
    history = formset.model.history.rel.related_model._base_manager
    return set(history.filter(**{formset.fk.attname: record.pk}).values_list("pgh_obj_id", flat=True))


def _existed(model: Any, key: int, then: Snapshot) -> bool:
    """Return whether the last thing that had happened to a row was not its removal."""
    history = model.history.rel.related_model._base_manager.filter(pgh_obj_id=key).order_by("-pgh_id")
    last = next((label for label, at in history.values_list("pgh_label", "pgh_transaction") if then.shows(at)), "delete")
    return bool(last != "delete")


def _is_listed(formset: Any, row: Any) -> bool:
    """Leave out what the page does not list: the name that the database keeps beside the record's own."""
    return getattr(row, "kind", None) != "preferred" or formset.model.__name__ != "Name"
