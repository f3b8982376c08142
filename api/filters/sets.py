"""The filters of a resource as django-filter's FilterSet, whose documented behaviour holds: `.qs`, `.form`, `method=`.

A filter of ours answers to several parameters; a filter set made with data has a filter for each of them. A filter of
django-filter is a parameter of the API as well: its SQL is composed for each value.
"""

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import RawSQL

from api.database.bound import bind, shape_of
from api.errors import BadParameter
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter, MomentFilter
from api.filters.identity import ExternalIdFilter, SlugFilter, UidFilter


class _ParameterField(forms.Field):
    """A form field whose text is valid if its parameter can read it."""

    def __init__(self, parameter: Parameter, **options: Any) -> None:
        """Keep the parameter."""
        super().__init__(**{**options, "required": False, "help_text": parameter.description})
        self.parameter = parameter

    def clean(self, value: Any) -> Any:
        """Read the text; raises ValidationError with the reason."""
        if value in self.empty_values:
            return None
        try:
            self.parameter.clause(str(value))
        except BadParameter as problem:
            raise ValidationError(problem.detail) from problem
        return str(value)


class _ParameterFilter(django_filters.Filter):
    """One parameter of a filter of ours, as a filter of django-filter."""

    def __init__(self, parameter: Parameter) -> None:
        """Keep the parameter."""
        super().__init__()
        self.parameter = parameter

    @property
    def field(self) -> forms.Field:
        """Return the form field."""
        return _ParameterField(self.parameter)

    def filter(self, qs: "models.QuerySet[Any]", value: Any) -> "models.QuerySet[Any]":
        """Keep the rows that the parameter keeps."""
        if value is None:
            return qs
        clause = self.parameter.clause(value)
        kept = bind(shape_of(clause.apply(qs.model._default_manager.order_by()).values("pk")), clause.values)
        return qs.filter(pk__in=RawSQL(kept.text, kept.values))  # noqa: S611 - composed by the ORM, its values are bound


class _InOrder:
    """The declared filters by name, in the order of their declaration; what several resources have comes last."""

    def __get__(self, instance: Any, owner: "type[Filters]") -> dict[str, Any]:
        declared: dict[str, Any] = owner.declared_filters
        shared = {name for base in owner.__mro__[1:] for name in getattr(base, "declared_filters", ())}
        return {n: f for n, f in declared.items() if n not in shared} | {n: f for n, f in declared.items() if n in shared}


class Filters(django_filters.FilterSet):
    """The filters of a resource: one per class attribute, under its name."""

    declared = _InOrder()

    slug = SlugFilter()
    uid = UidFilter()
    external_id = ExternalIdFilter()
    updated_at = MomentFilter(help="When the record last changed.")

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Any = None, prefix: Any = None) -> None:
        """Filter a queryset by data, as django-filter does."""
        super().__init__(data, queryset, request=request, prefix=prefix)
        for name, declared in list(self.filters.items()):
            if isinstance(declared, Filter):
                del self.filters[name]
                ours = declared.parameters(name, self.queryset.model)
                self.filters.update({parameter.name: _ParameterFilter(parameter) for parameter in ours})

    @classmethod
    def of(cls, model: type[models.Model]) -> dict[str, Parameter]:
        """Return every parameter that the declared filters answer to, by name."""
        return {
            parameter.name: parameter
            for name, declared in cls.declared.items()
            for parameter in (declared.parameters(name, model) if isinstance(declared, Filter) else cls._plain(name, model))
        }

    @classmethod
    def _plain(cls, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the parameter of a filter of django-filter."""
        declared = cls(queryset=model._default_manager.all()).filters[name]

        def clause(given: str) -> Clause:
            try:
                value = declared.field.clean(given)
            except ValidationError as error:
                raise BadParameter(" ".join(error.messages), name) from error
            return Clause((name, given), lambda rows: declared.filter(rows, value))

        yield Parameter(name, clause, str(declared.extra.get("help_text") or declared.label or ""), {"type": "string"})
