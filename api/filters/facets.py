"""Facets: what the records of a list are counted by, declared by the filters that find the same records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from registry.sql import Sql


@dataclass(frozen=True)
class Facet:
    """The values that records are counted by: one of each record, or rows that hold several.

    A value is what the filter of the same name takes, so that the filter finds as many records as the facet counts. `value`
    is an expression of the ORM over a record; where records have several values, `rows` gives pairs of a record and a value
    instead. `target` is the kind of record whose ids the values are. `above` gives pairs of a value and every wider one that
    includes it: a commodity and its groups, a country and its regions.
    """

    value: Any = None
    rows: Callable[[], "QuerySet[Any]"] | None = None
    target: type[models.Model] | None = None
    above: Sql | None = None
