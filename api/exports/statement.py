"""The statement of an export: COPY over the query that a list would page through.

COPY takes no bound parameters, so the values of the query are written into it as literals by psycopg, which quotes each
by its type.
"""

from collections.abc import Iterable
from typing import Any

import psycopg

from api.database.bound import Condition
from api.exports.columns import ALWAYS, LICENSE, STATE, Column, columns_on, rights_sql, sources_sql
from api.query.composed import live_sql_of
from api.query.list_query import ListQuery
from api.query.selection import selected, sorted_rows, statement
from api.resources.resource import GEOMETRY, ON_DATE

#: JSON text holds no control characters, so with these COPY neither quotes nor escapes it.
_VERBATIM = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL ''"


def table_columns(query: ListQuery) -> tuple[Column, ...]:
    """Return the columns that a query chooses, in its order, with those that go with every record."""
    every = {column.name: column for column in columns_on(query)}
    chosen = (*query.fields, *((ON_DATE,) if query.on else ()), *ALWAYS) if query.fields else every
    return tuple(every[name] for name in dict.fromkeys(chosen) if name != GEOMETRY)


def csv_statement(connection: "psycopg.Connection[Any]", query: ListQuery) -> str:
    """Return the COPY of a table for people and spreadsheets, without a header."""
    columns = [column.harmless_sql for column in table_columns(query)]
    return _copy(connection, query, columns, "FORMAT csv")


def table_statement(connection: "psycopg.Connection[Any]", query: ListQuery, *, located: bool = False) -> str:
    """Return the COPY of a table for built files: values as they are; the geometry as hexadecimal WKB, with bounds.

    `located` leaves out records without a place, for formats that cannot hold them.
    """
    columns = [column.sql for column in table_columns(query)]
    if query.drawn:
        geometry = f"{query.resource.table}.{query.resource.geometry}"
        columns.append(f"encode(ST_AsBinary({geometry}, 'NDR'), 'hex')")
        columns += [f"ST_{side}({geometry})" for side in ("XMin", "YMin", "XMax", "YMax")]
    return _copy(connection, query, columns, "FORMAT csv", located=located)


def feature_statement(connection: "psycopg.Connection[Any]", query: ListQuery, before: str) -> str:
    """Return the COPY of GeoJSON features, one to a line, each after a character."""
    return _copy(connection, query, [f"'{before}' || {_feature_sql(query)}"], _VERBATIM)


def _feature_sql(query: ListQuery) -> str:
    resource = query.resource
    geometry = f"COALESCE({resource.table}.geometry_document::text, 'null')" if query.drawn else "'null'"
    return (
        f"""'{{"type":"Feature","id":"' || {resource.table}.slug || '","geometry":' || {geometry} || ',"properties":' || """
        f"""{_properties_sql(query)} || '}}'"""
    )


def _properties_sql(query: ListQuery) -> str:
    """Join the rendered document, what is rendered at read, sources, rights and licence."""
    resource, fields, live = query.resource, query.fields, live_sql_of(query)
    document = f"{resource.table}.document"
    if fields is None:
        parts = [f"left({document}::text, -1)"]
        parts += [f"',' || left(substr(({live})::text, 2), -1)"] if live else []
    else:
        of_document = resource.summary().fields  # type: ignore[attr-defined]
        named = (*fields, ON_DATE) if query.on else fields
        holders = {name: document if name in of_document else f"({live})" for name in named if name != GEOMETRY}
        chosen = ", ".join(f"{holder}->'{name}' AS \"{name}\"" for name, holder in holders.items())
        parts = [f"left((SELECT row_to_json(o) FROM (SELECT {chosen}) o)::text, -1)"]
    parts.append(f"""',"sources":' || COALESCE(to_json({sources_sql(resource)})::text, '[]')""")
    if "rights" not in (resource.summary().fields if fields is None else fields):  # type: ignore[attr-defined]
        parts.append(f"""',"rights":' || COALESCE(to_json({rights_sql(resource)})::text, '[]')""")
    if query.among is not None:
        parts.append(f"""',"{STATE}":"' || {resource.table}.{STATE} || '"'""")
    parts.append(f"""',"license":"{LICENSE}"}}'""")
    return " || ".join(parts)


def _copy(
    connection: "psycopg.Connection[Any]", query: ListQuery, columns: Iterable[str], options: str, *, located: bool = False
) -> str:
    rows = sorted_rows(query, selected(query))
    if located:
        rows = rows.filter(**{f"{query.resource.geometry}__isnull": False})
    names = {f"_{position}": Condition(sql.replace("%", "%%")) for position, sql in enumerate(columns)}
    chosen = statement(query, rows.annotate(**names).values_list(*names))
    text = psycopg.ClientCursor(connection).mogrify(chosen.text, chosen.values)
    return f"COPY ({text}) TO STDOUT ({options})"
