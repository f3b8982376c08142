"""The builder: takes an order, writes the file, and says in one line how it went; ends when whoever ordered it does."""

import errno
import importlib
import json
import os
import sys
import threading

import psycopg

from api.exports.build.order import Order

_BUILDERS = {"parquet": "parquet", "gpkg": "layers", "fgb": "layers", "xlsx": "sheet"}


def _end_with_the_other_side() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Build one file."""
    order = Order.read(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_other_side, daemon=True).start()
    answer: dict[str, str] = {}
    try:
        importlib.import_module(f"api.exports.build.{_BUILDERS[order.format]}").build(order)
    except psycopg.Error as error:
        answer = {"sqlstate": error.sqlstate or "08006"}
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        answer = {"room": "none"}
    print(json.dumps(answer), flush=True)
    # The other thread waits for its end on purpose.
    os._exit(0)


main()
