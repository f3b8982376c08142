"""The file of a query: its name, and its bytes, streamed or built."""

from collections.abc import Callable
from typing import Any

import psycopg

from api.database.connection import fetch, live_connection
from api.database.reads import note_query
from api.database.version import data_version
from api.errors import BadParameter
from api.exports.build_process import table_of
from api.exports.built_files import BuiltFile, built_file, built_once
from api.exports.features import flat_feature
from api.exports.formats import Format
from api.exports.lists import list_rows, list_tables
from api.exports.statement import csv_statement, feature_statement, table_columns
from api.exports.stream import CopyStream, Slot
from api.query.list_query import ListQuery
from api.query.selection import selected, statement
from api.resources.resource import Resource
from registry.sql import sql

_BOM = "\ufeff".encode()
#: Between the records of a GeoJSON text sequence (RFC 8142), a character that JSON never holds.
_SEPARATOR = "\x1e"


def file_name(resource: Resource, wanted: Format) -> str:
    """Name the file of an export."""
    return f"{resource.name}-{data_version().changed_at:%Y-%m-%d}.{wanted.extension}"


def built(query: ListQuery, wanted: Format) -> BuiltFile:
    """Return the file of a query in a format that is complete before it is sent. Raises Busy and TooSlow."""
    _count(query, wanted)
    table = table_of(query, wanted)
    # What a curator has chosen may be drafts, which move no version.
    return built_file(table, wanted) if query.among is None else built_once(table, wanted)


def stream_of(query: ListQuery, wanted: Format, mark: bool) -> CopyStream:
    """Begin to write the file of a query; `mark` puts a byte order mark before CSV. Raises Busy and TooSlow."""
    slot = Slot()
    try:
        chosen = streamed(query, wanted)
        if wanted.name == "csv":
            names = ",".join(column.name for column in table_columns(query)).encode()
            return CopyStream(chosen, slot, head=(_BOM if mark else b"") + names + b"\r\n")
        if wanted.name == "geojsonseq":
            return CopyStream(chosen, slot, convert=flat_feature)
        return CopyStream(
            chosen,
            slot,
            head=b'{"type":"FeatureCollection","features":[\n',
            tail=b"]}\n",
            skipped=1,
            convert=flat_feature,
        )
    except BaseException:
        slot.give_back()
        raise


def streamed(query: ListQuery, wanted: Format) -> "Callable[[psycopg.Connection[Any]], str]":
    """Return what gives the statement of a streamed file."""
    if wanted.name == "csv":
        return lambda live: csv_statement(live, query)
    return lambda live: feature_statement(live, query, _SEPARATOR if wanted.name == "geojsonseq" else ",")


def note_reads(query: ListQuery, wanted: Format) -> None:
    """Count what a streamed file would read, for the tag of a response without its body."""
    note_query(streamed(query, wanted)(live_connection()))


def _count(query: ListQuery, wanted: Format) -> None:
    """Reject more records than the format can hold."""
    if wanted.most_records is None:
        return
    counted = (statement(query, selected(query).values("id")), *(list_rows(query, table) for table in list_tables(query)))
    for rows in counted:
        ((number,),) = fetch(sql("SELECT count(*) FROM ({rows} LIMIT {most}) counted", rows=rows, most=wanted.most_records + 1))
        if number > wanted.most_records:
            raise BadParameter(
                f"A sheet can hold {wanted.most_records:,} records or rows within them, and there are more. Add a filter or use"
                " csv, zip or parquet.",
                "format",
            )
