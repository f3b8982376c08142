"""What a proposal holds: the fields and rows that it changes, as they were and as they would be, in the values of forms."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from curation.proposals.posted import Values, count, sent_values, values_of

#: A row's own keys, which are no change.
_KEYS = ("id", "DELETE")


@dataclass(frozen=True)
class FieldItem:
    """A field of the record that changes."""

    name: str
    was: Values
    now: Values

    @property
    def key(self) -> str:
        """Name the change among those of its proposal."""
        return f"field.{self.name}"


@dataclass(frozen=True)
class RowItem:
    """A row of the record that is added, changed or removed; `was` and `now` hold what differs, or the whole row."""

    prefix: str
    #: Key of the row; for a new one, its number in the proposal.
    row: str
    done: str
    label: str
    was: dict[str, Values] = field(default_factory=dict)
    now: dict[str, Values] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name the change among those of its proposal."""
        return f"row.{self.prefix}.{self.done}.{self.row}"


Item = FieldItem | RowItem


@dataclass(frozen=True)
class Content:
    """All changes of a proposal, each of which can be published by itself."""

    items: tuple[Item, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.items)

    def __iter__(self) -> Iterator[Item]:
        """Go through the changes."""
        return iter(self.items)

    def only(self, keys: Collection[str]) -> "Content":
        """Keep some of the changes."""
        return Content(tuple(item for item in self.items if item.key in keys))

    def without(self, keys: Collection[str]) -> "Content":
        """Leave out some of the changes."""
        return Content(tuple(item for item in self.items if item.key not in keys))

    def as_json(self) -> list[dict[str, Any]]:
        """Return what the database keeps."""
        return [
            {"field": item.name, "was": item.was, "now": item.now}
            if isinstance(item, FieldItem)
            else {
                "rows": item.prefix,
                "row": item.row,
                "done": item.done,
                "label": item.label,
                "was": item.was,
                "now": item.now,
            }
            for item in self.items
        ]

    @classmethod
    def read(cls, kept: Iterable[dict[str, Any]]) -> "Content":
        """Read what the database keeps."""
        return cls(
            tuple(
                FieldItem(one["field"], one["was"], one["now"])
                if "field" in one
                else RowItem(one["rows"], one["row"], one["done"], one["label"], one["was"], one["now"])
                for one in kept
            )
        )


def content_of(form: Any, formsets: Iterable[Any]) -> Content:
    """Return what a form that was sent changes; its rows are not saved yet."""
    items: list[Item] = [FieldItem(name, was, now) for name, was, now in _changes(form)]
    for formset in formsets:
        removed = formset.deleted_forms if formset.can_delete else []
        new = [row for row in formset.extra_forms if row.has_changed() and row not in removed]
        for row in formset.initial_forms:
            if row in removed:
                was = {name: one for name, one in values_of(row).items() if name not in _own_keys(formset)}
                items.append(RowItem(formset.prefix, str(row.instance.pk), "removed", _label(row), was, {}))
            elif found := list(_changes(row)):
                was, now = {name: old for name, old, _ in found}, {name: value for name, _, value in found}
                items.append(RowItem(formset.prefix, str(row.instance.pk), "changed", _label(row), was, now))
        for number, row in enumerate(new):
            now = {name: sent_values(row, name) for name in row.fields if name not in _own_keys(formset)}
            items.append(RowItem(formset.prefix, str(number), "added", "", {}, now))
    return Content(tuple(items))


def _label(row: Any) -> str:
    """Name a row as it is kept: the form has written into it."""
    kept = type(row.instance)._base_manager.filter(pk=row.instance.pk).first()
    return str(kept or row.instance)[:200]


def _own_keys(formset: Any) -> set[str]:
    return {*_KEYS, formset.fk.name}


def _changes(form: Any) -> Iterator[tuple[str, Values, Values]]:
    before = values_of(form)
    for name in form.changed_data:
        if name not in _KEYS:
            yield name, before[name], sent_values(form, name)


def overlaid(data: QueryDict, content: Content) -> QueryDict:
    """Return what a browser would send for a page in which somebody has made these changes."""
    made = data.copy()
    for item in content:
        if isinstance(item, FieldItem):
            made.setlist(item.name, list(item.now))
            continue
        if item.done == "added":
            total = int(made.get(f"{item.prefix}-TOTAL_FORMS") or 0)
            count(made, item.prefix, total + 1, int(made.get(f"{item.prefix}-INITIAL_FORMS") or 0))
            place = f"{item.prefix}-{total}"
        elif (found := place_of(data, item)) is not None:
            place = found
        else:
            continue
        if item.done == "removed":
            made[f"{place}-DELETE"] = "on"
        for name, values in item.now.items():
            made.setlist(f"{place}-{name}", list(values))
    return made


def place_of(data: QueryDict, item: RowItem) -> str | None:
    """Return the prefix of the fields of a row that is there; None if it is gone."""
    for number in range(int(data.get(f"{item.prefix}-INITIAL_FORMS") or 0)):
        if data.get(f"{item.prefix}-{number}-id") == item.row:
            return f"{item.prefix}-{number}"
    return None
