"""Measures the import of MRDS-like rows beside hand-written COPY and upserts of the same rows, as ratios.

python -m bench.imports --rows N [--write bench/IMPORTS.md]

DATABASE_URL names a server on which databases may be made: bench_imports_* are made anew and dropped.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench import imports_baseline, mrds_like
from bench.services import ROOT, SERVICES, running

_SEED, _WORK, _FULL = "bench_imports_seed", "bench_imports_work", "bench_imports_full"


class Server:
    """The server on which the databases of the measurement are made."""

    def __init__(self, url: str) -> None:
        """Take the address of any database of it."""
        self.url = url

    def of(self, name: str) -> str:
        """Give the address of one of its databases."""
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def do(self, sql: str) -> None:
        """Execute a statement outside of any transaction."""
        with psycopg.connect(self.url.replace("postgis://", "postgresql://", 1), autocommit=True) as connection:
            connection.execute(sql)

    def clone(self, template: str, name: str) -> str:
        """Make a database as another is, and give its address."""
        self.do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.of(name)

    def drop(self, *names: str) -> None:
        """Drop databases."""
        for name in names:
            self.do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def manage(url: str, *command: str) -> tuple[float, float]:
    """Run a command of manage.py; gives seconds and the most memory that it held, in MB."""
    begin = time.monotonic()
    variables = {**os.environ, "DATABASE_URL": url, "REGISTRY_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=variables, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    print("    " + said.strip().replace("\n", "\n    "), file=sys.stderr)
    return time.monotonic() - begin, used.ru_maxrss / 1000


def by_hand(url: str, path: Path) -> float:
    """Load by hand; gives seconds."""
    begin = time.monotonic()
    imports_baseline.load(url, path)
    return time.monotonic() - begin


@contextmanager
def asking(base: str) -> Iterator[list[float]]:
    """Ask a service for a page of records, four times a second, and keep the milliseconds of each answer."""
    answers: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.25):
            begin = time.monotonic()
            with urllib.request.urlopen(f"{base}/api/v1/deposits/?within=KZ&limit=100", timeout=60) as answer:
                answer.read()
            answers.append((time.monotonic() - begin) * 1000)

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    yield answers
    done.set()
    asker.join(60)


def measure(server: Server, rows: int) -> list[str]:
    """Measure all, and give the lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first.csv"), Path(folder, "second.csv")
        mrds_like.write(first, rows)
        mrds_like.write(second, rows, 60_000_000)
        megabytes = first.stat().st_size / 1e6
        server.do(f'DROP DATABASE IF EXISTS "{_SEED}" WITH (FORCE)')
        server.do(f'CREATE DATABASE "{_SEED}"')
        for command in (("migrate", "-v0"), ("seed", "-v0")):
            manage(server.of(_SEED), *command)
        startup, _ = manage(server.of(_SEED), "imports")
        lines = [f"{rows:,} rows, {megabytes:.0f} MB; the command itself takes {startup:.1f} s to start.", ""]
        lines += ["| | by hand | import | ratio | memory of the import |", "|---|---|---|---|---|"]
        hand = by_hand(server.clone(_SEED, _FULL), first)
        ours, memory = manage(server.clone(_SEED, _WORK), "load", "mrds", "--file", str(first))
        lines.append(_line("into an empty registry", hand, ours, memory))
        again, memory = manage(server.of(_WORK), "load", "mrds", "--file", str(first))
        lines.append(_line("the same file again, to the first load by hand", hand, again, memory))
        server.do("CHECKPOINT") if _may_checkpoint(server) else None
        hand = by_hand(server.clone(_FULL, _WORK), second)
        target = server.clone(_FULL, _WORK)
        with running(SERVICES["ours"], target) as service:
            with asking(service.base) as quiet:
                time.sleep(5)
            with asking(service.base) as busy:
                ours, memory = manage(target, "load", "mrds", "--file", str(second))
        lines.append(_line(f"into a registry of {rows:,} others", hand, ours, memory))
        again, memory = manage(target, "load", "mrds", "--file", str(second))
        lines.append(_line("the same file again", hand, again, memory))
        lines += ["", f"A page of 100 records took {_spread(quiet)} before, and {_spread(busy)} while the import ran."]
        return lines


def _may_checkpoint(server: Server) -> bool:
    with psycopg.connect(server.url.replace("postgis://", "postgresql://", 1)) as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        return bool(row and row[0])


def _line(what: str, hand: float, ours: float, memory: float) -> str:
    return f"| {what} | {hand:.1f} s | {ours:.1f} s | {ours / hand:.2f} | {memory:.0f} MB |"


def _spread(answers: list[float]) -> str:
    return f"{statistics.median(answers):.0f} ms (at most {max(answers):.0f}; {len(answers)} asked)" if answers else "nothing"


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--write", type=Path, help="where the table goes")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    options = parser.parse_args()
    server = Server(os.environ["DATABASE_URL"])
    try:
        text = "\n".join(measure(server, options.rows)) + "\n"
    finally:
        if not options.keep:
            server.drop(_SEED, _WORK, _FULL)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
