"""An archive of CSV files: the records, each list of rows within them, and the data dictionary."""

import csv
import io
import zipfile
from datetime import datetime

import psycopg

from api.exports.build.order import Order

#: A zip file knows no earlier time.
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def build(order: Order) -> None:
    """Write the archive; the same data are the same bytes."""
    with zipfile.ZipFile(order.path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in (order, *order.of_lists()):
            with archive.open(_entry(order, table.layer), "w", force_zip64=True) as file, _connect(table) as live:
                file.write(_line([name for name, _, _ in table.columns]))
                with live.cursor().copy(table.statement) as rows:
                    for block in rows:
                        file.write(block)
        with archive.open(_entry(order, "dictionary"), "w") as file:
            file.write(_line(("column", "type", "code", "meaning")))
            for row in order.dictionary:
                file.write(_line(row))


def _connect(order: Order) -> "psycopg.Connection[object]":
    live = psycopg.connect(**order.connection)
    for statement in order.opening():
        live.execute(statement)
    return live


def _entry(order: Order, name: str) -> zipfile.ZipInfo:
    changed = datetime.fromisoformat(order.changed).timetuple()[:6]
    entry = zipfile.ZipInfo(f"{name}.csv", max(changed, _EARLIEST))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _line(values: object) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(values)  # type: ignore[arg-type]
    return written.getvalue().encode()
