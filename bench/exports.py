"""`python -m bench.exports`: how fast exports are beside psql's own COPY of the same columns, and what they cost in memory.

python -m bench.exports [--size N] [--rounds R] [--built]
"""

import argparse
import os
import statistics
import subprocess
import threading
import time
import urllib.request

from bench.__main__ import prepare, say
from bench.services import SERVICES, Running, running
from config.environment import Environment

_BLOCK_BYTES = 1 << 20


def statements(target: str, resource: str) -> dict[str, str]:
    """Give the COPY of each streamed format, as the service composes it."""
    os.environ["DATABASE_URL"] = target
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from api.exports.statement import csv_statement, feature_statement
    from api.exports.stream import connect
    from api.query.selection import read_selection
    from api.resources.resource import resource_named

    query = read_selection(resource_named(resource), {})
    with connect() as live:
        return {"csv": csv_statement(live, query), "geojsonseq": feature_statement(live, query, "\x1e")}


def download(address: str) -> tuple[float, int]:
    """Read an answer to its end; give the seconds and bytes."""
    begin, size = time.monotonic(), 0
    with urllib.request.urlopen(address, timeout=3600) as answer:
        while block := answer.read(_BLOCK_BYTES):
            size += len(block)
    return time.monotonic() - begin, size


def copied(target: str, statement: str) -> tuple[float, int]:
    """Have psql run the same COPY; give the seconds and bytes."""
    begin, size = time.monotonic(), 0
    command = ["psql", "-X", "-q", "-c", statement, target.replace("postgis://", "postgresql://", 1)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while block := process.stdout.read(_BLOCK_BYTES):
            size += len(block)
    if process.returncode:
        raise SystemExit("psql could not copy")
    return time.monotonic() - begin, size


class Memory:
    """The largest worker, looked at ten times a second."""

    def __init__(self, service: Running) -> None:
        """Look once, before."""
        self.service, self.before = service, service.largest_worker_mb()
        self.most, self._stop = self.before, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, self.service.largest_worker_mb())

    def __enter__(self) -> "Memory":
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()


def main() -> None:
    """Measure each streamed format in turn with psql, A B A B; with --built the others once."""
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--resource", default="deposits")
    parser.add_argument("--built", action="store_true", help="the formats that are built first, too")
    options = parser.parse_args()
    target = prepare(Environment.current().database_url, options.size)
    same = statements(target, options.resource)
    print("| format | MB | MB/s | of psql COPY | worker grows by |\n|---|---|---|---|---|")
    with running(SERVICES["ours"], target) as ours:
        base = f"{ours.base}/api/v1/{options.resource}/export/?format="
        download(f"{base}csv&fields=slug&country=KZ")
        for name, statement in same.items():
            ours_s, psql_s, size = [], [], 0
            with Memory(ours) as memory:
                for _ in range(options.rounds):
                    seconds, size = download(f"{base}{name}")
                    ours_s.append(seconds)
                    psql_s.append(copied(target, statement)[0])
                    say(f"{name}: {ours_s[-1]:.1f} s, psql {psql_s[-1]:.1f} s")
            ratio = statistics.median(psql_s) / statistics.median(ours_s)
            rate = size / 1e6 / statistics.median(ours_s)
            print(
                f"| {name} | {size / 1e6:.0f} | {rate:.0f} | {ratio:.2f} | {memory.most - memory.before:.0f} MB |", flush=True
            )
        for name in ("parquet", "gpkg", "fgb") if options.built else ():
            with Memory(ours) as memory:
                seconds, size = download(f"{base}{name}")
            print(f"| {name} | {size / 1e6:.0f} | {seconds:.1f} s | – | {memory.most - memory.before:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
