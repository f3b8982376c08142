"""A filter by the doubts of the registry itself about a record."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from api.database.bound import Condition
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.parameters import code_of, several
from api.filters.queryables import Queryable
from registry.sql import joined, literal, sql


def _either_unknown(one: str, other: str) -> tuple[Q, ...]:
    """Return what holds of records of which one of two columns is unknown: in two conditions that exclude each other."""
    return Q(**{f"{one}__isnull": True}), Q(**{f"{one}__isnull": False, f"{other}__isnull": True})


class WarningFilter(Filter):
    """Records that the registry itself has a doubt about: what is stated does not fit what is computed."""

    in_history = False

    def __init__(self, conditions: dict[str, Any], compared: dict[str, tuple[str, str]], **options: Any) -> None:
        """Give the condition of each warning by its code, and the two columns that it compares."""
        super().__init__(**options)
        self.conditions = conditions
        self.undecided = {code: _either_unknown(*columns) for code, columns in compared.items()}

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return has any of, and has none of."""
        codes = list(self.conditions)
        schema = {"type": "array", "items": {"type": "string", "enum": codes}}

        def chosen(parameter: str, given: str) -> tuple[str, ...]:
            return tuple(sorted({code_of(parameter, one, codes) for one in several(parameter, given)}))

        def any_of(given: str) -> Clause:
            wanted = chosen(name, given)
            either = Q(self.conditions[wanted[0]])
            for code in wanted[1:]:
                either |= Q(self.conditions[code])
            unknown = self.undecided[wanted[0]]
            if len(wanted) > 1:
                # A record may lack what several of them need, and is counted once.
                unknown = (reduce(or_, (part for code in wanted for part in self.undecided[code])),)
            return Clause((name, *wanted), lambda rows: rows.filter(either), undecided=unknown)

        def none_of(given: str) -> Clause:
            wanted = chosen(f"{name}__not", given)

            def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
                for code in wanted:
                    rows = rows.filter(Condition("(%s) IS NOT TRUE", self.conditions[code]))
                return rows

            return Clause((f"{name}__not", *wanted), apply)

        yield Parameter(name, any_of, f"{self.help} Several values, separated by commas, match any of them.", schema, codes[0])
        yield Parameter(f"{name}__not", none_of, f"Has none of these values of `{name}`.", schema)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold the code of every warning."""
        cases = (
            sql("CASE WHEN {holds} THEN {code} END", holds=condition, code=literal(code))
            for code, condition in self.conditions.items()
        )
        codes = sql("array_remove(ARRAY[{cases}], NULL)::text[]", cases=joined(", ", cases))
        return Queryable.of_list(name, Condition.of(codes), self.help, codes=list(self.conditions))
