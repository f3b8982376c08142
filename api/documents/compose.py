"""From a serializer to SQL: one JSON object per row, in the order and words of the declaration.

The same declaration renders by Django REST framework in Python; a test holds both equal for every resource. What is not
published is left out here as there: a link to it is null, a child that points at it is gone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from django.db import models
from rest_framework.serializers import BaseSerializer, Field, ListSerializer

from api.documents.models import children_under, column_of, fields_of, has_status, key_of, label_of, table_of
from api.resources.children import LinkOfOne
from api.resources.fields import Rendered, RenderedByDate, RenderedFromChildren
from api.resources.resource import MAX_CHILDREN, Resource

_NOTHING: Mapping[str, str] = {}

#: From a table of children, its key and the SQL of the holder's id to what stands after FROM: the table, or its rows of a time.
Rows = Callable[[type[models.Model], str, str], str]


#: From a table of records and the SQL of a key to what stands after JOIN for the record with that key.
Linked = Callable[[type[models.Model], str], str]


def present(model: type[models.Model], key: str, holder: str) -> str:
    """Read children where they stand now."""
    return model._meta.db_table


def linked_now(model: type[models.Model], key: str) -> str:
    """Join records as they are."""
    return model._meta.db_table


@dataclass(frozen=True)
class Dependency:
    """A document shows columns of another table: which, and from changed rows there to the records that show them."""

    table: str
    columns: frozenset[str]
    records: Callable[[str], str]


@dataclass
class RenderedRow:
    """A row that is being rendered: its alias and model, the tables joined to it, and the way back to the record."""

    alias: str
    model: type[models.Model]
    names: Iterator[int]
    to_record: Callable[[str], str]
    joins: dict[str, "RenderedRow"] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    conditions: list[str] = field(default_factory=list)
    children: list["RenderedRow"] = field(default_factory=list)
    rows: Rows = present
    linked: Linked = linked_now
    #: The SQL of the moment that is rendered.
    moment: str = "now()"
    #: The SQL of the row's id, if not a column of it.
    known_id: str = ""
    #: Tables of children that are shown, with the column by which they point at their holder; one list for the whole record.
    shown: list[tuple[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the SQL of the row's id."""
        return self.known_id or f"{self.alias}.id"

    @property
    def table(self) -> str:
        """Name its table."""
        return self.model._meta.db_table

    def join(self, name: str) -> "RenderedRow":
        """Join the published record behind a foreign key, once."""
        if name not in self.joins:
            key = key_of(self.model, name)

            def back(ids: str, parent: "RenderedRow" = self, column: str = key.column) -> str:
                return parent.to_record(f"SELECT id FROM {parent.table} WHERE {column} IN ({ids})")

            self.joins[name] = RenderedRow(
                f"j{next(self.names)}",
                key.model,
                self.names,
                back,
                rows=self.rows,
                linked=self.linked,
                moment=self.moment,
                shown=self.shown,
            )
        return self.joins[name]

    def from_clause(self) -> str:
        """Return the joins of this scope, and of what is joined to it."""
        clauses = []
        for name, scope in self.joins.items():
            column = key_of(self.model, name).column
            status = f" AND {scope.alias}.record_status = 'published'" if has_status(scope.model) else ""
            joined = self.linked(scope.model, f"{self.alias}.{column}")
            clauses.append(
                f" LEFT JOIN {joined} {scope.alias} ON {scope.alias}.id = {self.alias}.{column}{status}{scope.from_clause()}"
            )
        return "".join(clauses)

    def dependencies(self) -> Iterator[Dependency]:
        """Return what the document shows of other records."""
        for scope in self.joins.values():
            shown = frozenset(scope.columns | ({"record_status"} if has_status(scope.model) else set()))
            yield Dependency(scope.table, shown, scope.to_record)
            yield from scope.dependencies()
        for child in self.children:
            yield from child.dependencies()


def object_sql(serializer: BaseSerializer, scope: RenderedRow, held: Mapping[str, str] = _NOTHING) -> str:
    """Give the JSON object of a row: compact, in the order of the serializer's fields; `held` is the SQL of what is at hand."""
    return f"(SELECT row_to_json(o) FROM (SELECT {_columns(serializer, scope, held)}) o)"


def _columns(serializer: BaseSerializer, scope: RenderedRow, held: Mapping[str, str] = _NOTHING) -> str:
    return ", ".join(
        f'{held.get(name) or value_sql(declared, scope)} AS "{name}"'
        for name, declared in fields_of(serializer).items()
        if not declared.write_only
    )


def value_sql(declared: Field, scope: RenderedRow) -> str:
    """Give the JSON or SQL value of a field of a row."""
    if isinstance(declared, LinkOfOne):
        return _link(declared, scope)
    if isinstance(declared, Rendered):
        scope.columns |= {label_of(scope.model) if c == "label" else c for c in declared.columns}
        if declared.needed:
            scope.conditions.append(f"{declared.sql(scope.alias, scope.model)} IS NOT NULL")
        return _rendered(declared, scope)
    if isinstance(declared, ListSerializer):
        return _list(children_of(declared, scope), scope)
    *path, last = str(declared.source).split(".")
    if isinstance(declared, BaseSerializer):
        other = _walk(scope, [*path, last])
        return f"CASE WHEN {other.alias}.id IS NOT NULL THEN {object_sql(declared, other)} END"
    holder = _walk(scope, path)
    column = column_of(holder.model, last)
    holder.columns.add(str(column.column))
    return scalar(f'{holder.alias}."{column.column}"', column)


