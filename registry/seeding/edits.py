"""What people have done to records since they were seeded, as the history tells."""

from collections import defaultdict
from typing import Any, cast

from django.db.models import Model

from registry.seeding.kinds import AnyModel
from registry.seeding.rows import Ref
from registry.seeding.stored import Stored, tables_below

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
