"""Filters of what is cited: by the number of independent sources that support a record, their kinds, and their age."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Exists, F, Func, OuterRef

from api.database.bound import Bound, Condition
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter, NumberFilter
from api.filters.decades import DecadeFilter
from api.filters.facets import Facet
from api.filters.parameters import boolean, code_of, several
from api.filters.queryables import Queryable, ValueType
from api.filters.sets import Filters
from registry.kinds import RecordKind, kind_of_model
from registry.models.uncovered import Uncovered
from registry.support import UNKNOWN_KIND
from registry.vocabularies import SourceKind

_CODES = [*map(str, SourceKind.values), UNKNOWN_KIND]


class IndependentSourcesFilter(NumberFilter):
    """The number of independent sources that support a record, as the database counts them now."""

    in_history = False

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by the number."""
        return Facet.of_column(self.path or name)


class SourceKindFilter(Filter):
    """The kinds of the sources that support a record: one or none of some kinds is among them, or all are of these kinds."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the three conditions."""
        schema = {"type": "array", "items": {"type": "string", "enum": _CODES}}
        ways = {
            name: ("%s && %s", "A source of one of these kinds supports the record."),
            f"{name}__not": ("NOT %s && %s", "No source of these kinds supports the record."),
            f"{name}__only": (
                "%s <@ %s AND %s <> '{}'",
                "All sources that support the record are of these kinds, and there is one: what rests only on `blog,forum`.",
            ),
        }
        for parameter, (condition, text) in ways.items():

            def clause(given: str, parameter: str = parameter, condition: str = condition) -> Clause:
                kinds = [code_of(parameter, one, _CODES) for one in several(parameter, given)]
                columns = [F(self.path)] * (condition.count("%s") - 1)
                compared = [columns[0], Bound(parameter, "varchar[]"), *columns[1:]]
                return Clause(parameter, lambda rows: rows.filter(Condition(condition, *compared)), {parameter: kinds})

            yield Parameter(parameter, clause, text, schema, self.example if parameter == name else "blog,forum,encyclopedia")
        yield self._has_none(name, model)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold the kinds of all sources that support the record."""
        kinds = Condition("%s::text[]", F(self.path))
        return Queryable.of_list(name, kinds, "Kinds of the sources that support the record.", codes=_CODES)

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by every kind that the sources of a record have."""
        kinds = Func(F(self.path), function="unnest", output_field=models.TextField())
        return Facet(
            rows=lambda: model._default_manager.order_by().annotate(one_kind=kinds).values_list("id", "one_kind"),
            columns=(self.path,),
        )


class NewestSourceFilter(DecadeFilter):
    """The decade of the newest source that supports a record, as the database keeps it now."""

    in_history = False


class UncoveredFilter(Filter):
    """Whether a record states something that no citation covers; of kinds whose values each need one."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""
        kind = kind_of_model(model)
        if kind is None or not kind.must_be_cited:
            return
        listed = Uncovered.objects.filter(kind=kind.name)
        here = self.condition(kind)

        def clause(given: str) -> Clause:
            wanted = boolean(name, given)
            ids = listed.values("record")
            return Clause((name, wanted), lambda rows: rows.filter(id__in=ids) if wanted else rows.exclude(here))

        yield Parameter(name, clause, self._TEXT, {"type": "boolean"})

    _TEXT = "Whether it states a value or row that no citation of a published source covers, from before each had to be."

    def condition(self, kind: RecordKind) -> Exists:
        """Return whether a record is listed, as an expression over it."""
        return Exists(Uncovered.objects.filter(kind=kind.name, record=OuterRef("id")))

    def queryable(self, name: str, model: type[models.Model]) -> Queryable | None:
        """Tell true from false."""
        kind = kind_of_model(model)
        if kind is None or not kind.must_be_cited:
            return None
        return Queryable(name, ValueType.BOOLEAN, text=self._TEXT, derived=self.condition(kind))

    def facet(self, name: str, model: type[models.Model]) -> Facet | None:
        """Count by true and false."""
        kind = kind_of_model(model)
        if kind is None or not kind.must_be_cited:
            return None
        return Facet(self.condition(kind))


class CitedFilters(Filters):
    """What lists of records can be asked for that sources are cited for."""

    independent_sources = IndependentSourcesFilter()
    source_kind = SourceKindFilter("source_kinds", example="dataset")
    newest_source_decade = NewestSourceFilter(
        "newest_source_year", help="Decade of the newest source that supports the record, by its first year.", example=2020
    )
    uncovered = UncoveredFilter()
