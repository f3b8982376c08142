"""Filters across kinds: by what other records, to which the record leads or which lead to it, are or have."""

from calendar import monthrange
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from api.database.bound import Bound, Condition
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.facets import Facet, Watched
from api.filters.parameters import boolean, code_of, count_within, several, today
from registry.models import License


@dataclass(frozen=True)
class Way:
    """How rows of a table lead from other records to the record: `target` is the key to the other, `back` that to the record.

    Without `rows`, the record itself has the key `target`; without `target`, the rows are the other records themselves.
    """

    target: str = ""
    rows: type[models.Model] | None = None
    back: str = "id"

    def other(self, model: type[models.Model]) -> Any:
        """Return the model of the other records."""
        holder = self.rows or model
        return holder._meta.get_field(self.target).related_model if self.target else holder

    def ids(self, model: type[models.Model], others: QuerySet[Any]) -> QuerySet[Any]:
        """Select the ids of the records that lead to one of the others."""
        back = "id" if self.rows is None else f"{self.back}_id"
        if not self.target:
            return others.filter(**{f"{self.back}__isnull": False}).values(back)
        rows: QuerySet[Any] = (self.rows or model)._default_manager.order_by()
        return rows.filter(**{f"{self.target}__in": others.values("id"), f"{back}__isnull": False}).values(back)


def _public(model: Any) -> QuerySet[Any]:
    return model._default_manager.published().order_by()  # type: ignore[no-any-return]


class AcrossFilter(Filter):
    """A filter of other records: keep records of which one of the others is kept by it."""

    in_history = False

    def __init__(self, field: str, declared: Filter, *ways: Way, example: Any = None) -> None:
        """Name the field of the other records, its filter, and the ways to them."""
        super().__init__(example=example or declared.example)
        self.of, self.declared, self.ways = field, declared, ways

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the parameters of the other filter, under this name."""
        others = [way.other(model) for way in self.ways]
        inner = copy(self.declared)
        inner.path = inner.path or self.of
        through = " or ".join(dict.fromkeys(str(other._meta.verbose_name).replace("license", "licence") for other in others))
        for parameter in inner.parameters(name, others[0]):
            yield replace(
                parameter,
                clause=partial(self._clause, model, parameter),
                on=None,
                description=f"Of a {through}: {parameter.description}",
                example=self.example if parameter.name == name else parameter.example,
            )

    def _clause(self, model: type[models.Model], inner: Parameter, given: str) -> Clause:
        clause = inner.clause(given)

        def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
            # Each way is looked up by its own index; an OR over several tables would look at every record.
            first, *more = (way.ids(model, clause.apply(_public(way.other(model)))) for way in self.ways)
            return rows.filter(id__in=first.union(*more) if more else first)

        return Clause(("across", *map(str, self.ways), clause.shape), apply, clause.values)


class HasFilter(Filter):
    """Whether there is a public record of another kind that leads to the record."""

    in_history = False

    def __init__(self, way: Way, **options: Any) -> None:
        """Name the way to the others."""
        super().__init__(**options)
        self.way = way

    def condition(self, model: type[models.Model]) -> Any:
        """Return whether one is there, as an expression over the record."""
        return Exists(_public(self.way.other(model)).filter(**{self.way.back: OuterRef("id")}))

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""
        here = self.condition(model)
        those = self.way.ids(model, _public(self.way.other(model)))

        def clause(given: str) -> Clause:
            wanted = boolean(name, given)
            return Clause((name, wanted), lambda rows: rows.filter(id__in=those) if wanted else rows.exclude(here))

        yield Parameter(name, clause, self.help, {"type": "boolean"})

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by true and false."""
        other = self.way.other(model)._meta
        back = str(other.get_field(self.way.back).column)  # type: ignore[union-attr]
        return Facet(self.condition(model), watched=(Watched(other.db_table, back),))


_COVERED = """%s IN (
    SELECT d.id FROM registry_license l JOIN {table} d ON ST_Intersects(d.geometry, l.area) WHERE l.id = ANY (%s)
    UNION SELECT t.{key}_id FROM registry_licensesite t WHERE t.license_id = ANY (%s))"""


class CoveredByFilter(Filter):
    """Records whose geometry meets the outline of a licence, or that a source names as its site."""

    in_history = False

    def __init__(self, key: str, **options: Any) -> None:
        """Name the key of the sites that leads to the record."""
        super().__init__(**options)
        self.key = key

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition, by the slugs of licences."""
        bound = Bound(name, "bigint[]")
        condition = Condition(_COVERED.format(table=model._meta.db_table, key=self.key), models.F("id"), bound, bound)

        def clause(given: str) -> Clause:
            ids = sorted({lookups.id_of(License, name, one) for one in several(name, given)})
            return Clause(name, lambda rows: rows.filter(condition), {name: ids})

        text = (
            "Licence by its slug: records whose geometry meets its outline, or that a source names as its site. Several values,"
            " separated by commas, match any of them."
        )
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string"}}, self.example)


class WarningFilter(Filter):
    """Records that the registry itself has a doubt about: what is stated does not fit what is computed."""

    in_history = False

    def __init__(self, conditions: dict[str, Any], **options: Any) -> None:
        """Give the condition of each warning by its code."""
        super().__init__(**options)
        self.conditions = conditions

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
            return Clause((name, *wanted), lambda rows: rows.filter(either))

        def none_of(given: str) -> Clause:
            wanted = chosen(f"{name}__not", given)

            def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
                for code in wanted:
                    rows = rows.filter(Condition("(%s) IS NOT TRUE", self.conditions[code]))
                return rows

            return Clause((f"{name}__not", *wanted), apply)

        yield Parameter(name, any_of, f"{self.help} Several values, separated by commas, match any of them.", schema, codes[0])
        yield Parameter(f"{name}__not", none_of, f"Has none of these values of `{name}`.", schema)


class EndsWithinFilter(Filter):
    """Whether a stated date lies within some months from today, as far as it is known."""

    in_history = False
    MOST = 1_200

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition; the days are bound, so that the index over the column serves."""
        column = self.path

        def on(given: str, day: date) -> Clause:
            months = count_within(name, given, 0, self.MOST)
            end = _months_later(day, months).isoformat()
            # A year is compared by its first day with the end, and by its last day with the beginning.
            passed = Condition("registry_last_day(%s) >= %s::date", models.F(column), Bound(f"{name}.day"))
            near = {f"{column}__gte": Bound(f"{name}.year"), f"{column}__lte": Bound(f"{name}.end")}
            values = {f"{name}.day": day, f"{name}.year": day.isoformat()[:4], f"{name}.end": end}
            return Clause(name, lambda rows: rows.filter(passed, **near), values)

        text = f"{self.help} A year or month counts if it can end within them; records without a date are left out."
        schema = {"type": "integer", "minimum": 0, "maximum": self.MOST}
        yield Parameter(name, lambda given: on(given, today()), text, schema, self.example, on=on)


def _months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a month that lacks it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
