"""The steps of the tables whose rows belong to records: a citation, a name, an event that changes is a change of its record.

What lists show is seen in the record's own document; here is what only the record itself shows. A row counts under the
name of its list if it is public before or after, by the same conditions by which the list leaves others out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from rest_framework.serializers import BaseSerializer, ListSerializer

from api.changes.record_steps import TRANSACTION, noted, visible
from api.documents.compose import Children, children_of, root
from api.resources.children import LinkOfOne
from api.resources.fields import Label, Rendered
from api.resources.resource import Resource, all_resources
from registry.derived.dispatch import STATEMENT_OPTIONS
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step, if_given
from registry.triggers import TouchParent, changed, curated_columns, pairs, triggers_of


@dataclass(frozen=True)
class Shown:
    """Rows of a table that a record shows under a name; `holders` are the rows between, from the record inwards."""

    resource: Resource
    name: str
    children: Children
    holders: tuple[Children, ...]
    columns: frozenset[str]
    where: str


def note_functions() -> list[DerivedFunction]:
    """Return the function of each kind of record that notes records whose rows have changed."""
    return [_note_function(resource) for resource in all_resources()]


def _note_function(resource: Resource) -> DerivedFunction:
    """Record the public ones among some records, unless a row of this transaction says as much already."""
    kind = resource.kind
    note = noted(
        kind,
        f"SELECT tx, '{kind}', p.id, 'update', statement_timestamp(), p.version, NULL::bigint, p.slug, p.uid, ARRAY[shown]"
        f" FROM {resource.table} p WHERE p.id = ANY (records) AND {visible(resource, 'p')}"
        f" AND NOT EXISTS (SELECT FROM registry_change c WHERE c.transaction = tx AND c.kind = '{kind}' AND c.record = p.id"
        " AND (c.operation <> 'update' OR shown = ANY (c.fields)))",
    )
    return DerivedFunction(
        name=f"registry_note_{kind}",
        purpose=f"Note in the feed that rows which {resource.name} show under a name have changed.",
        body=f"DECLARE {TRANSACTION}\nBEGIN\n{note}\nEND",
        arguments="records bigint[], shown text",
        returns="void",
        options=STATEMENT_OPTIONS,
        layer=Layer.CHANGES,
    )


def child_steps() -> list[Step]:
    """Return the steps of every table whose rows records show."""
    by_model: dict[type[models.Model], list[Shown]] = defaultdict(list)
    for resource in all_resources():
        for shown in _shown_by(resource):
            by_model[shown.children.scope.model].append(shown)
    return [_step(model, operation, shown) for model, shown in by_model.items() for operation in WRITES]


def _shown_by(resource: Resource) -> Iterator[Shown]:
    for part in (resource.detail, resource.live):
        if part is None:
            continue
        for name, declared in part().fields.items():  # type: ignore[attr-defined]
            if isinstance(declared, ListSerializer):
                children = children_of(declared, root(resource))
                where = _counted(children, resource)
                if where is not None:
                    yield from _nested(resource, name, declared, children, (), where)


def _nested(
    resource: Resource,
    name: str,
    declared: ListSerializer[Any],
    children: Children,
    holders: tuple[Children, ...],
    where: str,
) -> Iterator[Shown]:
    """Return the rows, and the rows within them."""
    columns = _columns(declared.child, children)  # type: ignore[arg-type]
    yield Shown(resource, name, children, holders, columns, where)
    for inner in declared.child.fields.values():  # type: ignore[union-attr]
        if isinstance(inner, ListSerializer):
            yield from _nested(resource, name, inner, children_of(inner, children.scope), (*holders, children), "")


def _counted(children: Children, resource: Resource) -> str | None:
    """Return the condition under which a row is a part of its record; None where it is a part of another one.

    A row is a part of the record whose version moves with it. A licence that names a deposit is a change of the licence.
    """
    for trigger in triggers_of(children.scope.model):
        if isinstance(trigger, TouchParent) and trigger.parents.get(children.key.removesuffix("_id")) == resource.table:
            return trigger.where
    return None


def _columns(serializer: BaseSerializer[Any], children: Children) -> frozenset[str]:
    """Return the columns on which the JSON of a row rests."""
    scope = children.scope
    fields = serializer.fields.values()  # type: ignore[attr-defined]
    if any(isinstance(f, Rendered) and not isinstance(f, Label | LinkOfOne) for f in fields):
        return frozenset(curated_columns(scope.model))
    keys = {str(scope.model._meta.get_field(name).column) for name in scope.joins}  # type: ignore[union-attr]
    status = {str(f.column) for f in scope.model._meta.concrete_fields if f.name == "record_status"}
    return frozenset(scope.columns | keys | status | {children.key})


def _step(model: type[models.Model], operation: Operation, shown: list[Shown]) -> Step:
    by_key: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for one in shown:
        by_key[one.children.key, one.where].append(one)
    body = []
    for (key, where), those in by_key.items():
        notes = "\n".join(_note(one, operation) for one in those)
        if where:
            counted = (
                f"EXISTS (SELECT FROM {rows} WHERE {key} IS NOT NULL AND {where})" for rows in operation.transition.values()
            )
            notes = f"IF {' OR '.join(counted)} THEN\n{notes}\nEND IF;"
        body.append(if_given(key, notes))
    return Step(
        layer=Layer.CHANGES,
        name="note_rows",
        purpose=f"note in the feed that the record has changed which shows the row: {_names(shown)}",
        table=model._meta.db_table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset().union(*(one.columns for one in shown)),
        asks=frozenset(key for key, _ in by_key),
        body="\n".join(body),
    )


def _names(shown: list[Shown]) -> str:
    return ", ".join(sorted({one.resource.name for one in shown}))


def _note(one: Shown, operation: Operation) -> str:
    """Record the records whose public rows a statement added, changed or removed."""
    if operation is Operation.UPDATE:
        different = pairs(changed(sorted(one.columns)))
        held = " UNION ".join(_held(one, f"(SELECT {side}.* FROM {different})") for side in ("n", "o"))
    else:
        held = _held(one, *operation.transition.values())
    for holder in reversed(one.holders):
        alias = holder.scope.alias
        held = (
            f"SELECT {alias}.{holder.key} FROM {holder.scope.table} {alias}{holder.scope.from_clause()}"
            f" WHERE {' AND '.join((f'{alias}.id IN ({held})', *holder.conditions))}"
        )
    return f"PERFORM registry_note_{one.resource.kind}(ARRAY({held}), '{one.name}');"


def _held(one: Shown, rows: str) -> str:
    """Select the holders of the public rows among some."""
    child = one.children.scope
    source = f"(SELECT * FROM {rows} w WHERE {one.where})" if one.where else rows
    conditions = [f"{child.alias}.{one.children.key} IS NOT NULL", *one.children.conditions]
    return (
        f"SELECT {child.alias}.{one.children.key} FROM {source} {child.alias}{child.from_clause()}"
        f" WHERE {' AND '.join(conditions)}"
    )
