"""What a filter may ask of: the allow-list of a collection, each name with its kind and the column behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import F

from api.database.bound import Condition
from registry.sql import identifier, sql


class ValueType(StrEnum):
    """What values of a property are, as far as comparing goes."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    #: A date known to a year, a month or a day: a text, and the period from its first day to its last.
    PARTIAL_DATE = "partial date"
    TIMESTAMP = "timestamp"
    GEOMETRY = "geometry"
    #: Several texts, such as the slugs of linked records.
    LIST = "list"


NUMBERS = frozenset({ValueType.INTEGER, ValueType.NUMBER})
TEXTS = frozenset({ValueType.TEXT, ValueType.PARTIAL_DATE})


@dataclass(frozen=True)
class Queryable:
    """A property that a filter may name; `table` is that of the record behind a foreign key, whose slug is the value."""

    name: str
    kind: ValueType
    path: str
    schema: Mapping[str, Any] = field(default_factory=dict, compare=False)
    table: str = ""
    #: The value as an expression, where it is no column.
    derived: Any = None
    #: Of a list of links: gives the ids of the records that have one of the slugs that are bound.
    holders: Callable[[Any], Any] | None = None

    def expression(self) -> Any:
        """Return the value of the property in SQL; a link to a record that is not published is null."""
        if self.derived is not None:
            return self.derived
        if not self.table:
            return F(self.path)
        return Condition.of(
            sql(
                "(SELECT linked.slug FROM {table} linked WHERE linked.id = {key} AND linked.record_status = 'published')",
                table=identifier(self.table),
                key=F(self.path),
            )
        )


Queryables = Mapping[str, Queryable]
