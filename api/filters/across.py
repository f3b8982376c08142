"""Filters across kinds: by what other records, to which the record leads or which lead to it, are or have."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet

from api.database.bound import Bound, Condition
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.facets import Facet, Watched
from api.filters.parameters import boolean, several
from api.filters.queryables import Queryable, ValueType
from registry.models import License
from registry.sql import identifier, sql


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

    def of_record(self, model: type[models.Model]) -> QuerySet[Any]:
        """Select the public others of the record of the query around."""
        if self.rows is None:
            found = {"id": OuterRef(f"{self.target}_id")}
        elif not self.target:
            found = {self.back: OuterRef("id")}
        else:
            between: Any = self.rows._meta.get_field(self.target)
            found = {f"{between.related_query_name()}__{self.back}": OuterRef("id")}
        return _public(self.other(model)).filter(**found)


def _public(model: Any) -> QuerySet[Any]:
    return model._default_manager.published().order_by()  # type: ignore[no-any-return]


class AcrossFilter(Filter):
    """A filter of other records: keep records of which one of the others is kept by it."""

    in_history = False

    def __init__(self, field: str, declared: Filter, *ways: Way, example: Any = None) -> None:
        """Name the field of the other records, its filter, and the ways to them."""
        super().__init__(example=example or declared.example)
        self.of, self.ways = field, ways
        self.declared = copy(declared)
        self.declared.path = declared.path or field

    def _through(self, model: type[models.Model]) -> str:
        others = (way.other(model)._meta.verbose_name for way in self.ways)
        return f"Of a {' or '.join(dict.fromkeys(str(one).replace('license', 'licence') for one in others))}"

    def queryable(self, name: str, model: type[models.Model]) -> Queryable | None:
        """Compare what the other filter compares, of each of the others."""
        inner = [(way.of_record(model), self.declared.queryable(name, way.other(model))) for way in self.ways]
        others = tuple((rows, one) for rows, one in inner if one is not None)
        if not others:
            return None
        first = others[0][1]
        text = f"{self._through(model)}: {first.text} A condition holds if it holds for one of them."
        return Queryable(name, first.kind, text=text, codes=first.codes, others=others)

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the parameters of the other filter, under this name."""
        through = self._through(model)
        for parameter in self.declared.parameters(name, self.ways[0].other(model)):
            yield replace(
                parameter,
                clause=partial(self._clause, model, parameter),
                on=None,
                description=f"{through}: {parameter.description}",
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

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Tell true from false."""
        return Queryable(name, ValueType.BOOLEAN, text=self.help, derived=self.condition(model))


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
        yield self._has_none(name, model)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold every public licence that covers the record."""
        geometry, key = F("geometry"), identifier(f"{self.key}_id")
        over = sql(
            "SELECT l.id FROM registry_license l WHERE ST_Intersects(l.area, {geometry})"
            " UNION SELECT t.license_id FROM registry_licensesite t WHERE t.{key} = {id}",
            geometry=geometry,
            key=key,
            id=F("id"),
        )

        def holders(slugs: Any) -> Any:
            these = "(SELECT id FROM registry_license WHERE slug = ANY ({slugs}) AND record_status = 'published')"
            return Condition.of(
                sql(
                    "(SELECT d.id FROM registry_license l JOIN {table} d ON ST_Intersects(d.geometry, l.area)"
                    " WHERE l.id IN {these} UNION SELECT t.{key} FROM registry_licensesite t WHERE t.license_id IN {these})",
                    table=identifier(model._meta.db_table),
                    key=key,
                    these=sql(these, slugs=slugs),
                )
            )

        text = "Licences whose outline meets it, or of which a source names it as the site."
        return Queryable.of_slugs(name, License, over, text, holders=holders)
