"""What a merge would do, shown before it is done."""

from dataclasses import dataclass
from typing import Any

from registry.merging.differences import Difference, differences
from registry.merging.move import crossing, doubles
from registry.merging.relations import Relation, relations_of
from registry.merging.stated_values import Cited, Statement
from registry.models import Name
from registry.models.base import Record
from registry.vocabularies import NameKind

#: Of each kind of row, so many that both have are shown.
MOST_DOUBLES = 20


@dataclass(frozen=True)
class Twin:
    """A row that both records have, and in what the two rows differ: column → (what stays, what goes)."""

    gone: Any
    stays: Any
    differs: tuple[tuple[Any, Any, Any], ...]


@dataclass(frozen=True)
class Move:
    """What becomes of one kind of row: how many move, which stand at both, how many link the two and go."""

    relation: Relation
    moved: int
    twins: tuple[Twin, ...]
    doubled: int
    crossing: int


@dataclass(frozen=True)
class Plan:
    """What a merge would do: what is to be chosen, what keeps the values that do not stay, and what moves."""

    differences: tuple[Difference, ...]
    statements: dict[str, tuple[list[Statement], list[Statement]]]
    moves: tuple[Move, ...]


def plan_of(record: Record, into: Record) -> Plan:
    """Check both without changing anything; what the database would refuse is known only when it is done."""
    found = differences(record, into)
    pairs, cited = {record.pk: into.pk}, Cited(type(record), (record.pk, into.pk))
    kept = {d.name: (cited.statements(record, d, d.other), cited.statements(into, d, d.kept)) for d in found}
    moves = []
    for relation in relations_of(type(record)):
        rows = relation.rows(pairs)
        both = list(doubles(relation, pairs))
        if relation.model is Name:
            # What becomes of the preferred name is reported by `names_follow`.
            preferred = set(rows.filter(kind=NameKind.PREFERRED).values_list("pk", flat=True))
            rows, both = rows.exclude(pk__in=preferred), [double for double in both if double.gone not in preferred]
        number = rows.count()
        if not number:
            continue
        linking = crossing(relation, pairs).count()
        twins = tuple(_twin(relation, double.gone, double.stays) for double in both[:MOST_DOUBLES])
        moves.append(Move(relation, max(number - len(both) - linking, 0), twins, len(both), linking))
    return Plan(tuple(found), kept, tuple(moves))


def _twin(relation: Relation, gone: int, stays: int) -> Twin:
    one, other = (relation.model._base_manager.get(pk=pk) for pk in (gone, stays))
    fields = [f for f in relation.model._meta.concrete_fields if not f.primary_key and f.name != relation.field.name]
    unlike = [(f, getattr(other, f.attname), getattr(one, f.attname)) for f in fields]
    return Twin(one, other, tuple(pair for pair in unlike if pair[1] != pair[2]))
