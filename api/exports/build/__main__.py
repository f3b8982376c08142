"""The builder process: reads orders, writes a file for each, and reports each result in one line; it ends with its parent."""

import errno
import importlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import psycopg

from api.exports.build.order import Order

#: GDAL and SQLite say in ways of their own that they could not write; with less room than this, that is why.
_LITTLE_ROOM_BYTES = 1 << 20
_BUILDERS = {"parquet": "parquet", "gpkg": "layers", "fgb": "layers", "xlsx": "sheet", "zip": "archive"}


def _read_orders(orders: "SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        orders.put(line)
    # Nobody waits for what is being built.
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


def _build(order: Order) -> dict[str, str]:
    try:
        importlib.import_module(f"api.exports.build.{_BUILDERS[order.format]}").build(order)
    except Exception as error:
        known = _known(order, error)
        if known is None:
            raise
        return known
    return {}


def main() -> None:
    """Build a file for each order, until no more can come."""
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    while True:
        order = Order.read(orders.get())
        if rows := sys.modules.get("api.exports.build.rows"):
            rows.failures.clear()
        print(json.dumps(_build(order)), flush=True)


main()
