"""The statement of an export: COPY over the query that a list would page through.

COPY takes no bound parameters, so the values of the question are written into it as literals by psycopg, which quotes each
by its type.
"""

from collections.abc import Iterable
from typing import Any

import psycopg

from api.exports.columns import LICENSE, Column, columns_of, sources_sql
from api.query.bound import Condition
from api.query.question import Question
from api.query.rows import live_sql
from api.query.selection import bind, selected, sorted_rows
from api.resources.resource import GEOMETRY, Resource

#: JSON text holds no control characters, so with these COPY neither quotes nor escapes it.
_VERBATIM = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL ''"


def table_columns(question: Question) -> tuple[Column, ...]:
    """Give the columns that a question chooses, with sources and licence, which go with every record."""
    every = columns_of(question.resource)
    if question.fields is None:
        return every
    return tuple(column for column in every if column.name in (*question.fields, "sources", "license"))


def csv_statement(connection: "psycopg.Connection[Any]", question: Question) -> str:
    """Give the COPY of a table for people and spreadsheets, without a header."""
    columns = [column.harmless_sql for column in table_columns(question)]
    return _copy(connection, question, columns, "FORMAT csv")


def table_statement(connection: "psycopg.Connection[Any]", question: Question, *, located: bool = False) -> str:
    """Give the COPY of a table for the builders of files: values as they are; the geometry as hexadecimal WKB, and its bounds.

    `located` leaves out records without a place, for formats that cannot hold them.
    """
    columns = [column.sql for column in table_columns(question)]
    if has_geometry(question):
        geometry = f"{question.resource.table}.{question.resource.geometry}"
        columns.append(f"encode(ST_AsBinary({geometry}, 'NDR'), 'hex')")
        columns += [f"ST_{side}({geometry})" for side in ("XMin", "YMin", "XMax", "YMax")]
    return _copy(connection, question, columns, "FORMAT csv", located=located)


def has_geometry(question: Question) -> bool:
    """Tell whether a question chooses the geometry."""
    return question.resource.geometry is not None and (question.fields is None or GEOMETRY in question.fields)


def feature_statement(connection: "psycopg.Connection[Any]", question: Question, before: str) -> str:
    """Give the COPY of GeoJSON features, one to a line, each after a character."""
    return _copy(connection, question, [f"'{before}' || {_feature_sql(question)}"], _VERBATIM)


def _feature_sql(question: Question) -> str:
    resource = question.resource
    geometry = f"COALESCE({resource.table}.geometry_document::text, 'null')" if has_geometry(question) else "'null'"
    return (
        f"""'{{"type":"Feature","id":"' || {resource.table}.slug || '","geometry":' || {geometry} || ',"properties":' || """
        f"""{_properties_sql(resource, question.fields)} || '}}'"""
    )


def _properties_sql(resource: Resource, fields: tuple[str, ...] | None) -> str:
    """Join the rendered document, what is rendered at read, sources and licence."""
    document, live = f"{resource.table}.document", live_sql(resource)
    parts = [f"left({document}::text, -1)"]
    if fields is not None:
        of_document = resource.summary().fields  # type: ignore[attr-defined]
        chosen = [f"{document}->'{name}' AS \"{name}\"" for name in fields if name in of_document]
        if live:
            of_live = resource.live().fields if resource.live else ()  # type: ignore[attr-defined]
            chosen += [f"({live})->'{name}' AS \"{name}\"" for name in fields if name in of_live]
        parts = [f"left((SELECT row_to_json(o) FROM (SELECT {', '.join(chosen)}) o)::text, -1)"] if chosen else ["'{'"]
        comma = "','" if chosen else "''"
    else:
        parts += [f"',' || left(substr(({live})::text, 2), -1)"] if live else []
        comma = "','"
    names = sources_sql(resource, "to_json(array_agg(DISTINCT s.slug ORDER BY s.slug))::text")
    parts.append(f"""{comma} || '"sources":' || COALESCE({names}, '[]') || ',"license":"{LICENSE}"}}'""")
    return " || ".join(parts)


def _copy(
    connection: "psycopg.Connection[Any]", question: Question, columns: Iterable[str], options: str, *, located: bool = False
) -> str:
    rows = sorted_rows(question, selected(question))
    if located:
        rows = rows.filter(**{f"{question.resource.geometry}__isnull": False})
    names = {f"_{position}": Condition(sql.replace("%", "%%")) for position, sql in enumerate(columns)}
    sql, values = bind(question, rows.annotate(**names).values_list(*names))
    text = psycopg.ClientCursor(connection).mogrify(sql, values)
    return f"COPY ({text}) TO STDOUT ({options})"
