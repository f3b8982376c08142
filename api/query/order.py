"""Orders of lists: one or several columns, unknown values last, the key among equals; and where a page begins.

A page is a walk along the index of the first column. Rows in which that one is unknown form a second segment after those with a
value, for an index in descending order has them first. Within a segment, a page begins after the values of the last row before
it, which a cursor carries: the cost is the same at any depth.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Lower
from psycopg.types.numeric import Int8

from api.database.bound import Bound, Condition, Plan
from api.errors import BadParameter
from api.filters.clauses import Clause
from api.filters.columns import CodeFilter
from api.filters.parameters import nearest, several
from api.resources.fields import Link
from api.resources.resource import Resource
from registry.vocabularies import RecordStatus

#: The column of the key, which decides in the end.
ID = "id"
MAX_COLUMNS = 5


@dataclass(frozen=True)
class SortColumn:
    """What records are sorted by: its name, how SQL reads it, the type of its values, and whether it may be unknown."""

    name: str
    type: type["models.Field[Any, Any]"]
    nullable: bool
    expression: Any
    descending: bool = False

    @property
    def text(self) -> str:
        """Return it as the parameter writes it."""
        return f"-{self.name}" if self.descending else self.name

    @property
    def sorted(self) -> Any:
        """Return the expression of its order, unknown values last."""
        last = {"nulls_last": True} if self.nullable else {}
        return self.expression.desc(**last) if self.descending else self.expression.asc(**last)


@dataclass(frozen=True)
class Order:
    """The columns to sort by, and in which direction the key decides among equals."""

    columns: tuple[SortColumn, ...] = ()
    descending: bool = False

    @property
    def text(self) -> str:
        """Return the order as the parameter writes it."""
        return ",".join(column.text for column in self.columns) or ("-id" if self.descending else ID)

    @property
    def key(self) -> str:
        """Return the order of the key, as the ORM writes it."""
        return "-id" if self.descending else ID

    @property
    def split(self) -> bool:
        """Return whether rows in which the first column is unknown form a segment of their own."""
        return bool(self.columns) and self.columns[0].nullable

    @property
    def values(self) -> Any:
        """Return the expression of what a cursor has to carry of a row: the values of the columns as a JSON array."""
        if not self.columns:
            return F(ID)
        return Condition(f"json_build_array({', '.join(['%s'] * len(self.columns))})", *(c.expression for c in self.columns))

    def following(self, unknown: bool) -> tuple[SortColumn, ...]:
        """Return the columns that sort a segment."""
        return self.columns[1:] if unknown else self.columns


@dataclass(frozen=True)
class KeysetPosition:
    """Where a page begins: after the row with these values and this key; in the segment of unknown values if `unknown`."""

    unknown: bool
    values: tuple[Any, ...]
    key: int


@cache
def columns_of(resource: Resource) -> dict[str, SortColumn]:
    """Return what the lists of a resource can be sorted by: declared columns, the slug, shown codes and links."""
    model, found = resource.model, {}
    for name in resource.orders:
        column: Any = model._meta.get_field(name)
        column = column.output_field if isinstance(column, models.GeneratedField) else column
        found[name] = SortColumn(name, type(column), column.null, F(name))
    found.setdefault("slug", SortColumn("slug", models.CharField, False, Lower("slug")))
    shown: dict[str, Any] = resource.summary().fields  # type: ignore[attr-defined]
    for name, declared in resource.filters.declared.items():
        if isinstance(declared, CodeFilter) and name in shown and name not in found:
            found[name] = SortColumn(name, models.CharField, declared.column(name, model).null, F(declared.path or name))
    for name, declared in shown.items():
        if name not in found and isinstance(declared, Link) and "." not in str(declared.source):
            path = str(declared.source or name)
            # A link to a record that is not published is shown as unknown, and sorted so.
            public = When(**{f"{path}__record_status": RecordStatus.PUBLISHED.value}, then=Lower(f"{path}__slug"))
            found[name] = SortColumn(name, models.CharField, True, Case(public, output_field=models.CharField()))
    return found


def orders_of(resource: Resource) -> list[str]:
    """Return every column and direction that a list can be sorted by."""
    return [sign + name for name in columns_of(resource) for sign in ("", "-")]


def read_order(text: str, resource: Resource, parameter: str = "order", known: tuple[str, ...] = ()) -> Order:
    """Read columns separated by commas, each with `-` for descending; raises BadParameter. `known` narrows the choice."""
    every = columns_of(resource)
    columns = {name: every[name] for name in known or every}
    chosen: list[SortColumn] = []
    for one in several(parameter, text):
        # A plus sign in an address is a space, which `several` has taken away.
        name = one.removeprefix("+").removeprefix("-")
        if name not in columns:
            hint, allowed = nearest(name, columns), [sign + each for each in columns for sign in ("", "-")]
            raise BadParameter(f"Records cannot be sorted by “{one[:60]}”.{hint}", parameter, allowed)
        if any(name == before.name for before in chosen):
            raise BadParameter(f"“{name}” is named twice.", parameter)
        chosen.append(replace(columns[name], descending=one.startswith("-")))
    if len(chosen) > MAX_COLUMNS:
        raise BadParameter(f"A list can be sorted by at most {MAX_COLUMNS} columns.", parameter)
    if any(column.name == ID for column in chosen[:-1]):
        raise BadParameter("Nothing can be sorted after `id`, which differs in all records.", parameter)
    descending = chosen[-1 if chosen[-1].name == ID else 0].descending
    return Order(tuple(column for column in chosen if column.name != ID), descending)


def segment(order: Order, unknown: bool, place: KeysetPosition | None) -> Clause:
    """Sort one segment of the order, and begin after a place in it."""
    columns = order.following(unknown)
    values: dict[str, Any] = {}
    if place is not None:
        # Of one type, whatever its size: the text and the types of a statement find its plan.
        values = {f"cursor.{n}": value for n, value in enumerate(place.values) if value is not None} | {
            "cursor.key": Int8(place.key)
        }
    begins = None if place is None else tuple(value is not None for value in place.values)

    def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
        if order.split:
            is_null = Condition(f"%s IS {'' if unknown else 'NOT '}NULL", order.columns[0].expression)
            rows = rows.filter(is_null)
        if begins is not None:
            rows = rows.filter(_after(order, unknown, begins))
        sorting = [column.sorted for column in columns]
        if columns and not unknown:
            # Known values only: an index gives them in both directions.
            first = columns[0]
            sorting[0] = first.expression.desc() if first.descending else first.expression.asc()
        return rows.order_by(*sorting, order.key)

    return Clause(("order", order.text, unknown, begins), apply, values)


def _after(order: Order, unknown: bool, known: tuple[bool, ...]) -> Any:
    """Keep the rows after those with the bound values: the first column that differs decides, the key among equals."""
    columns = order.following(unknown)
    later: Any = Condition(f"%s {'<' if order.descending else '>'} %s", F(ID), Bound("cursor.key", plan=Plan.ANY))
    places = [Bound(f"cursor.{number}") for number in range(len(columns))]
    if len(columns) == 1 and not unknown:
        sign = "<" if columns[0].descending else ">"
        return Condition(f"(%s, %s) {sign} (%s, %s)", columns[0].expression, F(ID), places[0], Bound("cursor.key"))
    for column, place, is_known in reversed([*zip(columns, places, known, strict=True)]):
        value = column.expression
        if not is_known:
            later = Condition("(%s IS NULL AND %s)", value, later)
            continue
        past = Condition(f"%s {'<' if column.descending else '>'} %s", value, place)
        if column.nullable and (unknown or column is not columns[0]):
            past = Condition("(%s OR %s IS NULL)", past, value)
        later = Condition("(%s OR (%s = %s AND %s))", past, value, place, later)
    if columns and not unknown:
        # The same said of the first column alone, so that its index finds where to begin.
        sign = "<=" if columns[0].descending else ">="
        later = Condition(f"(%s {sign} %s AND %s)", columns[0].expression, places[0], later)
    return later
