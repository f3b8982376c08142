"""Measures the import of MRDS-like rows beside hand-written COPY and upserts of the same rows, as ratios.

python -m bench.imports --rows N [--write bench/IMPORTS.md]

DATABASE_URL names a server on which databases may be made: bench_imports_* are created and dropped.
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench import imports_baseline, mrds_like
from bench.services import ROOT, SERVICES, running
from config.environment import Environment

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


@dataclass(frozen=True)
class Taken:
    """What a load took: seconds, processor seconds of client and server together, and the most memory of the client, in MB."""

    seconds: float
    cpu: float
    memory: float = 0.0


class ServerTime:
    """Processor time of the backends of one database, watched twice a second: on a busy machine it says more than a clock."""

    def __init__(self, server: "Server", name: str) -> None:
        """Begin to watch."""
        self._ticks: dict[int, int] = {}
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(server.url, name), daemon=True)
        self._watcher.start()

    def _watch(self, url: str, name: str) -> None:
        with psycopg.connect(url.replace("postgis://", "postgresql://", 1), autocommit=True) as connection:
            while True:
                for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]).fetchall():
                    with suppress(OSError):
                        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                        self._ticks[pid] = int(fields[11]) + int(fields[12])
                if self._done.wait(0.5):
                    return

    def seconds(self) -> float:
        """Stop watching, and give the sum."""
        self._done.set()
        self._watcher.join(30)
        return sum(self._ticks.values()) / os.sysconf("SC_CLK_TCK")


def manage(server: "Server", name: str, *command: str) -> Taken:
    """Run a command of manage.py on a database."""
    variables = {**os.environ, "DATABASE_URL": server.of(name), "REGISTRY_LOG_LEVEL": "ERROR"}
    watched, begin = ServerTime(server, name), time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=variables, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read().decode().strip()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    print(f"{name}: {' '.join(command[:2])}: {said}", file=sys.stderr, flush=True)
    seconds = time.monotonic() - begin
    return Taken(seconds, watched.seconds() + used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def by_hand(server: "Server", name: str, path: Path) -> Taken:
    """Load by hand."""
    watched, begin, own = ServerTime(server, name), time.monotonic(), time.process_time()
    imports_baseline.load(server.of(name), path)
    taken = Taken(time.monotonic() - begin, watched.seconds() + time.process_time() - own)
    print(f"{name}: by hand: {taken}", file=sys.stderr, flush=True)
    return taken


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
            manage(server, _SEED, *command)
        startup = manage(server, _SEED, "imports")
        lines = [
            f"{rows:,} rows, {megabytes:.0f} MB; the command itself takes {startup.cpu:.1f} s of processor time to start.",
            "",
        ]
        lines += ["| | by hand | import | ratio | ratio of the clock | memory |", "|---|---|---|---|---|---|"]
        server.clone(_SEED, _FULL)
        hand = by_hand(server, _FULL, first)
        server.clone(_SEED, _WORK)
        load = ("load", "mrds", "--file")
        lines.append(_line("into an empty registry", hand, manage(server, _WORK, *load, str(first))))
        lines.append(_line("the same file again", hand, manage(server, _WORK, *load, str(first))))
        server.clone(_FULL, _WORK)
        hand = by_hand(server, _WORK, second)
        target = server.clone(_FULL, _WORK)
        with running(SERVICES["ours"], target) as service:
            with asking(service.base) as quiet:
                time.sleep(30)
            with asking(service.base) as busy:
                ours = manage(server, _WORK, *load, str(second))
        lines.append(_line(f"into a registry of {rows:,} others, which answers meanwhile", hand, ours))
        lines.append(_line("the same file again", hand, manage(server, _WORK, *load, str(second))))
        lines += ["", f"A page of 100 records took {_spread(quiet)} before, and {_spread(busy)} while the import ran."]
        return lines


def _line(what: str, hand: Taken, ours: Taken) -> str:
    ratio, clock = ours.cpu / hand.cpu, ours.seconds / hand.seconds
    line = f"| {what} | {hand.cpu:.0f} s | {ours.cpu:.0f} s | {ratio:.2f} | {clock:.2f} | {ours.memory:.0f} MB |"
    print(line, file=sys.stderr, flush=True)
    return line


def _spread(answers: list[float]) -> str:
    """Give the median, the time that 99 of 100 answers keep, and the most."""
    if len(answers) < 2:
        return "nothing"
    p99 = statistics.quantiles(answers, n=100, method="inclusive")[98]
    return f"{statistics.median(answers):.0f} ms (p99 {p99:.0f}, at most {max(answers):.0f}; {len(answers)} asked)"


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--write", type=Path, help="where the table goes")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    options = parser.parse_args()
    server = Server(Environment.current().database_url)
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
