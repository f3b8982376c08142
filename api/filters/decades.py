"""A filter over a year, by decades."""

from collections.abc import Iterator

from django.db import models

from api.database.bound import Bound, Condition
from api.errors import BadParameter
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.facets import Facet
from api.filters.parameters import several, whole_number
from api.filters.queryables import Queryable, ValueType

_YEARS = "%s = ANY (ARRAY(SELECT decade + year FROM unnest(%s) decade, generate_series(0, 9) year))"


class DecadeFilter(Filter):
    """A column that holds a year, by decades: `1960` finds 1960 to 1969."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of."""

        def decade(given: str) -> int:
            value = whole_number(name, given)
            if value % 10:
                raise BadParameter("A decade is given by its first year, e.g. 1960.", name)
            return value

        yield Parameter(
            name,
            lambda given: Clause(
                name,
                # As years, which the index of the column holds.
                lambda rows: rows.filter(Condition(_YEARS, models.F(self.path), Bound(name, "bigint[]"))),
                {name: sorted({decade(one) for one in several(name, given)})},
            ),
            f"{self.help} Several decades, separated by commas, match any of them.",
            {"type": "array", "items": {"type": "integer"}},
            self.example,
        )

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by decade."""
        return Facet(_decade(self.path), columns=(self.path,))

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Compare the first year of the decade."""
        decade = Condition("(%s / 10 * 10)", models.F(self.path))
        return Queryable(name, ValueType.INTEGER, text=self._text(name, model), derived=decade)


def _decade(path: str) -> Condition:
    decade = Condition("(%s / 10 * 10)::text", models.F(path))
    decade.output_field = models.TextField()  # type: ignore[assignment]
    return decade
