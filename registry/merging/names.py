"""What happens to names: none is lost, and none is said twice."""

from collections import defaultdict
from typing import Any

from registry.kinds import kind_of_model
from registry.models import Name
from registry.models.base import Record
from registry.pairs import Pairs
from registry.vocabularies import NameKind


def name_column_of(model: type[Record]) -> str | None:
    """Name the column by which names point at a kind of record; None for what has no names."""
    kind = kind_of_model(model)
    return kind.name if kind and kind.named else None


def names_follow(model: type[Record], pairs: Pairs) -> None:
    """Make the preferred name of a merged record an alternate one, unless the survivor bears it already."""
    column = name_column_of(model)
    if column is None:
        return
    names: dict[int, list[Name]] = defaultdict(list)
    for name in Name.objects.filter(**{f"{column}__in": [*pairs, *pairs.values()]}):
        names[getattr(name, f"{column}_id")].append(name)
    dropped, kept = [], []
    for gone, stays in pairs.items():
        held, own = {name.text for name in names[stays]}, names[gone]
        for name in [name for name in own if name.kind == NameKind.PREFERRED]:
            if name.text in held or any(other.text == name.text for other in own if other is not name):
                own.remove(name)
                dropped.append(name.pk)
            else:
                kept.append(name.pk)
    if dropped:
        Name.objects.filter(pk__in=dropped).delete()
    if kept:
        Name.objects.filter(pk__in=kept).update(kind=NameKind.ALTERNATE)


def keep_name(into: Record, new: Any) -> None:
    """Where the survivor takes the other's name, keep its own as an alternate one, and the other's only as preferred."""
    column = name_column_of(type(into))
    if column is None or new is None:
        return
    names = Name.objects.filter(**{column: into.pk})
    old = getattr(into, into.label_field)
    if old and old != new and not names.filter(text=old).exclude(kind=NameKind.PREFERRED).exists():
        Name.objects.create(**{column: into}, text=old, kind=NameKind.ALTERNATE)
    names.filter(text=new, language="", kind=NameKind.ALTERNATE).delete()
