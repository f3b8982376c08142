"""Filters over stated dates that pass, by the day on which they are asked."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from django.db import models
from django.db.models import F, Q

from api.database.bound import Bound, Condition
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.parameters import boolean, count_within, today
from api.filters.queryables import DAY, Queryable, ValueType
from registry.sql import sql


class PassedFilter(Filter):
    """Whether a stated date has passed."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition; the day is bound, so that the index over the column serves."""
        column = self.path

        def on(given: str, day: date) -> Clause:
            wanted, text = boolean(name, given), day.isoformat()
            keys = {f"{name}.{length}": text[:length] for length in (4, 7, 10)}
            past = " OR ".join(f"(length(%s) = {length} AND %s < %s)" for length in (4, 7, 10))
            parts = [part for key in keys for part in (F(column), F(column), Bound(key))]
            condition = Condition(f"({past})" if wanted else f"NOT ({past})", *parts)
            latest = {f"{column}__lt": Bound(f"{name}.10")} if wanted else {f"{column}__isnull": False}
            return Clause(
                (name, wanted), lambda rows: rows.filter(condition, **latest), keys, (Q(**{f"{column}__isnull": True}),)
            )

        yield Parameter(name, lambda given: on(given, today()), self.help, {"type": "boolean"}, on=on)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Tell whether it has passed; unknown without a date."""
        over = sql("(registry_last_day({column}) < {day})", column=F(self.path), day=Bound(DAY, "date"))
        return Queryable(name, ValueType.BOOLEAN, text=self.help, derived=Condition.of(over))


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
            passed = Condition("registry_last_day(%s) >= %s::date", F(column), Bound(f"{name}.day"))
            near = {f"{column}__gte": Bound(f"{name}.year"), f"{column}__lte": Bound(f"{name}.end")}
            values = {f"{name}.day": day, f"{name}.year": day.isoformat()[:4], f"{name}.end": end}
            return Clause(name, lambda rows: rows.filter(passed, **near), values, (Q(**{f"{column}__isnull": True}),))

        text = f"{self.help} A year or month counts if it can end within them; records without a date are left out."
        schema = {"type": "integer", "minimum": 0, "maximum": self.MOST}
        yield Parameter(name, lambda given: on(given, today()), text, schema, self.example, on=on)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Count the months within which it ends; unknown if it has ended."""
        first = sql("registry_first_day({column})", column=F(self.path))
        # So many months later is the last day of a month that lacks the day, and so at most one month short.
        apart = sql(
            "((extract(year FROM {first}) - extract(year FROM {day})) * 12"
            " + extract(month FROM {first}) - extract(month FROM {day}))::int",
            first=first,
            day=Bound(DAY, "date"),
        )
        months = sql(
            "(CASE WHEN registry_last_day({column}) >= {day}"
            " THEN GREATEST(0, {apart} + ({first} > {day} + make_interval(months => {apart}))::int) END)",
            column=F(self.path),
            day=Bound(DAY, "date"),
            first=first,
            apart=apart,
        )
        text = f"{self.help} As the number of months from today; null if it has passed."
        return Queryable(name, ValueType.INTEGER, text=text, derived=Condition.of(months))


def _months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a month that lacks it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
