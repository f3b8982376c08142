"""Filters, declared with django-filter; each answers to its name and to its name with suffixes (`__gte`, `__not` …).

The API splits a filter into the shape of its SQL, which is composed once, and the values of a request. django-filter's own
classes may be declared next to ours, and `Filters(data, queryset=…).qs` filters as it documents: see `api.filters.sets`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django.db import models
from django.db.models.functions import Left

from api.database.bound import Bound
from api.filters import clauses
from api.filters.clauses import Clause, Parameter
from api.filters.facets import Facet
from api.filters.parameters import boolean, code_of, moment, number, partial_date, several, whole_number, word, words
from api.filters.queryables import Queryable, has_none
from registry.models.search import Folded, HoldsWord
from registry.vocabularies import Vocabulary

_FLAG = {"type": "boolean"}


class Filter(django_filters.Filter):
    """A filter of a resource over one column, under the column's name unless it says otherwise."""

    #: Whether it can be asked of the past too: it looks at columns that the history keeps.
    in_history = True

    def __init__(self, path: str = "", *, help: str = "", example: Any = None) -> None:  # noqa: A002
        """Name the path to the column if it is not the filter's own name; say what it is if the column does not."""
        super().__init__(field_name=path or None)
        self.path, self.help, self.example = path, help, example

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the parameters that the filter answers to."""
        raise NotImplementedError

    def facet(self, name: str, model: type[models.Model]) -> Facet | None:
        """Return by what records can be counted under the filter's name; None if they cannot."""
        return None

    def queryable(self, name: str, model: type[models.Model]) -> Queryable | None:
        """Return what a CQL2 filter compares under the filter's name; None if it has nothing to compare."""
        return None

    def column(self, name: str, model: type[models.Model]) -> Any:
        """Find the column that is filtered."""
        return model._meta.get_field(self.path or name)

    def _text(self, name: str, model: type[models.Model]) -> str:
        return self.help or str(self.column(name, model).help_text)

    def _choices(
        self, name: str, model: type[models.Model], read: Callable[[str, str], Any], schema: Any, cast: str = ""
    ) -> Iterator[Parameter]:
        """Return `name` (any of several values), `name__not` (none of them) and `name__isnull`."""
        path, text = self.path or name, self._text(name, model)
        listed = {"type": "array", "items": schema}

        column = self.column(name, model)
        # A record that names no country is in none of them; one without a code may have any.
        undecided = (models.Q(**{f"{path}__isnull": True}),) if column.null and not column.is_relation else ()

        def values(parameter: str, given: str) -> list[Any]:
            return [read(parameter, one) for one in several(parameter, given)]

        yield Parameter(
            name,
            lambda given: clauses.any_of(name, path, values(name, given), cast, undecided=undecided),
            f"{text} Several values, separated by commas, match any of them.",
            listed,
            self.example,
        )
        yield Parameter(
            f"{name}__not",
            lambda given: clauses.none_of(f"{name}__not", path, values(f"{name}__not", given), cast),
            f"None of these values of `{name}`; records where it is unknown are included.",
            listed,
        )
        if self.column(name, model).null:
            yield self._unknown(name, model)

    def _unknown(self, name: str, model: type[models.Model]) -> Parameter:
        """Return `name__isnull`."""
        path, parameter = self.path or name, f"{name}__isnull"
        return Parameter(
            parameter,
            lambda given: clauses.is_null(parameter, path, boolean(parameter, given)),
            f"`true`: `{name}` is unknown; `false`: it is known.",
            _FLAG,
        )

    def _has_none(self, name: str, model: type[models.Model], *, dated: bool = False) -> Parameter:
        """Return `name__isnull` of a filter whose queryable is a list; `dated` if what it holds depends on the day."""
        return has_none(name, lambda: self.queryable(name, model), dated)

    def _ranges(
        self, name: str, model: type[models.Model], read: Callable[[str, str], Any], schema: Any
    ) -> Iterator[Parameter]:
        """Return `name__gte`, `__lte`, `__gt` and `__lt`."""
        path = self.path or name
        undecided = (models.Q(**{f"{path}__isnull": True}),) if self.column(name, model).null else ()
        words = {"gte": "At least", "lte": "At most", "gt": "Above", "lt": "Below"}
        for lookup, meaning in words.items():

            def clause(given: str, lookup: str = lookup) -> Clause:
                value = read(f"{name}__{lookup}", given)
                return clauses.compared(f"{name}__{lookup}", path, lookup, value, undecided=undecided)

            yield Parameter(f"{name}__{lookup}", clause, f"{meaning} this `{name}`.", schema)


