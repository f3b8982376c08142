"""What happens to names: none is lost, and none is said twice."""

from typing import Any

from registry.kinds import kind_of_model
from registry.models import Name
from registry.models.base import Record
from registry.vocabularies import NameKind


def name_column_of(model: type[Record]) -> str | None:
    """Name the column by which names point at a kind of record; None for what has no names."""
    kind = kind_of_model(model)
    return kind.name if kind and kind.named else None


def names_follow(record: Record, into: Record) -> None:
    """Make the preferred name of the merged record an alternate one, unless the survivor bears it already."""
    column = name_column_of(type(record))
    if column is None:
        return
    held = set(Name.objects.filter(**{column: into.pk}).values_list("text", flat=True))
    for name in Name.objects.filter(**{column: record.pk}, kind=NameKind.PREFERRED):
        other = Name.objects.filter(**{column: record.pk}, text=name.text).exclude(pk=name.pk)
        if name.text in held or other.exists():
            name.delete()
        else:
            name.kind = NameKind.ALTERNATE
            name.save(update_fields=["kind"])


def keep_name(into: Record, values: dict[str, Any]) -> None:
    """Where the survivor takes the other's name, keep its own as an alternate one, and the other's only as preferred."""
    column = name_column_of(type(into))
    new = values.get(into.label_field)
    if column is None or new is None:
        return
    names = Name.objects.filter(**{column: into.pk})
    old = getattr(into, into.label_field)
    if old and old != new and not names.filter(text=old).exclude(kind=NameKind.PREFERRED).exists():
        Name.objects.create(**{column: into}, text=old, kind=NameKind.ALTERNATE)
    names.filter(text=new, language="", kind=NameKind.ALTERNATE).delete()
