"""What an import compares and writes of each kind of record: facts, lists, and how a difference is reported."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

from django.db import models as dj

from imports.columns import default_of, mapped, typed
from registry.entries import rows_of
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import CitationRelation

CONTRADICTS, MENTIONS = CitationRelation.CONTRADICTS.value, CitationRelation.MENTIONS.value

#: How far apart, in metres, two points of one record may lie and still be called the same, and only be mentioned.
SAME_PLACE_M, NEAR_PLACE_M = 100, 1_000


@dataclass(frozen=True)
class Fact:
    """Columns that are compared, kept and written as one; `unknown` are codes that say nothing.

    `relation` is the relation of a source with another value: it contradicts or mentions; "" is only in the report.
    """

    name: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...] = ("",)
    relation: str = CONTRADICTS
    #: Whether its columns are a figure and its bounds: each of them says something.
    is_figure: bool = False


@dataclass(frozen=True)
class RowList:
    """Rows of a child table that a mapped row gives as a list."""

    name: str
    model: type[dj.Model]
    #: The column that names the record.
    owner: str
    columns: tuple[str, ...]
    #: The SELECT of the table's columns from the JSON of one row.
    elements: Callable[[Sql], Sql]
    #: What a citation says that the source states: a SELECT of one text column over a JSON list.
    stated: Callable[[Sql], Sql]
    #: Whether a file adds to the list of a record that has one, instead of replacing it.
    grows: bool = False
    #: Fields of its columns, where each row is checked by the rules of its table.
    fields: tuple[Any, ...] = ()
    #: The fields that name a row: a cell of several holds them.
    keys: tuple[str, ...] = ()

    @property
    def table(self) -> Sql:
        """Name the table."""
        return identifier(self.model._meta.db_table)

    def given(self, row: str) -> Sql:
        """Select the rows that a staged row gives."""
        return self.elements(mapped(row))


@dataclass(frozen=True)
class TargetTable:
    """A kind of record that files bring."""

    target: str
    model: type[Any]
    #: Column of external ids and names that points at the record.
    owner: str
    facts: tuple[Fact, ...]
    lists: tuple[RowList, ...] = ()
    named: bool = False
    #: Column of citations that points at the record; "" if its rows are not cited.
    cited_as: str = ""
    #: Whether records that the registry lacks are made.
    makes: bool = True
    #: A column that names a record in its slug where the column that people call it by is empty.
    label_otherwise: str = ""
    #: The column of the place, or of the outline; "" if it has none.
    located_by: str = ""

    @property
    def name(self) -> str:
        """Name the table."""
        return str(self.model._meta.db_table)

    @property
    def cited(self) -> bool:
        """Return whether the rows are cited."""
        return bool(self.cited_as)

    @property
    def label(self) -> str:
        """Name the column that people call a record by; "" if that is its slug."""
        return "" if self.model.label_field == "slug" else str(self.model.label_field)

    @property
    def labels(self) -> tuple[str, ...]:
        """List the columns whose first value names a record in its slug."""
        return tuple(filter(None, (self.label, self.label_otherwise)))

    def field(self, column: str) -> Any:
        """Return the model's field."""
        return self.model._meta.get_field(column)

    def db_column(self, column: str) -> str:
        """Name the column of a field."""
        return str(self.field(column).column)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """List the fields that all facts write."""
        return tuple(column for fact in self.facts for column in fact.columns)

    @property
    def db_columns(self) -> list[str]:
        """List the columns of those fields."""
        return [self.db_column(column) for column in self.columns]

    @cached_property
    def keys(self) -> frozenset[str]:
        """List what a mapped row may say: a key that is absent is not touched, a key that is None is unknown."""
        other = ("other_names",) if self.named else ()
        point: tuple[str, ...] = ("location",) if self.located_by == "area" else ()
        own = ("external_id", "when_new", "version") if self.makes else ("iso3",)
        point += ("country_from",) if self.located_by and "country" in self.columns else ()
        return frozenset((*own, *other, *point, *self.columns, *(rows.name for rows in self.lists)))

    @property
    def all_typed(self) -> Sql:
        """Select all columns in the types of the table, under their names there."""
        return joined(
            ", ",
            (
                sql("{value} AS {name}", value=typed(self.field(c), mapped("r")), name=identifier(self.db_column(c)))
                for c in self.columns
            ),
        )

    def others(self, source: int | None) -> dict[str, Any]:
        """Return what a new record has in columns that no file gives: the source it cites, and the model's defaults."""
        given = {
            field.column: default_of(field)
            for field in self.model._meta.concrete_fields
            if field.has_default() and field.db_default is dj.NOT_PROVIDED and field.name not in self.columns
            if field.name != "record_status"
        }
        return {**given, "source_id": source} if self.has_source else given

    @property
    def has_source(self) -> bool:
        """Return whether a record has one source, in a column of its own, that must be known."""
        fields = {field.name: field for field in self.model._meta.concrete_fields}
        return not self.cited_as and "source" in fields


def named(columns: Iterable[str], *row: str) -> Sql:
    """List columns, qualified by the alias of their row if there is one."""
    return joined(", ", (identifier(*row, column) for column in columns))


def written_list(
    name: str, model: type[dj.Model], columns: tuple[str, ...], elements: LiteralString, stated: LiteralString
) -> RowList:
    """Declare a list by SQL: `{columns}` from the JSON of one row (`{mapped}`), and what is stated by a list (`{list}`)."""
    owner = next(rows.owner for rows in _all_rows(model) if rows.name == name)
    return RowList(
        name,
        model,
        owner,
        columns,
        lambda row: sql(elements, columns=named(columns), mapped=row),
        lambda value: sql(stated, list=value),
    )


def _all_rows(model: type[dj.Model]) -> list[Any]:
    owners = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    return [rows for owner in owners for rows in rows_of(owner) if rows.model is model]