class ColumnFilter(Filter):
    """A filter whose column a CQL2 filter compares as it is."""

    #: The codes that its values are of, if they are codes.
    codes: tuple[str, ...] = ()

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Compare the column."""
        return Queryable.of_column(name, self.path or name, self.column(name, model), self._text(name, model), self.codes)


class CodeFilter(ColumnFilter):
    """A column that holds a code of a vocabulary."""

    def __init__(self, vocabulary: type[Vocabulary], path: str = "", **options: Any) -> None:
        """Name the vocabulary."""
        super().__init__(path, **options)
        self.vocabulary = vocabulary
        self.codes = tuple(map(str, vocabulary.values))

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of, none of, unknown."""

        def read(parameter: str, given: str) -> str:
            return code_of(parameter, given, self.codes)

        yield from self._choices(name, model, read, {"type": "string", "enum": list(self.codes)})

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by the code."""
        return Facet.of_column(self.path or name)


class TextFilter(ColumnFilter):
    """A column of text, compared whole; `counted` if its values repeat, so that records can be counted by them."""

    def __init__(self, path: str = "", *, counted: bool = False, **options: Any) -> None:
        """Say whether its values repeat."""
        super().__init__(path, **options)
        self.counted = counted

    def facet(self, name: str, model: type[models.Model]) -> Facet | None:
        """Count by the text, if that is declared."""
        return Facet.of_column(self.path or name) if self.counted else None

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of, none of, unknown."""
        yield from self._choices(name, model, word, {"type": "string"})


class PhraseFilter(ColumnFilter):
    """A column of text that may hold commas: one value, compared whole."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return equal, and unknown."""
        path = self.path or name
        yield Parameter(
            name,
            lambda given: clauses.any_of(name, path, [word(name, given)]),
            f"{self._text(name, model)} Compared whole; a comma belongs to the text.",
            {"type": "string"},
            self.example,
        )
        yield self._unknown(name, model)


class WordsFilter(Filter):
    """A column of text, asked for by its words in any script and spelling."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return has all words, and unknown."""
        text = Folded(models.F(self.path or name))

        def clause(given: str) -> Clause:
            keys = {f"{name}.{position}": one for position, one in enumerate(words(name, given))}

            def apply(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
                for key in keys:
                    rows = rows.filter(HoldsWord(text, Bound(key)))
                return rows

            return Clause((name, len(keys)), apply, keys)

        yield Parameter(
            name,
            clause,
            f"{self._text(name, model)} Words of it, in any script and spelling; all must occur.",
            {"type": "string"},
            self.example,
        )
        yield self._unknown(name, model)


class NumberFilter(ColumnFilter):
    """A column of numbers."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of, none of, unknown, and ranges."""
        whole = isinstance(self.column(name, model), models.IntegerField)
        read = whole_number if whole else number
        schema = {"type": "integer"} if whole else {"type": "number"}
        yield from self._choices(name, model, read, schema)
        yield from self._ranges(name, model, read, schema)


class MomentFilter(ColumnFilter):
    """A column of times."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return ranges."""
        # A day is taken too, so the texts have no one format.
        yield from self._ranges(name, model, moment, {"type": "string"})


class FlagFilter(ColumnFilter):
    """A column that is true or false."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""
        path = self.path or name

        def clause(given: str) -> Clause:
            wanted = boolean(name, given)
            return Clause((name, wanted), lambda rows: rows.filter(**{path: wanted}))

        yield Parameter(name, clause, self._text(name, model), _FLAG)

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by true and false."""
        return Facet.of_column(self.path or name)


class DateFilter(ColumnFilter):
    """A date known to a year, a month or a day: `2009` finds all of that year, `__lte=2009` includes it.

    Records can be counted by its year, if that is declared.
    """

    def __init__(self, path: str = "", *, counted: bool = False, **options: Any) -> None:
        """Say whether records are counted by the year."""
        super().__init__(path, **options)
        self.counted = counted

    def facet(self, name: str, model: type[models.Model]) -> Facet | None:
        """Count by the year, which the filter finds."""
        path = self.path or name
        return Facet(Left(path, 4), columns=(path,)) if self.counted else None

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the period that a text names, ranges, and unknown."""
        path, schema = self.path or name, {"type": "string", "pattern": "^\\d{4}(-\\d{2}(-\\d{2})?)?$"}
        undecided = (models.Q(**{f"{path}__isnull": True}),)

        def within(given: str) -> Clause:
            value = partial_date(name, given)
            # In C order ':' follows the digits and '-', so that [2009, 2009:) holds 2009, 2009-12 and 2009-12-21.
            return Clause(
                name,
                lambda rows: rows.filter(**{f"{path}__gte": Bound(name), f"{path}__lt": Bound(f"{name}:")}),
                {name: value, f"{name}:": f"{value}:"},
                undecided,
            )

        yield Parameter(name, within, f"{self._text(name, model)} In this year, month or day.", schema, self.example)
        words = {"gte": "Not before", "lte": "Not after", "gt": "After", "lt": "Before"}
        for lookup, meaning in words.items():

            def clause(given: str, lookup: str = lookup) -> Clause:
                parameter = f"{name}__{lookup}"
                value = partial_date(parameter, given)
                end = f"{value}:" if lookup in ("lte", "gt") else value
                inside = {"lte": "lt", "gt": "gte"}.get(lookup, lookup)
                return clauses.compared(parameter, path, inside, end, undecided=undecided)

            yield Parameter(f"{name}__{lookup}", clause, f"{meaning} this {name}, as far as it is known.", schema)
        yield self._unknown(name, model)
