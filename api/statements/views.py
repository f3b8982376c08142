"""The addresses of statements: pages, and everything in one file."""

from collections.abc import Collection
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
import psycopg
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from api.database.reads import note_query
from api.database.version import data_version
from api.exports.build_process import ExportTable
from api.exports.built_files import built_file
from api.exports.columns import harmless
from api.exports.formats import FORMATS
from api.exports.ranges import file_response
from api.exports.stream import CopyStream, Slot
from api.filters.parameters import boolean, code_of
from api.http.negotiation import CSV, JSON
from api.http.views import ReadView
from api.query.csv_table import csv_table
from api.statements import description
from api.statements.columns import COLUMNS, NAMES
from api.statements.filters import LISTS
from api.statements.query import StatementPage, StatementQuery, page, read_query, table_sql
from registry.sql import Sql, compiled, sql

#: Statements have no geometry and no rows within them.
EXPORTS = {name: one for name, one in FORMATS.items() if not one.located and name != "zip"}
_BOM = "\ufeff".encode()


class StatementsView(ReadView):
    """Statements, a page at a time."""

    formats: ClassVar[tuple[str, ...]] = ("json", "csv")
    operation: ClassVar[dict[str, Any]] = description.listed()

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return LISTS

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the query, fetch the page, write it."""
        given = self.given(request)
        chosen = self.chosen_format(request, given)
        narrowing = {name: value for name, value in given.items() if name != "format"}
        found = page(read_query(narrowing))
        following = None
        if found.cursor:
            following = request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'cursor': found.cursor})}")
        if chosen == "csv":
            response = HttpResponse(_csv(found), content_type=f"{CSV}; charset=utf-8; header=present")
        else:
            response = HttpResponse(orjson.dumps({"next": following, "results": found.rows}), content_type=JSON)
        if following:
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response


def _csv(found: StatementPage) -> bytes:
    rows: list[dict[str, Any]] = orjson.loads(orjson.dumps(found.rows))
    for row in rows:
        row["value"] = None if row["value"] is None else orjson.dumps(row["value"]).decode()
    return csv_table(NAMES, rows)


class StatementsExportView(ReadView):
    """All statements that a query asks for, in one file."""

    formats: ClassVar[tuple[str, ...]] = tuple(EXPORTS)
    operation: ClassVar[dict[str, Any]] = description.export(tuple(EXPORTS.values()))

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return LISTS

    def chosen_format(self, request: HttpRequest, given: dict[str, Any]) -> str:
        """Choose the format by its parameter; CSV otherwise."""
        return code_of("format", given["format"], EXPORTS) if "format" in given else "csv"

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Write the file."""
        given = self.given(request)
        wanted = EXPORTS[self.chosen_format(request, given)]
        mark = boolean("bom", given["bom"]) if "bom" in given else True
        narrowing = {name: value for name, value in given.items() if name not in ("format", "bom")}
        query = read_query(narrowing)
        name = f"statements-{data_version().changed_at:%Y-%m-%d}.{wanted.extension}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if wanted.built:
            return file_response(request, built_file(statements_table(query), wanted), wanted.media_type, headers)
        headers["Accept-Ranges"] = "none"
        body: Any = []
        if request.method == "HEAD":
            note_query(table_sql(query).text)
        else:
            head = (_BOM if mark else b"") + ",".join(NAMES).encode() + b"\r\n"
            body = _stream(query, head)
        return StreamingHttpResponse(body, content_type=wanted.media_type, headers=headers)


def statements_table(query: StatementQuery) -> ExportTable:
    """Return what the file of statements is built from."""
    return ExportTable(
        statement=lambda live: _copy(live, table_sql(query)),
        columns=[(column.name, column.type, column.description) for column in COLUMNS],
        dictionary=[(column.name, column.type, column.description, ", ".join(column.codes)) for column in COLUMNS],
        name="statements",
        title="Every value and its sources.",
    )


def _stream(query: StatementQuery, head: bytes) -> CopyStream:
    slot = Slot()
    try:
        return CopyStream(lambda live: statements_csv(live, query), slot, head=head)
    except BaseException:
        slot.give_back()
        raise


def statements_csv(live: "psycopg.Connection[Any]", query: StatementQuery) -> str:
    """Return the COPY of statements for people and spreadsheets, without a header."""
    return _copy(live, _harmless(table_sql(query)))


def _harmless(rows: Sql) -> Sql:
    """Keep spreadsheets from running a text as a formula."""
    free = ("field", "value", "locator")
    columns = ", ".join(harmless(f"s.{name}") if name in free else f"s.{name}" for name in NAMES)
    return sql("SELECT {columns} FROM ({rows}) s", columns=compiled(columns), rows=rows)


def _copy(live: "psycopg.Connection[Any]", rows: Sql) -> str:
    return f"COPY ({psycopg.ClientCursor(live).mogrify(rows.text, rows.values)}) TO STDOUT (FORMAT csv)"
