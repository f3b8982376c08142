"""`./run cluster`: what a replica may show, and what is left when the primary dies under writers."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import which
from typing import Any

import psycopg
import pytest

from config.embedded import ROOT
from config.replicated.node import Node
from config.replicated.pooler import pooled_url
from config.serve.renewal import pid_file
from tests.operations.machine import environment, eventually, processes_in, temporary_root

pytestmark = pytest.mark.slow

LIST = "/api/v1/organizations/?limit=3"


def neighbouring_ports(number: int) -> int:
    """Find the first of some ports that nobody uses, below those that Linux gives to clients: a minute may pass until then."""
    for first in range(20_000 + os.getpid() % 1_000 * 10, 32_000, number):
        with ExitStack() as probes, suppress(OSError):
            for port in range(first, first + number):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no neighbouring ports are free")


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[Path, int]]:
    """Run everything on the smallest seed; give the folder and the port of the proxy."""
    for program, package in (("pgbouncer", "pgbouncer"), ("nginx", "nginx-light")):
        if which(program, path="/usr/sbin:/usr/bin") is None:
            print(f"SKIPPED: there is no {program}")
            pytest.skip(f"THERE IS NO {program.upper()}: several servers are not tested (apt-get install {package})")
    port = neighbouring_ports(3)
    with temporary_root() as folder:
        words = [str(ROOT / "run"), "cluster", "--port", str(port), "--seed", "article", "--folder", str(folder)]
        variables = environment(REGISTRY_STATE=str(folder / "state"))
        log = folder / "log"
        with log.open("wb") as said, subprocess.Popen(words, env=variables, stdout=said, stderr=said) as process:
            try:
                assert eventually(lambda: "Ctrl-C stops" in log.read_text() or process.poll() is not None, 300)
                assert process.poll() is None, log.read_text()[-3000:]
                yield folder, port
            finally:
                process.terminate()
                process.wait(60)
        assert eventually(lambda: not processes_in(folder))


def get(port: int, path: str, **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Fetch an address; give the status, the body and the headers."""
    request = urllib.request.Request(
        f"http://localhost:{port}{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return response.status, json.load(response), dict(response.headers)
    except urllib.error.HTTPError as error:
        body = error.read()
        return error.code, json.loads(body) if body.startswith(b"{") else None, dict(error.headers)


def nodes(folder: Path) -> list[Node]:
    return [Node(folder / name, name) for name in ("one", "two", "three")]


def primary_of(folder: Path) -> Node:
    """Find the server that takes writes."""
    found: list[Node] = []

    def look() -> bool:
        with suppress(Exception):
            found[:] = [n for n in nodes(folder) if n.cluster.pid() and n.sql("SELECT pg_is_in_recovery()") == "f"]
        return len(found) == 1

    assert eventually(look, 30)
    return found[0]


@contextmanager
def paused(node: Node) -> Iterator[None]:
    """Let a replica apply nothing meanwhile."""
    node.sql("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        node.sql("SELECT pg_wal_replay_resume()")


def rename(primary: Node, name: str) -> None:
    """Give the first organization another name."""
    statement = f"UPDATE registry_organization SET name = '{name}' WHERE id = (SELECT min(id) FROM registry_organization)"
    primary.sql(statement, database="registry")


def test_a_reader_may_be_a_moment_behind_and_says_when_not(cluster: tuple[Path, int]) -> None:
    folder, port = cluster
    one, two, _ = nodes(folder)
    service = port + 1
    body = get(service, LIST)[1]
    before, name = body["position"], body["results"][0]["name"]
    with paused(two):
        rename(one, "Renamed")
        assert get(service, LIST)[1]["results"][0]["name"] == name, "the replica has not heard of it"
        status, newest, _ = get(service, LIST, Cache_Control="no-cache")
        assert (status, newest["results"][0]["name"]) == (200, "Renamed"), "who asks for the newest is answered by the primary"
        assert get(service, LIST, Cookie="registry_newest=1")[1]["results"][0]["name"] == "Renamed"
        # A cursor of a server that was ahead is answered by one that is as far.
        assert get(service, f"/api/v1/changes/?kind=organization&after={before}")[1]["changes"] == []
        assert before < newest["position"]
        feed = get(service, f"/api/v1/changes/?kind=organization&after={before}", Cache_Control="no-cache")[1]
        assert "Renamed" in {change["record"]["name"] for change in feed["changes"]}
        rename(one, "Renamed again")
        later = get(service, f"/api/v1/changes/?kind=organization&after={newest['position']}")[1]
        assert "Renamed again" in {change["record"]["name"] for change in later["changes"]}
        # Nobody reads a replica that stays behind.
        assert eventually(lambda: get(service, LIST)[1]["results"][0]["name"] == "Renamed again", 40)
    assert eventually(lambda: get(service, LIST)[1]["results"][0]["name"] == "Renamed again", 30)
    two.kill()
    assert {get(service, LIST)[0] for _ in range(10)} == {200}, "without its replica the service reads the primary"
    assert eventually(lambda: "two" in one.following(), 30), "the replica is started again"


def answered(port: int) -> int:
    """Give the status of a list; 0 if nobody answers."""
    try:
        return get(port, LIST, Cache_Control="no-cache")[0]
    except OSError:
        return 0


def test_what_was_killed_is_started_again(cluster: tuple[Path, int]) -> None:
    """The pooler, the proxy and a service, whose workers outlive them and hold their addresses."""
    folder, port = cluster
    supervisor = pid_file(ROOT, port).read_text().strip()
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    for name in (b"pgbouncer", b"nginx", b"granian"):
        os.kill(next(pid for pid, command in commands.items() if name in command), signal.SIGKILL)
    assert eventually(lambda: (folder / "log").read_text().count("has ended; starting it again") == 3, 20)
    assert eventually(lambda: [answered(port + number) for number in range(3)] == [200, 200, 200], 60)


def test_a_reader_of_a_replica_hears_of_a_restore(cluster: tuple[Path, int]) -> None:
    """What was committed after the backup is gone: a mirror that has seen it must start again, whichever server it asks."""
    folder, port = cluster
    primary, file = primary_of(folder), folder / "registry.dump"
    position = get(port + 1, LIST)[1]["position"]
    for words in (("backup", file), ("restore", file, "--force")):
        variables = {**os.environ, "DATABASE_URL": primary.url}
        command = [sys.executable, "-P", "-m", "config.embedded", *map(str, words)]
        subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True)
    assert eventually(lambda: answered(port + 1) == 200, 30)
    assert eventually(lambda: get(port + 1, f"/api/v1/changes/?after={position}")[0] == 410, 10)


class Writers:
    """Writers through the pooler; they note what was acknowledged, and how long they were refused."""

    def __init__(self, url: str, number: int) -> None:
        """Start them."""
        self.acknowledged: list[int] = []
        self.longest_s = 0.0
        self._url, self._over, self._numbers = url.replace("postgis:", "postgresql:"), threading.Event(), iter(range(10**9))
        self._threads = [threading.Thread(target=self._write) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        last, connection = time.monotonic(), None
        while not self._over.is_set():
            number = next(self._numbers)
            try:
                connection = connection or psycopg.connect(
                    self._url, autocommit=True, prepare_threshold=None, connect_timeout=2
                )
                connection.execute("INSERT INTO acknowledged VALUES (%s)", [number])
            except psycopg.Error:
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.02)
                continue
            self.acknowledged.append(number)
            self.longest_s, last = max(self.longest_s, time.monotonic() - last), time.monotonic()

    def stop(self) -> None:
        """End them."""
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_a_dead_primary_loses_nothing_that_was_acknowledged(cluster: tuple[Path, int]) -> None:
    folder, port = cluster
    first = primary_of(folder)
    first.sql(
        "CREATE TABLE acknowledged (number bigint PRIMARY KEY)", "GRANT ALL ON acknowledged TO registry", database="registry"
    )
    position = get(port, LIST)[1]["position"]
    writers = Writers(pooled_url(folder / "pooler"), 4)
    answers: Counter[int] = Counter()
    try:
        assert eventually(lambda: len(writers.acknowledged) > 50, 30)
        before = len(writers.acknowledged)
        first.kill()
        while len(writers.acknowledged) < before + 50:
            answers[get(port, LIST, Cache_Control="no-cache")[0]] += 1
            answers[get(port, LIST)[0]] += 1
    finally:
        writers.stop()
    assert eventually(lambda: "takes writes after" in (folder / "log").read_text())
    second = primary_of(folder)
    assert second.name != first.name
    present = {int(n) for n in second.sql("SELECT number FROM acknowledged", database="registry").split()}
    assert set(writers.acknowledged) <= present
    assert set(answers) <= {200, 503}
    # Mirrors must start again: numbers of transactions that the lost server gave may be given again.
    assert eventually(lambda: get(port, f"/api/v1/changes/?after={position}", Cache_Control="no-cache")[0] == 410, 30)
    assert eventually(lambda: len(second.following()) == 2, 60), "the lost server follows the new one"
    print(f"\nno writer was refused for longer than {writers.longest_s:.1f} s")
