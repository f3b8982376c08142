"""Facets: what the records of a list are counted by, declared by the filters that find the same records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, QuerySet

from registry.sql import Sql


@dataclass(frozen=True)
class Watched:
    """A table on which the values of a facet rest: a change of its rows may change the value of a record.

    `record` is the column of a row that leads to the record. Where rows only lead to it through others, `through` is a query
    of the records for the keys of the changed rows, written as `{ids}`; then only changes of `columns` count.
    """

    table: str
    record: str = ""
    through: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facet:
    """The values that records are counted by: one of each record, or rows that hold several.

    A value is what the filter of the same name takes, so that the filter finds as many records as the facet counts. `value`
    is an expression of the ORM over a record; where records have several values, `rows` gives pairs of a record and a value
    instead. `target` is the kind of record whose ids the values are. `above` gives pairs of a value and every wider one that
    includes it: a commodity and its groups, a country and its regions. `columns` of the record and `watched` tables are all
    that values rest on; a facet that names neither cannot be kept counted.
    """

    value: Any = None
    rows: Callable[[], "QuerySet[Any]"] | None = None
    target: type[models.Model] | None = None
    above: Sql | None = None
    columns: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()

    @classmethod
    def of_column(cls, path: str, **options: Any) -> "Facet":
        """Count by a column of the record; one that a link leads to cannot be kept."""
        return cls(F(path), columns=() if "__" in path else (path,), **options)
