"""Clauses: what one parameter of a request adds to a query, split into its shape and its values.

The shape says which SQL is composed (by the ORM, once), the values are bound to it by each request. Two requests that
differ in values only share their SQL.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from api.database.bound import Bound, Plan
from registry.sql import Sql


@dataclass(frozen=True)
class Clause:
    """One narrowing of a query; `apply` composes it with `Bound(key)` for each key of `values`."""

    shape: Hashable
    apply: Callable[[QuerySet[Any]], QuerySet[Any]]
    values: Mapping[str, Any] = field(default_factory=dict)
    #: What holds of records of which it cannot be decided whether they meet it: one condition of a record at most, each of
    #: which an index finds.
    undecided: tuple[Q, ...] = ()
    #: The same over the rows of a time in the past, where indexes of the present do not help.
    then: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    #: What the place of a record has to meet for the clause to hold: a condition that an index of places finds.
    reach: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    #: Selects the keys of all records that may have met the clause at the time bound as `then`.
    candidates: Sql | None = None

    @property
    def name(self) -> str:
        """Return the parameter that it comes from."""
        return str(self.shape[0] if isinstance(self.shape, tuple) else self.shape)


@dataclass(frozen=True)
class Parameter:
    """A query parameter: how its text becomes a clause, and how it is described to people and programs."""

    name: str
    clause: Callable[[str], Clause]
    description: str
    schema: Mapping[str, Any]
    example: Any = None
    #: The same for another day than today, of a parameter that depends on the day.
    on: Callable[[str, date], Clause] | None = None

    def clause_on(self, given: str, day: date | None) -> Clause:
        """Return the clause of a value, on a day if one is given."""
        return self.on(given, day) if self.on and day else self.clause(given)


def any_of(name: str, path: str, values: list[Any], cast: str = "", *, undecided: tuple[Q, ...] = ()) -> Clause:
    """Keep rows whose column holds one of the values; a single value is compared alone, so that an index gives its order."""
    if len(values) == 1:
        # Keys are few; a text that somebody writes can be any.
        plan = Plan.SAME if isinstance(values[0], int) else Plan.OWN
        return Clause((name, "one"), lambda rows: rows.filter(**{path: Bound(name, plan=plan)}), {name: values[0]}, undecided)
    return Clause((name, "any"), lambda rows: rows.filter(**{f"{path}__any_of": Bound(name, cast)}), {name: values}, undecided)


def none_of(name: str, path: str, values: list[Any], cast: str = "") -> Clause:
    """Keep rows whose column holds none of the values, or is unknown."""
    return Clause(name, lambda rows: rows.filter(**{f"{path}__none_of": Bound(name, cast)}), {name: values})


def compared(name: str, path: str, lookup: str, value: Any, *, undecided: tuple[Q, ...] = ()) -> Clause:
    """Keep rows whose column stands so to a value: `gte`, `lte`, `gt` or `lt`."""
    return Clause(name, lambda rows: rows.filter(**{f"{path}__{lookup}": Bound(name)}), {name: value}, undecided)


def is_null(name: str, path: str, wanted: bool) -> Clause:
    """Keep rows whose column is unknown, or is known."""
    return Clause((name, wanted), lambda rows: rows.filter(**{f"{path}__isnull": wanted}))