def _link(declared: LinkOfOne, scope: RenderedRow) -> str:
    """Return the one published record behind several foreign keys; a child without one is left out."""
    cases, keys = [], []
    for kind in declared.kinds:
        other = scope.join(kind)
        label = label_of(other.model)
        other.columns |= {"slug", label}
        keys.append(f"{other.alias}.id")
        cases.append(
            f"WHEN {other.alias}.id IS NOT NULL THEN (SELECT row_to_json(o) FROM"
            f" (SELECT '{kind}' AS kind, {other.alias}.slug, {other.alias}.\"{label}\" AS name) o)"
        )
    scope.conditions.append(f"num_nonnulls({', '.join(keys)}) > 0")
    return f"CASE {' '.join(cases)} END"


def _walk(scope: RenderedRow, path: list[str]) -> RenderedRow:
    for name in path:
        scope = scope.join(name)
    return scope


def scalar(expression: str, column: models.Field | None) -> str:
    """Write a column's value as documents do: times in UTC to the microsecond, decimal numbers with the digits they need."""
    if isinstance(column, models.DateTimeField):
        return f"to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    if isinstance(column, models.DecimalField):
        return f"trim_scale({expression})"
    return expression


def _rendered(declared: Rendered, scope: RenderedRow) -> str:
    if isinstance(declared, RenderedByDate):
        return declared.sql_at(scope.moment, scope.alias, scope.model)
    if isinstance(declared, RenderedFromChildren):
        children = children_under(scope.model, declared.reads)
        scope.shown.append((table_of(children.model), children.column))
        return declared.sql_from(scope.rows(children.model, children.column, scope.id), scope.alias, scope.model)
    return declared.sql(scope.alias, scope.model)


@dataclass(frozen=True)
class Children:
    """The children of a row under one name: their scope, the column that points back, what is shown, and which are public."""

    scope: RenderedRow
    key: str
    columns: str
    conditions: tuple[str, ...]


def children_of(declared: ListSerializer, scope: RenderedRow) -> Children:
    """Compose the children that a serializer shows under a name."""
    relation = children_under(scope.model, str(declared.source))
    model, key = relation.model, relation.column

    def back(ids: str) -> str:
        return scope.to_record(f"SELECT {key} FROM {model._meta.db_table} WHERE id IN ({ids})")

    child = RenderedRow(
        f"c{next(scope.names)}",
        model,
        scope.names,
        back,
        rows=scope.rows,
        linked=scope.linked,
        moment=scope.moment,
        shown=scope.shown,
    )
    scope.children.append(child)
    scope.shown.append((model._meta.db_table, key))
    columns = _columns(_serializer(declared.child), child)
    conditions = list(child.conditions)
    if has_status(model):
        conditions.append(f"{child.alias}.record_status = 'published'")
    else:
        conditions += [
            f"({child.alias}.{key_of(model, name).column} IS NULL OR {other.alias}.id IS NOT NULL)"
            for name, other in child.joins.items()
            if has_status(other.model)
        ]
    return Children(child, key, columns, tuple(conditions))


def _serializer(declared: Field | None) -> BaseSerializer:
    if not isinstance(declared, BaseSerializer):
        raise TypeError(f"{declared!r} is no serializer")
    return declared


def _list(children: Children, scope: RenderedRow) -> str:
    child = children.scope
    conditions = [f"{child.alias}.{children.key} = {scope.id}", *children.conditions]
    order = ", ".join(f'{child.alias}."{name}"' for name in child.model._meta.ordering or ["id"])
    rows = scope.rows(child.model, children.key, scope.id)
    return (
        f"COALESCE((SELECT json_agg(row_to_json(k)) FROM (SELECT {children.columns} FROM {rows} {child.alias}"
        f"{child.from_clause()} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {MAX_CHILDREN}) k), '[]'::json)"
    )


def root(
    resource: Resource,
    alias: str = "r",
    rows: Rows = present,
    moment: str = "now()",
    known_id: str = "",
    linked: Linked = linked_now,
) -> RenderedRow:
    """Give the scope of a resource's own row."""
    names: Iterator[int] = count()
    return RenderedRow(
        alias, resource.model, names, lambda ids: ids, rows=rows, linked=linked, moment=moment, known_id=known_id
    )


@dataclass(frozen=True)
class Document:
    """A resource's document as SQL over a row, the joins it needs, what it depends on, and the children it shows."""

    sql: str
    joins: str
    dependencies: tuple[Dependency, ...]
    shown: tuple[tuple[str, str], ...]
    columns: frozenset[str]


def document_of(resource: Resource, alias: str = "r") -> Document:
    """Compose the document of a resource from its summary."""
    scope = root(resource, alias)
    sql = object_sql(resource.summary(), scope)
    dependencies = tuple(scope.dependencies())
    return Document(sql, scope.from_clause(), dependencies, tuple(scope.shown), frozenset(scope.columns))
