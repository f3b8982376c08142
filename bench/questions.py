"""How long the questions of docs/questions.md take: `python -m bench.questions --size N`, over the database of `./run`.

Each request is sent in this process as a view answers it: some times with nothing remembered, then with other limits. The
first rows and the counts of a question hold until the data change, and its pages are cut from them. Times are those of the
processor, of this process and of the server's process for it, as time on the clock says little where other work runs.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

#: Requests with nothing remembered, and requests after them; each has another limit, so that no body is remembered.
_FIRST, _AGAIN = 5, 15


def main() -> None:
    """Make the registry of that size if it is not there, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    options = parser.parse_args()
    from bench.__main__ import prepare
    from config.environment import Environment

    os.environ["DATABASE_URL"] = prepare(Environment.current().database_url, options.size)
    os.environ["REGISTRY_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from api.database import version
    from api.questions.saved import saved_requests

    def spent() -> float:
        """Return the milliseconds that this process and the server's for it have run on a processor."""
        connection.ensure_connection()
        server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
        return time.process_time() * 1000 + int(server) / 1e6

    client = Client(HTTP_HOST="localhost")
    print(f"| question, {options.size:,} deposits | first, p50 ms | again, p50 ms |\n|---|--:|--:|")
    for one in saved_requests():
        if "export/" in one.asks:
            continue
        times = []
        for number in range(_FIRST + _AGAIN):
            if number < _FIRST:
                version.forget()
            mark = "" if "as_of" in one.asks else f"{'&' if '?' in one.asks else '?'}limit={20 + number}"
            begin = spent()
            response = client.get(f"{one.address}{mark}")
            times.append(spent() - begin)
            if response.status_code != 200:
                times = []
                break
        shown = (
            f"{statistics.median(times[:_FIRST]):,.0f} | {statistics.median(times[_FIRST:]):,.1f}"
            if times
            else f"{response.status_code} | –"
        )
        print(f"| {one.name} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
