"""Filters over codes that a record has through other rows: the kinds of its sources, the codes of its estimates."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from api.database.bound import Bound, Condition
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.facets import Facet, Watched
from api.filters.parameters import code_of, several
from api.filters.queryables import Queryable, ids_of


class CodedRowsFilter(Filter):
    """A code of rows that belong to a record: keep records that have such a row."""

    in_history = False

    def __init__(
        self,
        rows: Callable[[], "QuerySet[Any]"],
        back: str,
        code: Any,
        codes: list[str],
        watched: tuple[Watched, ...],
        **options: Any,
    ) -> None:
        """Take the rows that count, the foreign key back to the record, an expression for the code, and the codes.

        `watched` are the tables on which rows and codes rest.
        """
        super().__init__(**options)
        self.rows, self.back, self.code, self.codes, self.watched = rows, f"{back}_id", code, codes, watched

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return has any of, and has none of."""
        listed = {"type": "array", "items": {"type": "string", "enum": self.codes}}

        def linked(parameter: str) -> QuerySet[Any]:
            return self._coded().filter(row_code__any_of=Bound(parameter, "text[]")).values(self.back)

        def values(parameter: str, given: str) -> dict[str, list[str]]:
            return {parameter: sorted({code_of(parameter, one, self.codes) for one in several(parameter, given)})}

        yield Parameter(
            name,
            lambda given: Clause(name, lambda rows: rows.filter(id__in=linked(name)), values(name, given)),
            f"{self.help} Several values, separated by commas, match any of them.",
            listed,
            self.example,
        )
        other = f"{name}__not"
        yield Parameter(
            other,
            lambda given: Clause(
                other,
                lambda rows: rows.exclude(Exists(linked(other).filter(**{self.back: OuterRef("id")}))),
                values(other, given),
            ),
            f"Has none of these values of `{name}`.",
            listed,
        )
        yield self._has_none(name, model)

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by every code that rows of a record have."""
        return Facet(rows=lambda: self._coded().order_by().values_list(self.back, "row_code"), watched=self.watched)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold every code that rows of a record have."""
        back = self.back
        rows = self._coded().filter(**{back: OuterRef("id")}).order_by()

        def holders(wanted: Any) -> Any:
            return ids_of(self._coded().filter(row_code__any_of=wanted), back)

        held = Condition("ARRAY%s::text[]", Subquery(rows.values("row_code")))
        return Queryable.of_list(name, held, self.help, codes=self.codes, holders=holders, known=Exists(rows))

    def _coded(self) -> "QuerySet[Any]":
        rows = self.rows().filter(**{f"{self.back}__isnull": False})
        coded: QuerySet[Any] = rows.annotate(row_code=self.code).filter(row_code__isnull=False)
        return coded
