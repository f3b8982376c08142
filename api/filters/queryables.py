"""What a CQL2 filter may ask of: names with the kind of their values and the SQL behind them, each declared by its filter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.models import F, QuerySet, Subquery

from api.database.bound import Condition
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import boolean, today
from registry.fields import PartialDateField
from registry.sql import identifier, sql

#: The day that conditions depend on, bound by each request.
DAY = "filter.day"


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
_FORMATS: dict[ValueType, dict[str, Any]] = {
    ValueType.TEXT: {"type": "string"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.NUMBER: {"type": "number"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.DATE: {"type": "string", "format": "date"},
    ValueType.PARTIAL_DATE: {"type": "string", "pattern": "^\\d{4}(-\\d{2}(-\\d{2})?)?$"},
    ValueType.TIMESTAMP: {"type": "string", "format": "date-time"},
    ValueType.GEOMETRY: {"format": "geometry-any"},
    ValueType.LIST: {"type": "array", "items": {"type": "string"}},
}


@dataclass(frozen=True)
class Queryable:
    """A property that a filter may name; `table` is that of the record behind a foreign key, whose slug is the value."""

    name: str
    kind: ValueType
    path: str = ""
    text: str = field(default="", compare=False)
    #: The codes that values are of, if they are codes.
    codes: Sequence[str] = field(default=(), compare=False)
    table: str = ""
    #: The value as an expression, where it is no column.
    derived: Any = None
    #: Of a list: the condition that it holds a value.
    known: Any = None
    #: Of a list of links: gives the ids of the records that have one of the slugs that are bound.
    holders: Callable[[Any], Any] | None = None
    #: Of a property of other records: queries for those of a record, each with the property as it is among them.
    others: tuple[tuple["QuerySet[Any]", "Queryable"], ...] = ()

    @classmethod
    def of_column(cls, name: str, path: str, column: Any, text: str, codes: Sequence[str] = ()) -> "Queryable":
        """Compare a column; a foreign key by the slug of the record behind it."""
        if isinstance(column, models.GeneratedField):
            column = column.output_field
        if isinstance(column, models.ForeignKey):
            other: Any = column.related_model
            prefix = path.rpartition("__")[0]
            key = f"{prefix}__{column.get_attname()}" if prefix else column.get_attname()
            return cls(name, ValueType.TEXT, key, text, codes, other._meta.db_table)
        return cls(name, kind_of(column), path, text, codes)

    @classmethod
    def of_slugs(cls, name: str, target: Any, keys: Any, text: str, **options: Any) -> "Queryable":
        """Hold the slugs of public records of a model; `keys` is a query of their ids, as SQL or as an expression."""
        slugs = sql(
            "ARRAY(SELECT linked.slug::text FROM {target} linked WHERE linked.id IN ({keys})"
            " AND linked.record_status = 'published')",
            target=identifier(target._meta.db_table),
            keys=keys,
        )
        return cls.of_list(name, Condition.of(slugs), f"{text} Slugs, for the array functions.", **options)

    @classmethod
    def of_list(cls, name: str, derived: Any, text: str, known: Any = None, **options: Any) -> "Queryable":
        """Hold several texts; `known` is a shorter condition for that there is one."""
        known = known or Condition("COALESCE(cardinality(%s), 0) > 0", derived)
        return cls(name, ValueType.LIST, name, text.strip(), derived=derived, known=known, **options)

    @property
    def schema(self) -> dict[str, Any]:
        """Describe it as JSON Schema."""
        schema: dict[str, Any] = {"title": self.name, **_FORMATS[self.kind]}
        if self.kind is ValueType.GEOMETRY:
            return {**schema, "x-ogc-role": "primary-geometry"}
        schema["description"] = self.text
        if self.codes and self.kind is ValueType.LIST:
            schema["items"] = {"type": "string", "enum": list(self.codes)}
        elif self.codes:
            schema["enum"] = list(self.codes)
        return schema

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


def has_none(name: str, queryable: Callable[[], Any], dated: bool) -> Parameter:
    """Return `name__isnull` of a list: that it holds nothing; `dated` if that depends on the day."""
    parameter = f"{name}__isnull"

    def on(given: str, day: date) -> Clause:
        wanted = boolean(parameter, given)

        def apply(rows: "QuerySet[Any]") -> "QuerySet[Any]":
            return rows.exclude(queryable().known) if wanted else rows.filter(queryable().known)

        return Clause((parameter, wanted), apply, {DAY: day} if dated else {})

    text = f"`true`: the record has no `{name}` that is public; `false`: it has one or more."
    return Parameter(parameter, lambda given: on(given, today()), text, {"type": "boolean"}, on=on if dated else None)


def kind_of(column: Any) -> ValueType:
    """Return the kind of the values of a column."""
    match column:
        case PartialDateField():
            return ValueType.PARTIAL_DATE
        case GeometryField():
            return ValueType.GEOMETRY
        case models.BooleanField():
            return ValueType.BOOLEAN
        case models.IntegerField():
            return ValueType.INTEGER
        case models.FloatField() | models.DecimalField():
            return ValueType.NUMBER
        case models.DateTimeField():
            return ValueType.TIMESTAMP
        case models.DateField():
            return ValueType.DATE
        case _:
            return ValueType.TEXT


def with_slugs(rows: "QuerySet[Any]", key: str, target: Any, slugs: Any, above: Any = None) -> Any:
    """Keep rows whose key leads to a public record of one of the slugs, or to one that such a record includes."""
    wider = sql("SELECT id AS below, id AS value FROM {target}", target=identifier(target._meta.db_table))
    ids = sql(
        "{key} IN (SELECT wide.below FROM ({above}) wide JOIN {target} linked ON linked.id = wide.value"
        " AND linked.record_status = 'published' WHERE linked.slug = ANY ({slugs}))",
        key=F(key),
        above=above or wider,
        target=identifier(target._meta.db_table),
        slugs=slugs,
    )
    return rows.filter(Condition.of(ids))


def ids_of(rows: "QuerySet[Any]", column: str) -> Any:
    """Return a column of rows as a subquery."""
    return Subquery(rows.order_by().filter(**{f"{column}__isnull": False}).values(column))
