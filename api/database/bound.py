"""Values that are bound later: the ORM composes the SQL of a shape of query once, each request binds its own values."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from django.db import models
from django.db.models import BooleanField, Expression, Func
from django.db.models.lookups import Lookup

from registry.sql import Sql, literal


class Plan(Enum):
    """For which values the database may use a plan again."""

    #: For no other: a box can hold ten records or all of them.
    OWN = "own"
    #: For the same value, of which there are few: the key of a country. It is written into the text.
    SAME = "same"
    #: For all: there is one way to a record by its slug.
    ANY = "any"
    #: For all, where nothing else narrows or sorts: the records of a word are read in their order until the page is full.
    ALONE = "alone"


class Bound(Expression):
    """A value that a request will give under `key`; `cast` names its type where PostgreSQL could not guess it."""

    def __init__(
        self, key: str, cast: str = "", output_field: "models.Field[Any, Any] | None" = None, plan: Plan = Plan.OWN
    ) -> None:
        """Name the value, and say for which others its plan may be used."""
        super().__init__(output_field=output_field)
        self.key, self.cast, self.plan = key, cast, plan

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Leave a place for the value, and itself among the parameters."""
        return (f"%s::{self.cast}" if self.cast else "%s"), [self]

    def __repr__(self) -> str:
        """Show the key."""
        return f"Bound({self.key!r})"


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class AnyOf(Lookup):  # type: ignore[type-arg]
    """`field__any_of=array`: the value is one of those in an array that is bound as one parameter."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Compare with ANY."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", [*left_params, *right_params]


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class NoneOf(Lookup):  # type: ignore[type-arg]
    """`field__none_of=array`: the value is none of those in an array, or unknown."""

    lookup_name = "none_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Keep nulls: what is unknown is not known to be one of them."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"({left} IS NULL OR {left} <> ALL ({right}))", [*left_params, *left_params, *right_params]


class Condition(Func):
    """A condition in SQL over columns and bound values, written with %s for each expression."""

    output_field = BooleanField()

    def __init__(self, sql: str, *expressions: Any) -> None:
        """Take the template and what stands in it."""
        super().__init__(*expressions)
        self.sql = sql

    @classmethod
    def of(cls, composed: Sql) -> "Condition":
        """Make a condition of composed SQL whose values are expressions."""
        return cls(composed.text, *composed.values)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Put the compiled expressions into the template."""
        pieces, params = [], []
        for expression in self.source_expressions:
            piece, piece_params = compiler.compile(expression)
            pieces.append(piece)
            params.extend(piece_params)
        return self.sql % tuple(pieces), params


def shape_of(rows: "models.QuerySet[Any]") -> Sql:
    """Give the SQL of a queryset as the ORM composes it; some of its values may be `Bound`."""
    return Sql(*rows.query.sql_with_params())


def bind(shape: Sql, values: Mapping[str, Any]) -> Sql:
    """Put values into a shape; into its text, if the database keeps a plan for them."""
    if not shape.keeps_plan:
        return Sql(shape.text, tuple(values[p.key] if isinstance(p, Bound) else p for p in shape.values))
    written = {p.key: values[p.key] for p in shape.values if p.plan is Plan.SAME}
    text = _written(shape, written) if written else shape.text
    return Sql(text, tuple(values[p.key] for p in shape.values if p.plan is not Plan.SAME), keeps_plan=True)


def plain(shape: Sql) -> Sql:
    """Write what every use of a shape has in common into its text, so that only its `Bound` values are left."""
    return Sql(_written(shape, {}), tuple(p for p in shape.values if isinstance(p, Bound)))


def planned(shape: Sql, *, alone: bool = False) -> Sql:
    """Have the plan of a shape kept, if none of its values needs its own.

    `alone` says that one clause narrows it, in the order of keys.
    """
    own = (Plan.OWN,) if alone else (Plan.OWN, Plan.ALONE)
    if any(isinstance(p, Bound) and p.plan in own for p in shape.values):
        return shape
    return replace(plain(shape), keeps_plan=True)


def _written(shape: Sql, values: Mapping[str, Any]) -> str:
    """Write the values of a shape into its text, but for those that are `Bound` and not given."""
    pieces = []
    for p in shape.values:
        if not isinstance(p, Bound):
            pieces.append(literal(str(p)).text)
        else:
            pieces.append(literal(str(values[p.key])).text if p.key in values else "%s")
    return shape.text.replace("%%", "%%%%") % tuple(pieces)
