"""Records as CSV: lists of links joined by semicolons, other rows as JSON, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def csv_table(names: Sequence[str], records: Iterable[dict[str, Any]]) -> bytes:
    """Return a header and a line for each record, in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(record[name]) for name in names] for record in records)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _cell(value["slug"]) if "slug" in value else orjson.dumps(value).decode()
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and "slug" not in one for one in value):
            return orjson.dumps(value).decode()
        return ";".join(str(_cell(one)) for one in value)
    if isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS):
        return f"'{value}"
    return value
