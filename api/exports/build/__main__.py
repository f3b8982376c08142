"""The builder process: reads an order, writes the file, and reports the result in one line; it ends with its parent process."""

import errno
import importlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path

import psycopg

from api.exports.build.order import Order

#: GDAL and SQLite say in ways of their own that they could not write; with less room than this, that is why.
_LITTLE_ROOM_BYTES = 1 << 20
_BUILDERS = {"parquet": "parquet", "gpkg": "layers", "fgb": "layers", "xlsx": "sheet", "zip": "archive"}


def _end_with_the_other_side() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _known(order: Order, error: Exception) -> dict[str, str] | None:
    """Describe a failure caused by the database or the disk, however a library reports it; None for internal errors."""
    rows = sys.modules.get("api.exports.build.rows")
    said = error if isinstance(error, psycopg.Error) else next(iter(rows.failures if rows else ()), None)
    if said is not None:
        return {"sqlstate": said.sqlstate or "08006"}
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or shutil.disk_usage(Path(order.path).parent).free < _LITTLE_ROOM_BYTES:
        return {"room": "none"}
    return None


def main() -> None:
    """Build one file."""
    order = Order.read(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_other_side, daemon=True).start()
    answer: dict[str, str] = {}
    try:
        importlib.import_module(f"api.exports.build.{_BUILDERS[order.format]}").build(order)
    except Exception as error:
        known = _known(order, error)
        if known is None:
            raise
        answer = known
    print(json.dumps(answer), flush=True)
    # The other thread waits for its end on purpose.
    os._exit(0)


main()
