"""What people have done to records since they were seeded, as the history tells."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, cast

from django.db.models import Model

from registry.seeding.coverage import says
from registry.seeding.differences import SeedDifference
from registry.seeding.kinds import AnyModel
from registry.seeding.merge import row_adds_up
from registry.seeding.rows import Ref, comparable
from registry.seeding.stored import Stored, tables_below
from registry.seeding.values import fields_of

#: Who writes, in the history, when the seed does.
ACTOR = "seed"


def edited_by_people(owners: set[Ref], held: Stored) -> set[Ref]:
    """Find the records that a person has changed, in themselves or in a row that belongs to them.

    The history keeps with each change the context it was made in; a person's has a `user`.
    """
    edited: set[Ref] = set()
    keys = _keys({ref for ref in owners if ref in held.ids}, held)
    for model, by_key in keys.items():
        edited |= {by_key[key] for key in _touched(model, "pgh_obj_id", list(by_key))}
    for model, belows in tables_below().items():
        for below in belows:
            by_key = keys.get(below.owner, {})
            edited |= {by_key[key] for key in _touched(model, f"{below.column}_id", list(by_key))}
    return edited


def written_by_seed_alone(rows: list[tuple[Ref, Ref, int]]) -> list[tuple[Ref, Ref, int]]:
    """Keep the rows that nobody but the seed has ever written."""
    by_model: dict[AnyModel, list[int]] = defaultdict(list)
    for ref, _, pk in rows:
        by_model[ref.model].append(pk)
    others = {
        (model, key)
        for model, keys in by_model.items()
        for key in _history(model)
        .objects.filter(pgh_obj_id__in=keys)
        .exclude(pgh_context__actor=ACTOR)
        .values_list("pgh_obj_id", flat=True)
    }
    return [row for row in rows if (row[0].model, row[2]) not in others]


def without_what_others_filled(changes: list[SeedDifference]) -> list[SeedDifference]:
    """Leave values that no card states, and that somebody else has written since the seed wrote the row, as they are.

    An import fills what is empty, and adds to what a citation covers; a key that a card has lost is the seed's to empty.
    """
    unstated = [c for c in changes if not all(_states(c, name) and not row_adds_up(c.row, name) for name in c.values)]
    last, by_seed = _last_written(unstated), _last_written(unstated, pgh_context__actor=ACTOR)
    kept = []
    for change in changes:
        key = (change.row.ref.model, change.pk)
        now, then = last.get(key, {}), by_seed.get(key, {})
        values = {}
        for name, value in change.values.items():
            is_now, was = now.get(name), then.get(name)
            if row_adds_up(change.row, name):
                wanted = [*value, *(entry for entry in is_now or () if entry not in (was or ()))]
                if set(wanted) != set(is_now or ()):
                    values[name] = list(dict.fromkeys(wanted))
            elif _states(change, name) or comparable(is_now) == comparable(was):
                values[name] = value
        if values:
            kept.append(replace(change, values=values))
    return kept


def _states(change: SeedDifference, name: str) -> bool:
    """Return whether a card states a value; “unknown”, the usual value, states none."""
    return name in change.row.values and says(fields_of(change.row.ref.model)[name], change.row.values[name])


def _last_written(changes: list[SeedDifference], **where: Any) -> dict[tuple[AnyModel, int], dict[str, Any]]:
    """Return the rows of some changes as the history has them last, of all that meet a condition."""
    keys: dict[AnyModel, list[int]] = defaultdict(list)
    for change in changes:
        keys[change.row.ref.model].append(change.pk)
    found = {}
    for model, pks in keys.items():
        written = _history(model).objects.filter(pgh_obj_id__in=pks, **where).order_by("pgh_obj_id", "-pgh_id")
        for entry in written.distinct("pgh_obj_id"):
            found[model, entry.pgh_obj_id] = {f.name: getattr(entry, f.attname) for f in entry._meta.concrete_fields}
    return found


def _keys(owners: set[Ref], held: Stored) -> dict[AnyModel, dict[int, Ref]]:
    """List the keys of records and of everything below them, by table, each with its record."""
    keys: dict[AnyModel, dict[int, Ref]] = defaultdict(dict)
    for ref, pk in held.ids.items():
        owner = held.owners.get(ref)
        if owner and owner in owners:
            keys[ref.model][pk] = owner
    return keys


def _touched(model: AnyModel, column: str, keys: list[int]) -> set[int]:
    """Return those of the keys that stand in a change with a user."""
    if not keys:
        return set()
    changes = _history(model).objects.filter(**{f"{column}__in": keys}, pgh_context__user__isnull=False)
    return set(changes.exclude(pgh_context__user=None).values_list(column, flat=True))


def _history(model: type[Model]) -> Any:
    """Return the table that keeps the changes of a model's table."""
    return cast(Any, model)._meta.get_field("history").related_model
