"""The rows of several values within a record (grades, parties, sites) as tables of their own, one row for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer, ListSerializer

from api.database.bound import Condition
from api.exports.columns import CASTS, TEXT, Column, harmless, listed, type_of
from api.query.list_query import ListQuery
from api.query.selection import selected, sorted_rows, statement
from api.resources.children import LinkOfOne
from api.resources.resource import Resource
from registry.sql import Sql, compiled, sql

_ROW = "e.value"


@dataclass(frozen=True)
class ListTable:
    """The rows that records show under a name; the first column is the slug of the record."""

    name: str
    columns: tuple[Column, ...]


@cache
def _tables(resource: Resource) -> tuple[ListTable, ...]:
    """Return the tables of the lists whose rows are more than a link."""
    fields: dict[str, Any] = resource.summary().fields  # type: ignore[attr-defined]
    return tuple(
        ListTable(name, (_record(resource), *_columns(declared.child)))
        for name, declared in fields.items()
        if isinstance(declared, ListSerializer) and "slug" not in declared.child.fields  # type: ignore[union-attr]
    )


def list_tables(query: ListQuery) -> tuple[ListTable, ...]:
    """Return the tables of the lists that a query chooses."""
    return tuple(one for one in _tables(query.resource) if query.fields is None or one.name in query.fields)


def _record(resource: Resource) -> Column:
    return Column(resource.kind, TEXT, 't."_0"', f"The record to which the row belongs, by its slug in {resource.name}.")


def _columns(row: Any) -> Iterator[Column]:
    for name, declared in row.fields.items():
        words = str(getattr(declared, "help_text", None) or "")
        value = f"{_ROW}->>'{name}'"
        if isinstance(declared, LinkOfOne):
            yield Column(f"{name}_kind", TEXT, f"{_ROW}->'{name}'->>'kind'", f"{words} Its kind.".strip())
            yield Column(name, TEXT, f"{_ROW}->'{name}'->>'slug'", f"{words} By its slug.".strip())
        elif isinstance(declared, ListSerializer | serializers.ListField):
            yield Column(name, TEXT, listed(f"{_ROW}->'{name}'"), f"{words} Joined by semicolons.".strip(), free=True)
        elif isinstance(declared, BaseSerializer):
            yield Column(name, TEXT, f"{_ROW}->'{name}'->>'slug'", f"{words} By its slug.".strip())
        else:
            type_ = type_of(declared)
            read = value if type_ == TEXT else f"({value})::{CASTS[type_]}"
            yield Column(name, type_, read, words, free=type_ == TEXT)


def list_rows(query: ListQuery, table: ListTable, *, plain: bool = False) -> Sql:
    """Return a table's rows, in the order of the records; `plain` keeps spreadsheets from running a text."""
    record = query.resource.table
    rows = sorted_rows(query, selected(query)).annotate(
        _0=Condition(f"{record}.slug"), _1=Condition(f"{record}.document->'{table.name}'")
    )
    columns = (harmless(column.sql) if plain and column.free else column.sql for column in table.columns)
    return sql(
        "SELECT {columns} FROM ({rows}) t"
        """ CROSS JOIN LATERAL json_array_elements(CASE json_typeof(t."_1") WHEN 'array' THEN t."_1" ELSE '[]' END) e""",
        columns=compiled(", ".join(columns).replace("%", "%%")),
        rows=statement(query, rows.values_list("_0", "_1")),
    )


def list_statement(connection: "psycopg.Connection[Any]", query: ListQuery, table: ListTable, *, plain: bool) -> str:
    """Return the COPY of a table's rows."""
    found = list_rows(query, table, plain=plain)
    return f"COPY ({psycopg.ClientCursor(connection).mogrify(found.text, found.values)}) TO STDOUT (FORMAT csv)"
