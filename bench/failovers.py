"""Kill the primary of a cluster again and again while writers write and readers read: `python -m bench.failovers [NUMBER]`.

Prints, for each promotion, how long writers and readers were refused, and at the end whether every write that was
acknowledged is there. Needs root or the account that owns the checkout, pgbouncer and nginx.
"""

import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg

from config.embedded import ROOT
from config.replicated.node import Node
from config.replicated.pooler import pooled_url

_PORT = 8190
_LIST = f"http://localhost:{_PORT}/api/v1/organizations/?limit=10"
_TABLE = ("CREATE TABLE acknowledged (number bigint PRIMARY KEY)", "GRANT ALL ON acknowledged TO registry")


class Clients:
    """Threads that do something again and again; `gap_s` is the longest time without success since it was last asked."""

    def __init__(self, act: Callable[[int], None], number: int) -> None:
        """Start them."""
        self.succeeded: list[int] = []
        self._act, self._over, self._numbers = act, threading.Event(), iter(range(10**12))
        self._last, self._gap_s = time.monotonic(), 0.0
        self._threads = [threading.Thread(target=self._run) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            number = next(self._numbers)
            try:
                self._act(number)
            except (psycopg.Error, OSError):
                time.sleep(0.01)
                continue
            self.succeeded.append(number)
            now = time.monotonic()
            self._gap_s, self._last = max(self._gap_s, now - self._last), now

    def gap_s(self) -> float:
        """Return the longest time without success, and start counting again."""
        longest, self._gap_s = self._gap_s, 0.0
        return longest

    def stop(self) -> None:
        """End them."""
        self._over.set()
        for thread in self._threads:
            thread.join()


def _writer(url: str) -> Callable[[int], None]:
    held = threading.local()

    def write(number: int) -> None:
        connection = getattr(held, "connection", None)
        if connection is None or connection.closed:
            held.connection = connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        try:
            connection.execute("INSERT INTO acknowledged VALUES (%s)", [number])
        except psycopg.Error:
            connection.close()
            raise

    return write


def _read(_number: int) -> None:
    request = urllib.request.Request(_LIST, headers={"Cache-Control": "no-cache"})
    with urllib.request.urlopen(request, timeout=20) as response:
        response.read()


def _primary(nodes: list[Node]) -> Node | None:
    running = [node for node in nodes if node.cluster.pid() and node.is_primary()]
    return max(running, key=Node.timeline, default=None)


def _settled(nodes: list[Node]) -> Node:
    """Wait until a primary is followed by both others, and return it."""
    while True:
        try:
            if (primary := _primary(nodes)) and len(primary.following()) == 2:
                return primary
        except Exception:  # noqa: BLE001 - it is just being promoted
            pass
        time.sleep(0.2)


def main() -> int:
    """Run, print, and give the exit status: 1 if anything was lost."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="registry-failovers-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        words = [str(ROOT / "run"), "cluster", "--port", str(_PORT), "--seed", "article", "--folder", name]
        log = folder / "log"
        with log.open("wb") as output, subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT) as cluster:
            try:
                while "Ctrl-C" not in log.read_text(errors="replace"):
                    if cluster.poll() is not None:
                        print(log.read_text(errors="replace")[-3000:])
                        return 1
                    time.sleep(0.5)
                return _kill(folder, number, chance)
            finally:
                cluster.terminate()
                cluster.wait(60)


def _kill(folder: Path, number: int, chance: random.Random) -> int:
    nodes = [Node(folder / name, name) for name in ("one", "two", "three")]
    first = _settled(nodes)
    first.sql(*_TABLE, database="registry")
    url = pooled_url(folder / "pooler").replace("postgis:", "postgresql:")
    writers, readers = Clients(_writer(url), 4), Clients(_read, 2)
    refused: list[tuple[float, float]] = []
    try:
        for kill in range(1, number + 1):
            time.sleep(chance.uniform(0, 1))
            writers.gap_s(), readers.gap_s()
            primary, before = _settled(nodes), len(writers.succeeded)
            primary.kill()
            while len(writers.succeeded) < before + 50:
                time.sleep(0.05)
            refused.append((writers.gap_s(), readers.gap_s()))
            waited, unread = refused[-1]
            print(f"{kill}: {primary.name} killed; writers waited {waited:.2f} s, readers {unread:.2f} s", flush=True)
    finally:
        writers.stop()
        readers.stop()
    present = {int(line) for line in _settled(nodes).sql("SELECT number FROM acknowledged", database="registry").split()}
    lost = set(writers.succeeded) - present
    waits = sorted(wait for wait, _ in refused)
    print(
        f"{number} primaries killed; {len(writers.succeeded):,} writes acknowledged, {len(lost)} lost; writers waited"
        f" {waits[len(waits) // 2]:.2f} s at the median and {waits[-1]:.2f} s at most, readers"
        f" {max(unread for _, unread in refused):.2f} s at most; {len(readers.succeeded):,} reads"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
