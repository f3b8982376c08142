"""What the registry holds already of the records that the cards describe."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Q

from registry import models as m
from registry.kinds import PARTS
from registry.seeding.errors import SeedError
from registry.seeding.kinds import KINDS, AnyModel, Child, owner_column
from registry.seeding.merge import Rows, references, wanted_ids
from registry.seeding.rows import ById, Ref, record_ref, row_ref
from registry.seeding.values import fields_of
from registry.vocabularies import NameKind

#: Stands where a slug would, in the name of a row that no card describes; its key follows.
KEYED = "#"


@dataclass
class Stored:
    """Rows of the registry: their keys, what they hold, and whose they are."""

    ids: dict[Ref, int] = field(default_factory=dict)
    values: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    owners: dict[Ref, Ref] = field(default_factory=dict)
    names: dict[tuple[AnyModel, int], Ref] = field(default_factory=dict)

    def keep(self, ref: Ref, owner: Ref, pk: int, values: dict[str, Any]) -> None:
        """Record one row."""
        self.ids[ref], self.values[ref], self.owners[ref] = pk, values, owner
        self.names[ref.model, pk] = ref


@dataclass(frozen=True)
class Below:
    """A table whose rows belong to records (or to rows of records): by which column, to what, and how it is written."""

    column: str
    owner: AnyModel
    child: Child


def stored(rows: Rows) -> Stored:
    """Fetch the records that the rows are of, and everything that belongs to them.

    Raises SeedError for a reference to a record that is neither in the cards nor in the registry.
    """
    found = Stored()
    slugs: dict[AnyModel, list[str]] = defaultdict(list)
    for row in rows.values():
        if row.is_owner:
            slugs[row.ref.model].append(row.ref.key[0])
    for model, wanted in slugs.items():
        for pk, values in _fetch(model, Q(slug__in=wanted)):
            ref = record_ref(model, values["slug"])
            found.keep(ref, ref, pk, values)
    _find_others(rows, found)
    for ref, values in found.values.items():
        _name_references(ref.model, values, found)
    for model, belows in tables_below().items():
        _fetch_below(model, belows, found)
    return found


def known_ids(rows: Rows) -> dict[ById, Ref]:
    """Find the rows of the registry that cards name by an external id."""
    known: dict[ById, Ref] = {}
    for by_id, _ in wanted_ids(rows):
        column = next(kind.name for kind in PARTS if kind.model is by_id.model)
        held = m.ExternalId.objects.filter(value=by_id.value, **{f"{column}__isnull": False}).first()
        if held:
            known[by_id] = Ref(by_id.model, (KEYED, getattr(held, f"{column}_id")))
    return known


@cache
def tables_below() -> dict[AnyModel, list[Below]]:
    """List the tables whose rows belong to records, those first that others of them point at."""
    tables: dict[AnyModel, list[Below]] = defaultdict(list)
    todo = [(kind.model, child) for kind in KINDS.values() for child in kind.children.values()]
    while todo:
        owner, child = todo.pop()
        below = Below(owner_column(child, owner), owner, child)
        if all(known.column != below.column for known in tables[child.model]):
            tables[child.model].append(below)
            todo += [(child.model, inner) for inner in child.children.values()]

    def depth(model: AnyModel) -> int:
        targets = set(foreign_keys(model).values()) & set(tables)
        return 1 + max((depth(target) for target in targets if target is not model), default=0)

    return dict(sorted(tables.items(), key=lambda entry: depth(entry[0])))


@cache
def foreign_keys(model: AnyModel) -> dict[str, AnyModel]:
    """List the columns of a model that point at rows, with the models they point at."""
    return {name: f.related_model for name, f in fields_of(model).items() if isinstance(f, ForeignKey)}


def _fetch(model: AnyModel, where: Q) -> list[tuple[int, dict[str, Any]]]:
    fields = fields_of(model)
    columns = [f.attname for f in fields.values()]
    found = model._base_manager.filter(where).values_list("pk", *columns)
    return [(pk, dict(zip(fields, values, strict=True))) for pk, *values in found]


def _fetch_below(model: AnyModel, belows: list[Below], found: Stored) -> None:
    """Fetch the rows of one table that belong to what was found."""
    where = Q()
    for below in belows:
        if keys := [pk for ref, pk in found.ids.items() if ref.model is below.owner and ref in found.owners]:
            where |= Q(**{f"{below.column}__in": keys})
    if not where:
        return
    if model is m.Name:
        where &= ~Q(kind=NameKind.PREFERRED)
    for pk, values in _fetch(model, where):
        below = next(b for b in belows if (b.owner, values[b.column]) in found.names)
        parent = found.names[below.owner, values[below.column]]
        _name_references(model, values, found)
        ref = row_ref(model, below.column, parent, below.child.identity, values)
        found.keep(ref, found.owners.get(parent, parent), pk, values)


def _name_references(model: AnyModel, values: dict[str, Any], found: Stored) -> None:
    """Put names in the place of keys; what no card speaks of is named by its key."""
    for name, target in foreign_keys(model).items():
        if (key := values[name]) is not None:
            values[name] = found.names.get((target, key), Ref(target, (KEYED, key)))


def _find_others(rows: Rows, found: Stored) -> None:
    """Find the records that rows refer to and no card describes."""
    elsewhere = [
        (row.place.at(column), ref)
        for row in rows.values()
        for column, ref in references(row)
        if ref not in rows and ref not in found.ids and ref.key[0] != KEYED
    ]
    wanted: dict[AnyModel, set[str]] = defaultdict(set)
    for _, ref in elsewhere:
        wanted[ref.model].add(ref.key[0])
    for model, slugs in wanted.items():
        for pk, slug in model._base_manager.filter(slug__in=slugs).values_list("pk", "slug"):
            found.ids[record_ref(model, slug)] = pk
            found.names[model, pk] = record_ref(model, slug)
    for place, ref in elsewhere:
        if ref not in found.ids:
            raise SeedError(place, f"there is no {ref.model._meta.verbose_name} “{ref.key[0]}”")
